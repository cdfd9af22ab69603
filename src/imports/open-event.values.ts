/**
 * Single values of an Open Event file: each converter takes a value that is not empty and gives what is
 * stored, or null after noting why it cannot be. Called through the field tables (open-event.fields.ts).
 */
import { z } from 'zod';
import { FormFieldType, FormKind } from '../forms/form.kinds.ts';
import { assertDepth } from '../platform/depth.ts';
import { cleanHtml } from '../platform/html.ts';
import { asLine, judgeText, longest } from '../platform/values.ts';
import { quote } from './import-error.ts';
import type { ImportPath } from './import-error.ts';
import type { Account } from './summary.ts';
import { toInstant, toMinutes } from './times.ts';
import { sessionStates } from './open-event.types.ts';

/** Where a value stands, and what is needed to judge it. */
export interface Place {
  path: ImportPath;
  account: Account;
  /** The zone of times without an offset. */
  zone: string;
  /** Paths of the files inside the zip. */
  files: ReadonlySet<string>;
}

/** Turns a value that is not empty into what is stored, or notes why not. */
export type Convert<T> = (raw: unknown, at: Place) => T | null;

/** The most options and translations of a field of a form. */
const most = { options: 500, translations: 50 };

/** Nothing to store: null, blank text, empty list, empty object. */
export function isEmpty(raw: unknown): boolean {
  if (raw === null || raw === undefined) return true;
  if (typeof raw === 'string') return raw.trim() === '';
  return typeof raw === 'object' && Object.keys(raw).length === 0;
}

/** Text as the database can hold it: without null bytes and broken characters. */
export const storable = (text: string): string => text.replace(/\0|\p{Surrogate}/gu, '');

