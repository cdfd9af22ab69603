/**
 * What the inputs of every slice have in common: lines are trimmed, HTML is sanitised, lengths are limited, and what
 * is wrong is told with its path below `input`. Services clean an input once, before anything else looks at it.
 */
import { badInput } from './graphql/errors.ts';
import type { InputProblem } from './graphql/errors.ts';
import { cleanHtml, isBlankHtml } from './html.ts';

/** The most characters of a line and of a text. */
export const longest = { line: 1000, text: 100_000 } as const;

/** Which keys of an input are what; a key in none of the lists is left as it is. */
export interface TextRules {
  /** Lines that say what a row is called: not empty. */
  readonly names?: readonly string[];
  /** Other lines. */
  readonly lines?: readonly string[];
  readonly html?: readonly string[];
  /** HTML that has to say something once it is sanitised. */
  readonly said?: readonly string[];
}

/** A copy of an input with its texts cleaned. Throws BAD_USER_INPUT that names every text that is empty or too long. */
export function cleanTexts<T extends object>(input: T, { names = [], lines = [], html = [], said = [] }: TextRules): T {
  const clean = { ...input } as Record<string, unknown>;
  const problems = new Problems();
  for (const key of [...names, ...lines]) {
    const value = clean[key];
    if (typeof value !== 'string') continue;
    const line = value.trim();
    if (line === '' && names.includes(key)) problems.add(key, 'cannot be empty');
    if (line.length > longest.line) problems.add(key, `is at most ${longest.line} characters long`);
    clean[key] = line;
  }
  for (const key of [...html, ...said]) {
    const value = clean[key];
    if (typeof value !== 'string') continue;
    if (value.length > longest.text) problems.add(key, `is at most ${longest.text} characters long`);
    else clean[key] = cleanHtml(value).text;
    if (said.includes(key) && isBlankHtml(String(clean[key]))) problems.add(key, 'cannot be empty');
  }
  problems.assertNone();
  return clean as T;
}

/**
 * The fields of the row that an input names, cleared ones included.
 * @param renamed keys that are called otherwise in the row, or (null) are no field of it
 */
export function writtenFields(input: object, renamed: Readonly<Record<string, string | null>> = {}): string[] {
  return Object.entries(input).flatMap(([key, value]) => {
    if (value === undefined || renamed[key] === null) return [];
    return [renamed[key] ?? key];
  });
}

/** An input without its explicit nulls: what is new has nothing to clear. */
export function withoutNulls<T extends object>(input: T): Partial<T> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null)) as Partial<T>;
}

/** Whether this is an IANA time zone such as Europe/Berlin. */
export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}

/** Whether this is one language tag, as BCP 47 has them: de, en-GB. */
export function isLocale(tag: string): boolean {
  try {
    return tag.length <= 35 && Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** Collects what is wrong with an input. */
export class Problems {
  readonly found: InputProblem[] = [];

  /** Notes what is wrong with a field of the input. */
  add(field: string, message: string): void {
    this.found.push({ path: ['input', field], message });
  }

  /** Throws BAD_USER_INPUT where anything was noted. */
  assertNone(): void {
    if (this.found.length > 0) throw badInput(this.found);
  }
}
