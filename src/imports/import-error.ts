/**
 * The one error of an import: the file as a whole is wrong, and nothing of it was taken.
 * Thrown by the zip opener and the readers; the command and the mutation show its message as it stands.
 */

/** A place inside an import file: entry, index and key, e.g. `['sessions', 12, 'starts-at']`. */
export type ImportPath = (string | number)[];

/** What was wrong with the file; the message says it for people, the code for programs. */
export type ImportErrorCode =
  | 'FILE_NOT_FOUND'
  | 'NOT_A_ZIP'
  | 'DAMAGED_ZIP'
  | 'ENCRYPTED_ZIP'
  | 'UNSAFE_ZIP'
  | 'TOO_LARGE'
  | 'WRONG_JSON'
  | 'WRONG_SHAPE'
  | 'NO_EVENT';

/** A fatal problem of an import file. `message` begins with the place when there is one. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  readonly code: ImportErrorCode;
  readonly path: ImportPath;

  constructor(code: ImportErrorCode, message: string, path: ImportPath = [], options?: ErrorOptions) {
    super(path.length ? `${formatPath(path)}: ${message}` : message, options);
    this.code = code;
    this.path = path;
  }
}

/** `['sessions', 12, 'starts-at']` → `sessions[12].starts-at`; a key that is no plain word is quoted. */
export function formatPath(path: ImportPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\w-]{1,60}$/.test(step)) text += text ? `.${step}` : step;
    else text += `[${quote(step)}]`;
  }
  return text;
}

/** Text of a file without characters that could drive the terminal that shows it: control and direction marks. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A value of the file in JSON spelling. */
export function spell(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

/** A value of the file as a message shows it: in JSON spelling, printable, cut to 80 characters. */
export function quote(value: unknown): string {
  const text = printable(spell(value));
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