/** What a text says that may be JSON; anything else, and what is nested too deep, as it is. */
export function fromJson(raw: unknown): unknown {
  if (typeof raw !== 'string') return raw;
  try {
    assertDepth(raw, 'json');
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}

function refuse(raw: unknown, at: Place, reason: string): null {
  at.account.leftOut(at.path, reason, { detail: quote(raw) });
  return null;
}

/** Text as the database can hold it, trimmed and not longer than allowed; a number counts as text. */
function toText(raw: unknown, at: Place, max: number): string | null {
  if (typeof raw === 'number') return String(raw);
  if (typeof raw !== 'string') return refuse(raw, at, 'not a text');
  const text = storable(raw);
  if (text !== raw) at.account.changed(at.path, 'null bytes or broken characters were taken off');
  const trimmed = text.trim();
  if (trimmed.length <= max) return trimmed;
  at.account.changed(at.path, `too long, cut to ${max} characters`, {
    detail: `${trimmed.length} characters`,
  });
  return storable(trimmed.slice(0, max));
}

/**
 * One line of plain text, to the letter: the format escapes nothing in it, so that `The <canvas> element` and
 * `What &amp; is for` are what somebody typed.
 */
export const line: Convert<string> = (raw, at) => {
  const given = toText(raw, at, Infinity)?.normalize('NFC');
  if (given === undefined) return null;
  const text = asLine(given);
  if (text !== given)
    at.account.changed(at.path, 'line breaks and control characters were taken out of a line', {
      detail: quote(given),
    });
  return toText(text, at, longest.line) || null;
};

/** What a thing is called: a text, or an object with a name. */
export const called: Convert<string> = (raw, at) => {
  const name = typeof raw === 'object' && raw !== null && 'name' in raw ? raw.name : raw;
  return isEmpty(name) ? null : line(name, at);
};

/** Rich text. */
export const html: Convert<string> = (raw, at) => {
  const source = toText(raw, at, longest.text);
  if (source === null) return null;
  const { tags, attributes } = cleanHtml(source);
  if (tags.length) {
    const detail = tags.slice(0, 9).map(quote).join(', ');
    at.account.changed(at.path, 'tags that rich text may not have were taken off', { detail });
  }
  // Editors leave attributes on nearly every element: counted for each kind of rows, not listed one by one.
  for (const name of attributes.slice(0, 9)) {
    const reason = 'attributes that rich text may not have were taken off';
    at.account.tally(at.path.slice(0, 1), 'changed', reason, quote(name));
  }
  const { text, problem } = judgeText({ kind: 'html', nullable: true }, source);
  return problem === null ? text : refuse(raw, at, problem);
};

const webAddress = z.url({ protocol: /^https?$/ });

/** What the place of a picture inside the zip begins with, where an address stands otherwise. */
export const inZip = 'zip:';

/** A picture: one of the zip, or a link. */
export const picture: Convert<string> = (raw, at) => {
  const path = typeof raw === 'string' ? raw.trim().replace(/^\.?\//, '') : '';
  return at.files.has(path) && /\.(jpe?g|png|gif|webp|avif)$/i.test(path) ? `${inZip}${path}` : link(raw, at);
};

/** A link; `www.example.org` gets https. */
export const link: Convert<string> = (raw, at) => {
  const source = toText(raw, at, Infinity);
  if (source === null) return null;
  if (source.length > longest.url) return refuse(raw, at, `longer than ${longest.url} characters, no link`);
  if (at.files.has(source.replace(/^\.?\//, ''))) {
    return refuse(raw, at, 'a file inside the zip, where only a link can be');
  }
  if (/^\.{0,2}\//.test(source) && !source.startsWith('//')) {
    return refuse(raw, at, 'a file that should be inside the zip and is not there');
  }
  if (/\s/.test(source)) return refuse(raw, at, 'not a link');
  const bare = /^(\/\/)?[\w-]+(\.[\w-]+)+([/?#:].*)?$/.test(source);
  const { text: address } = judgeText(
    { kind: 'url', nullable: true },
    bare ? `https://${source.replace(/^\/\//, '')}` : source,
  );
  if (address === null || !webAddress.safeParse(address).success) return refuse(raw, at, 'not a link');
  if (bare)
    at.account.changed(at.path, 'a link without https://, which was put in front', { detail: quote(source) });
  return address;
};

/** An e-mail address. */
export const email: Convert<string> = (raw, at) => {
  const found = z
    .email()
    .max(320)
    .safeParse(typeof raw === 'string' ? raw.trim() : raw);
  const { text } = judgeText({ kind: 'email', nullable: true }, found.data ?? '');
  if (text === null) return refuse(raw, at, 'not an e-mail address');
  if (text !== found.data)
    at.account.tally(
      at.path.filter((step) => typeof step === 'string'),
      'changed',
      'an e-mail address in small letters',
    );
  return text;
};

/** An instant, by its own offset or in the zone of the event. */
export const instant: Convert<Date> = (raw, at) => {
  const found = typeof raw === 'string' ? toInstant(raw, at.zone) : null;
  return found ?? refuse(raw, at, 'not a date');
};

/** A length in minutes; a bare number is taken as minutes. */
export const minutes: Convert<number> = (raw, at) => {
  if (typeof raw === 'number' && Number.isInteger(raw) && raw >= 0 && raw < 60_000) return raw;
  return (typeof raw === 'string' ? toMinutes(raw) : null) ?? refuse(raw, at, 'not a length such as 01:30');
};

const toNumber = (raw: unknown): number =>
  typeof raw === 'string' || typeof raw === 'number' ? Number(raw) : NaN;

/** A whole number that the database can hold. */
export const whole: Convert<number> = (raw, at) => {
  const found = z.int32().safeParse(toNumber(raw));
  return found.success ? found.data : refuse(raw, at, 'not a whole number');
};

/** A year of a copyright. */
export const year: Convert<number> = (raw, at) => {
  const found = toNumber(raw);
  return Number.isInteger(found) && found >= 1900 && found <= 2200
    ? found
    : refuse(raw, at, 'not a year between 1900 and 2200');
};

/** Whom a form asks. */
export const formKind: Convert<FormKind> = (raw, at) => {
  const text = String(raw).trim().toUpperCase();
  return (
    Object.values(FormKind).find((known) => known === text) ??
    refuse(raw, at, 'none of attendee, session and speaker')
  );
};

/** What the answer to a field of a form is. */
export const fieldType: Convert<FormFieldType> = (raw, at) => {
  const text = String(raw).trim().toUpperCase().replace('RICHTEXTLINK', 'PARAGRAPH').replace('LINK', 'URL');
  return (
    Object.values(FormFieldType).find((known) => known === text) ??
    refuse(raw, at, 'not a type that fields of forms have')
  );
};

/** What can be chosen in a field: a list of texts, or of objects with one. */
export const options: Convert<string[]> = (raw, at) => {
  if (!Array.isArray(raw)) return refuse(raw, at, 'not a list of options');
  const texts = raw.slice(0, most.options).map((one: unknown, index) => {
    const said = typeof one === 'object' && one !== null && 'value' in one ? one.value : one;
    return line(said, { ...at, path: [...at.path, index] }) ?? '';
  });
  const taken = [...new Set(texts)].filter((text) => text !== '');
  if (taken.length < raw.length)
    at.account.changed(at.path, 'options that are empty, said twice or too many were left out', {
      count: raw.length - taken.length,
    });
  return taken.length > 0 ? taken : null;
};

/** What a field is called in other languages. */
export const translations: Convert<{ language: string; name: string; description: string | null }[]> = (
  raw,
  at,
) => {
  if (!Array.isArray(raw)) return refuse(raw, at, 'not a list of translations');
  return raw.slice(0, most.translations + 1).flatMap((one: unknown, index) => {
    const path = [...at.path, index];
    const said = (typeof one === 'object' ? one : null) as Record<string, unknown> | null;
    const texts = ['language', 'name', 'description'].map((key) => {
      const value =
        said?.[key] ?? (key === 'language' ? (said?.['language-code'] ?? said?.language_code) : null);
      return isEmpty(value) ? null : toText(value, { ...at, path: [...path, key] }, longest.text);
    });
    const [language, name, description] = texts;
    if (language && name) return [{ language, name, description }];
    at.account.leftOut(path, 'a translation without a language and a name', { detail: quote(one) });
    return [];
  });
};

/** A coordinate between -limit and limit. */
export const degrees =
  (limit: number): Convert<number> =>
  (raw, at) => {
    const found = toNumber(raw);
    return Math.abs(found) <= limit ? found : refuse(raw, at, `not a number between -${limit} and ${limit}`);
  };

/** Yes or no, also as text or 0 and 1. */
export const flag: Convert<boolean> = (raw, at) => {
  const text = String(raw).toLowerCase();
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return refuse(raw, at, 'neither true nor false');
};

/** A colour as the web writes it. */
export const color: Convert<string> = (raw, at) =>
  typeof raw === 'string' && /^#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i.test(raw.trim())
    ? raw.trim()
    : refuse(raw, at, 'not a colour such as #0277bd');

/** Who may see something. */
export const privacy: Convert<'PUBLIC' | 'PRIVATE'> = (raw, at) => {
  const text = String(raw).toUpperCase();
  return text === 'PUBLIC' || text === 'PRIVATE' ? text : refuse(raw, at, 'neither public nor private');
};

/** A session's state, in any case; "cancelled" may have both its l's. */
export const state: Convert<(typeof sessionStates)[number]> = (raw, at) => {
  const text = String(raw).trim().toUpperCase().replace('CANCELLED', 'CANCELED');
  return sessionStates.find((known) => known === text) ?? refuse(raw, at, 'not a state that sessions have');
};
