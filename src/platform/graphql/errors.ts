/**
 * The errors that callers may see: one registry of codes, the constructors that make them, and the masking of all
 * others. Anything thrown that was not made here is a bug: the client gets an id, the log gets the rest.
 */
import { GraphQLError } from 'graphql';

/** The codes of the contract, each with what it tells a caller. Documented in docs/reference/errors.md. */
export const errorCodes = {
  UNAUTHENTICATED:
    'Nobody is signed in, or the Authorization header is not that of a good bearer token: it is bad, expired, revoked or none (401 where nothing was executed); with extensions.reason ONE_TIME_PASSWORD_REQUIRED or ONE_TIME_PASSWORD_WRONG, the second factor is missing or wrong.',
  FORBIDDEN: 'The viewer may see the thing but may not do this, or may not read this field.',
  NOT_FOUND: 'There is no such thing, or the viewer may not see it: the two look the same.',
  BAD_USER_INPUT: 'The input, or the request itself, is wrong; extensions.fields lists { path, message }.',
  CONFLICT:
    'The state of things does not allow it: a taken value, an old version, a step that nobody may take.',
  RATE_LIMITED: 'Too many attempts; extensions.retryAfter says for how many seconds to wait.',
  LIMIT_EXCEEDED: 'The operation is too deep, too large, too costly or took too long.',
  UNAVAILABLE:
    'A part of the server is not reachable, or it has too much to do; the same request may work later.',
  INTERNAL_SERVER_ERROR: 'A bug; extensions.id names the line in the log.',
  GRAPHQL_PARSE_FAILED: 'The document is not GraphQL.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema.',
} as const;

/** One code of the contract. */
export type ErrorCode = keyof typeof errorCodes;

/** What is wrong with one value of an input. */
export interface InputProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The place in a text that is read, in characters counted from 0. */
  readonly position?: number;
}

/** An error that the caller may see as it is. */
export class PublicError extends GraphQLError {
  constructor(
    readonly code: ErrorCode,
    message: string,
    extensions: Record<string, unknown> = {},
  ) {
    super(message, { extensions: { ...extensions, code } });
  }
}

/** Nobody is signed in. */
export const unauthenticated = (message = 'Sign in first', extensions = {}) =>
  new PublicError('UNAUTHENTICATED', message, extensions);
/** The viewer may not do this. */
export const forbidden = (message: string, extensions = {}) =>
  new PublicError('FORBIDDEN', message, extensions);
/** Hidden and absent alike. */
export const notFound = (what = 'object') => new PublicError('NOT_FOUND', `There is no such ${what}`);
/** The state of things does not allow it. */
export const conflict = (message: string, extensions = {}) =>
  new PublicError('CONFLICT', message, extensions);
/** A limit of the server was passed. */
export const limitExceeded = (message: string) => new PublicError('LIMIT_EXCEEDED', message);
/** Something behind the server cannot be reached now. */
export const unavailable = (message = 'The database cannot be reached; try again soon') =>
  new PublicError('UNAVAILABLE', message);
/** One or several values of the input are wrong. */
export function badInput(problems: readonly InputProblem[]): PublicError {
  const text = problems
    .map(({ path, message }) => (path.length ? `${path.join('.')}: ${message}` : message))
    .join('; ');
  return new PublicError('BAD_USER_INPUT', text, { fields: problems });
}
/** A value is wrong; the path is filled in by whoever knows it. */
export const invalid = (message: string, ...path: (string | number)[]) => badInput([{ path, message }]);
