/**
 * Who is signed in to this browser tab. Guarantees: tokens live in sessionStorage only, are renewed before
 * they expire, and a refresh token is used once even when several requests find it due at the same time. Used
 * by the transport (bearer token) and by the sign-in control (state and verbs).
 */

/** What signIn and refreshTokens answer; `expiresAt` (ISO 8601) is the end of the access token. */
export interface Identity {
  accessToken: string;
  refreshToken: string;
  expiresAt: string;
  viewer: {
    publicName: string | null;
    email: string | null;
    isAdmin?: boolean | null;
    isSuperAdmin?: boolean | null;
  } | null;
}

/**
 * `person`: somebody signed in or out; `ended`: the server refused to renew, so nobody is signed in now;
 * `tokens`: the same person with new tokens.
 */
export type Change = 'person' | 'ended' | 'tokens';

const KEY = 'convoke.identity';
/** Renewed this long before the end, in milliseconds: a request must not arrive with a token just expired. */
const MARGIN = 30_000;
const AUTH_FIELDS = '{ accessToken refreshToken expiresAt viewer { publicName email isAdmin isSuperAdmin } }';

let identity = read();
let renewal: Promise<string | undefined> | undefined;
const listeners = new Set<(change: Change) => void>();

/** The signed-in identity, or undefined for an anonymous tab. */
export function current(): Identity | undefined {
  return identity;
}

/** Calls the listener after every change, until the returned function is called. */
export function subscribe(listener: (change: Change) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What somebody signs in with. */
export interface Credentials {
  /** E-mail or username. */
  login: string;
  password: string;
  /** A code of the app or a recovery code, where the account has a second factor. */
  oneTimePassword?: string;
}

/** Signs in; throws a Refusal with the server's words, and with its reason where it asks for a one-time password. */
export async function signIn(input: Credentials): Promise<void> {
  const data = await post<{ signIn: Identity }>(
    `mutation ExplorerSignIn($input: SignInInput!) { signIn(input: $input) ${AUTH_FIELDS} }`,
    { input },
  );
  change(data.signIn, 'person');
}

/** Ends the token family on the server and forgets it here, also when the server cannot be asked. */
export async function signOut(): Promise<void> {
  const token = await bearer().catch(() => undefined);
  change(undefined, 'person');
  if (token) await post('mutation ExplorerSignOut { signOut }', {}, token).catch(() => undefined);
}

/** The bearer token for the next request, renewed when it is about to end; undefined for an anonymous tab. */
export async function bearer(): Promise<string | undefined> {
  if (!identity) return undefined;
  const due = Date.parse(identity.expiresAt) - MARGIN < Date.now();
  return due ? renew() : identity.accessToken;
}

/**
 * Exchanges the refresh token. Resolves to the new access token, or to undefined when the server refused: the
 * tab is then signed out. Rejects when the server cannot be reached; the tokens are kept for another try.
 */
export function renew(): Promise<string | undefined> {
  // The server ends the whole family when a refresh token comes twice, so concurrent callers share one
  // exchange.
  renewal ??= exchange().finally(() => (renewal = undefined));
  return renewal;
}

async function exchange(): Promise<string | undefined> {
  const before = identity;
  if (!before) return undefined;
  try {
    const data = await post<{ refreshTokens: Identity }>(
      `mutation ExplorerRefresh($token: String!) { refreshTokens(refreshToken: $token) ${AUTH_FIELDS} }`,
      { token: before.refreshToken },
    );
    // Signed out, or in as somebody else, while the answer was on its way: that choice stands.
    if (identity === before) change(data.refreshTokens, 'tokens');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (identity === before) change(undefined, 'ended');
  }
  return identity?.accessToken;
}

/** The server said no. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly reason?: string,
  ) {
    super(message);
  }
}

async function post<T>(query: string, variables: object, token?: string): Promise<T> {
  let body: { data?: T | null; errors?: { message: string; extensions?: { reason?: string } }[] };
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'apollo-require-preflight': '1',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    body = await response.json();
  } catch {
    throw new Error('The server cannot be reached.');
  }
  if (body.errors?.length || !body.data) {
    const [error] = body.errors ?? [];
    throw new Refusal(error?.message ?? 'The server gave no answer.', error?.extensions?.reason);
  }
  return body.data;
}

function change(next: Identity | undefined, kind: Change): void {
  identity = next;
  if (next) sessionStorage.setItem(KEY, JSON.stringify(next));
  else sessionStorage.removeItem(KEY);
  for (const listener of listeners) listener(kind);
}

function read(): Identity | undefined {
  const stored = sessionStorage.getItem(KEY);
  return stored ? (JSON.parse(stored) as Identity) : undefined;
}
