/**
 * The kinds of text that columns hold, each with one normal form, one rule and one limit. Whatever brings a text in (an input,
 * a filter, an import, a command) has it judged here, so that equal values are equal text on every path.
 */
import { cleanHtml, isBlankHtml } from './html.ts';

/** The most characters of a line, of a text, of an address on the web, and of a person's name. */
export const longest = { line: 1000, text: 100_000, url: 2000, personName: 200 } as const;

/** One kind of text. */
interface TextRule {
  /** The most characters, where the column sets no limit of its own; null for no limit. */
  readonly longest: number | null;
  /** The normal form of a text, whether or not it keeps the rule. */
  normal(text: string): string;
  /** What is wrong with a text in its normal form; null where it keeps the rule. */
  problem?(text: string): string | null;
  /** Whether a text says nothing, where that is not the empty text alone. */
  isBlank?(text: string): boolean;
  /** Whether upper and lower case are the same, although the text keeps them. */
  readonly ignoresCase?: boolean;
}

/** Controls of the direction of writing that reach beyond the text that has them; marks (U+200E, U+200F) do not. */
const bidiControls = /[\u202A-\u202E\u2066-\u2069]/u;
const lineBreakers = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const controls = /[^\P{Cc}\n\t]/u;

function lineProblem(text: string): string | null {
  if (lineBreakers.test(text))
    return 'must be one line: it contains a line break or another control character';
  if (bidiControls.test(text)) return 'contains a character that changes the direction of the text around it';
  return null;
}

const trimmed = (text: string): string => text.normalize('NFC').trim();
const line: TextRule = { longest: longest.line, normal: trimmed, problem: lineProblem };
const url: TextRule = { longest: longest.url, normal: normalUrl, problem: urlProblem };
const file: TextRule = {
  ...url,
  problem: (text) => (text.startsWith('/') ? lineProblem(text) : urlProblem(text)),
};

/** Text of several lines with one kind of line break, without other control characters. */
function settled(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(new RegExp(controls, 'gu'), '')
    .normalize('NFC');
}

/** The rules of all kinds of text. */
const rules = {
  /** What something is called: one line. */
  name: line,
  /** Another line. */
  line,
  /** Plain text with line breaks. */
  prose: {
    longest: longest.text,
    normal: (text) => trimmed(text.replace(/\r\n?|[\u2028\u2029]/g, '\n')),
    problem: (text) => (controls.test(text) ? 'contains a control character' : null),
  },
  /** Rich text, sanitised. */
  html: {
    longest: longest.text,
    // Twice: what is written as an entity is a character only afterwards.
    normal: (text) => settled(cleanHtml(settled(text)).text),
    isBlank: isBlankHtml,
  },
  url,
  file,
  privateFile: file,
  email: { longest: 320, normal: (text) => trimmed(text).toLowerCase(), problem: emailProblem },
  /** A language tag. */
  locale: {
    longest: 35,
    normal: (text) => canonicalLocale(trimmed(text)) ?? trimmed(text),
    problem: localeProblem,
  },
  timezone: { longest: 100, normal: (text) => canonicalTimezone(trimmed(text)), problem: timezoneProblem },
  color: { longest: 7, normal: (text) => normalColor(trimmed(text)), problem: colorProblem },
  /** A name in addresses. */
  slug: { longest: 100, normal: (text) => trimmed(text).toLowerCase(), problem: slugProblem },
  username: { longest: 40, normal: trimmed, problem: usernameProblem, ignoresCase: true },
  /** A name that programs use: no spaces. */
  code: { longest: 200, normal: (text) => text.trim(), problem: codeProblem },
  /** Kept to the letter: the server itself writes it, or it is only for the program that wrote it. */
  opaque: { longest: null, normal: (text) => text },
} satisfies Record<string, TextRule>;

/** A kind of text. */
export type TextKind = keyof typeof rules;

/** What there is to know of a column of text. */
export interface TextColumn {
  readonly kind: TextKind;
  readonly nullable: boolean;
  /** The most characters, where they are fewer than those of the kind. */
  readonly longest?: number;
}

/** A text as the column keeps it, or what is wrong with it. */
export type Judged =
  | { readonly text: string | null; readonly problem: null }
  | { readonly text: null; readonly problem: string };

