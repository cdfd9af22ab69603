/**
 * The scalars of the schema that need rules of ours; the others come from graphql-scalars.
 * Inputs are refused with a sentence that says what is expected; outputs are passed through as PostgreSQL wrote them.
 */
import { GraphQLScalarType, Kind } from 'graphql';
import type { ValueNode } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { UploadedFile } from '../http/upload/uploaded-file.ts';
import { judgeText } from '../values.ts';
import { invalid } from './errors.ts';

const rfc3339 =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

function parseTime(value: unknown): Date {
  if (typeof value === 'string' && rfc3339.test(value)) {
    const time = new Date(value.toUpperCase());
    const year = time.getUTCFullYear();
    // A day that the month does not have would otherwise roll over into the next month; with its zone, a time may leave
    // the years that PostgreSQL reads.
    if (year >= 1 && year <= 9999 && dayExists(value)) return time;
  }
  throw invalid('expected a time with a zone such as 2027-03-01T09:00:00Z (RFC 3339)');
}

function dayExists(value: string): boolean {
  const [year, month, day] = value.slice(0, 10).split('-').map(Number);
  // Date.UTC takes the years 0 to 99 for those of the last century.
  return day <= new Date(new Date(0).setUTCFullYear(year, month, 0)).getUTCDate();
}

function text(node: ValueNode): unknown {
  return node.kind === Kind.STRING ? node.value : undefined;
}

/** RFC 3339 with a zone. Inside: a `Date` for inputs, the text of PostgreSQL's JSON for outputs. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'A time as RFC 3339 has it, always with a zone: 2027-03-01T09:00:00Z.',
  serialize: (value) => (value instanceof Date ? value.toISOString() : String(value)),
  parseValue: parseTime,
  parseLiteral: (node) => parseTime(text(node)),
});

/** A text in the normal form of its kind. */
function parseText(kind: keyof typeof expectedTexts, value: unknown): string {
  const { text, problem } = judgeText({ kind, nullable: false }, typeof value === 'string' ? value : '');
  if (problem === null && text !== null) return text;
  throw invalid(expectedTexts[kind]);
}

const expectedTexts = {
  url: 'expected an http or https address without a password in it',
  email: 'expected an e-mail address such as ada@example.org',
} as const;

function parseUrl(value: unknown): string {
  return parseText('url', value);
}

/** An absolute http(s) address without credentials. */
export const UrlScalar = new GraphQLScalarType<string, string>({
  name: 'URL',
  description: 'An absolute http or https address.',
  serialize: String,
  parseValue: parseUrl,
  parseLiteral: (node) => parseUrl(text(node)),
});

function parseAddress(value: unknown): string {
  return parseText('email', value);
}

/** An e-mail address; trimmed and in lower case once parsed, so that equal addresses are equal text. */
export const EmailAddressScalar = new GraphQLScalarType<string, string>({
  name: 'EmailAddress',
  description: 'An e-mail address; upper and lower case are the same.',
  serialize: String,
  parseValue: parseAddress,
  parseLiteral: (node) => parseAddress(text(node)),
});

function parseUpload(value: unknown): UploadedFile {
  if (value instanceof UploadedFile) return value;
  throw invalid('expected a file: send the operation as a GraphQL multipart request');
}

/** A file of a multipart request. */
export const UploadScalar = new GraphQLScalarType<UploadedFile, never>({
  name: 'Upload',
  description: 'A file of a GraphQL multipart request, given as a variable.',
  parseValue: parseUpload,
  parseLiteral: () => parseUpload(undefined),
});

export { GraphQLJSON as JsonScalar };