/** Judges a text for a column: its normal form (null where it says nothing and may be null), or what is wrong with it. */
export function judgeText({ kind, nullable, longest: own }: TextColumn, given: string): Judged {
  const rule: TextRule = rules[kind];
  const wrong = (problem: string): Judged => ({ text: null, problem });
  const limit = own ?? rule.longest;
  // Twice the limit is more than any normal form takes off; what is longer is not worth the work of making one.
  const isFarTooLong =
    limit !== null && given.length > limit && (kind === 'html' || given.trim().length > limit * 2);
  if (isFarTooLong) return wrong(`is at most ${limit} characters long`);
  const text = rule.normal(given);
  if (rule.isBlank ? rule.isBlank(text) : text === '' && kind !== 'opaque') {
    if (nullable) return { text: null, problem: null };
    return kind === 'line' || kind === 'prose' ? { text: '', problem: null } : wrong('cannot be empty');
  }
  if (limit !== null && text.length > limit) return wrong(`is at most ${limit} characters long`);
  const problem = rule.problem?.(text) ?? null;
  return problem === null ? { text, problem } : wrong(problem);
}

/** The normal form of a text that is compared with a column, whether or not the column could hold it. */
export function comparedText(kind: TextKind, text: string): string {
  return kind === 'html' ? text.normalize('NFC') : (rules[kind] as TextRule).normal(text);
}

/** Whether upper and lower case are the same to a kind of text that keeps them. */
export function ignoresCase(kind: TextKind): boolean {
  return (rules[kind] as TextRule).ignoresCase === true;
}

/** A line of text made of one that may not be: control characters and breaks become spaces, controls of direction go. */
export function asLine(text: string): string {
  return text
    .replace(new RegExp(bidiControls, 'gu'), '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .normalize('NFC')
    .trim();
}

/** The normal form of an address on the web: scheme and host in lower case, no blanks around it. */
function normalUrl(text: string): string {
  return trimmed(text).replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#@]*(?=[/?#]|$)/i, (start) => start.toLowerCase());
}

function urlProblem(text: string): string | null {
  const parsed =
    /[\s\p{Cc}]/u.test(text) || bidiControls.test(text) || !URL.canParse(text) ? null : new URL(text);
  const isWeb =
    parsed &&
    (parsed.protocol === 'https:' || parsed.protocol === 'http:') &&
    !parsed.username &&
    !parsed.password;
  return isWeb ? null : 'expected an http or https address without a password in it';
}

const address =
  /^[^\s@"(),:;<>[\\\]\p{Cc}\u202A-\u202E\u2066-\u2069]{1,64}@(?=.{1,255}$)[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)+$/u;

function emailProblem(text: string): string | null {
  return address.test(text) ? null : 'expected an e-mail address such as ada@example.org';
}

function canonicalLocale(tag: string): string | null {
  try {
    return tag.length <= 35 ? (Intl.getCanonicalLocales(tag)[0] ?? null) : null;
  } catch {
    return null;
  }
}

function localeProblem(tag: string): string | null {
  return canonicalLocale(tag) === null ? 'is no language tag such as de or en-GB' : null;
}

let timezones: ReadonlyMap<string, string> | undefined;

/** A time zone with the capitals that IANA gives it; one that is only another name of a zone keeps those it has. */
function canonicalTimezone(name: string): string {
  timezones ??= new Map(
    ['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) => [zone.toLowerCase(), zone]),
  );
  return timezones.get(name.toLowerCase()) ?? name;
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

function timezoneProblem(name: string): string | null {
  return isTimezone(name) ? null : 'is no IANA time zone such as Europe/Berlin';
}

/** A colour as #rrggbb in small letters; anything else in small letters. */
function normalColor(text: string): string {
  const color = text.toLowerCase();
  return /^#[0-9a-f]{3}$/.test(color) ? color.replace(/[0-9a-f]/g, '$&$&') : color;
}

function colorProblem(text: string): string | null {
  return /^#[0-9a-f]{6}$/.test(text) ? null : 'is no colour such as #fc0 or #ffcc00';
}

function slugProblem(text: string): string | null {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) ? null : 'is of small letters, digits and dashes, at most 100';
}

function usernameProblem(text: string): string | null {
  return /^[\p{L}\p{N}._-]{3,40}$/u.test(text)
    ? null
    : 'must be 3 to 40 letters, digits, dots, dashes and underscores';
}

function codeProblem(text: string): string | null {
  return /^[\p{L}\p{N}\p{P}\p{S}]+$/u.test(text) ? null : 'contains a blank or a control character';
}
