/** Who one is at a server: people by a token or by a login and its password, compute nodes by their key. */
import { Bearer, Connection, Refusal } from './connection.ts';

const signIn =
  'mutation ($login: String!, $password: String!) { signIn(input: { login: $login, password: $password }) { accessToken refreshToken } }';
const refresh =
  'mutation ($token: String!) { refreshTokens(refreshToken: $token) { accessToken refreshToken } }';
const authenticate =
  'mutation ($apiKey: String!) { authenticateComputeNode(apiKey: $apiKey) { accessToken refreshToken } }';
const patienceMs = 2000;

/** Somebody who signs in. */
export interface Identity {
  /** A bearer token, a new one each time. Throws Refusal when there is none to be had. */
  token(): Promise<string>;
  /** Ends the sign-in, if there was one; waits for that no longer than two seconds. */
  leave(): Promise<void>;
}

/** Whoever the environment names; null where it names nobody. CONVOKE_TOKEN goes before CONVOKE_LOGIN and CONVOKE_PASSWORD. */
export function identityOf(
  env: Record<string, string | undefined>,
  server: string,
  signal: AbortSignal,
  tell: (line: string) => void,
): Identity | null {
  const { CONVOKE_TOKEN: token, CONVOKE_LOGIN: login, CONVOKE_PASSWORD: password } = env;
  if (token) return ofToken(token);
  return login && password ? ofPassword(login, password, server, signal, tell) : null;
}

function ofToken(token: string): Identity {
  let isUsed = false;
  return {
    async token() {
      // Asked for again, it was refused: there is no other.
      if (isUsed)
        throw new Refusal('The token in CONVOKE_TOKEN is bad, expired or revoked', 'UNAUTHENTICATED');
      isUsed = true;
      return token;
    },
    async leave() {},
  };
}

function ofPassword(
  login: string,
  password: string,
  server: string,
  signal: AbortSignal,
  tell: (line: string) => void,
): Identity {
  const nobody = new Connection(server, null, signal, tell);
  let tokens: { accessToken: string; refreshToken: string } | null = null;
  return {
    async token() {
      const given = tokens && (await nobody.ask(refresh, { token: tokens.refreshToken }).catch(() => null));
      tokens = given?.refreshTokens ?? (await nobody.ask(signIn, { login, password })).signIn;
      return tokens!.accessToken;
    },
    async leave() {
      if (!tokens) return;
      const { accessToken } = tokens;
      await new Connection(
        server,
        new Bearer(async () => accessToken),
        AbortSignal.timeout(patienceMs),
        () => {},
      )
        .ask('mutation { signOut }')
        .catch(() => {});
    },
  };
}

/**
 * How a compute node signs in, and again when its token has ended: as the same one while its refresh token is good, so that
 * what it works on stays its own.
 * @param nobody a connection without a token
 */
export function ofApiKey(apiKey: string, nobody: Connection): () => Promise<string> {
  let tokens: { accessToken: string; refreshToken: string } | null = null;
  return async () => {
    const given = tokens && (await nobody.ask(refresh, { token: tokens.refreshToken }).catch(() => null));
    const isFirst = tokens === null;
    const found =
      given?.refreshTokens ??
      (
        await nobody.ask(authenticate, { apiKey }).catch((error: unknown) => {
          if (isFirst || !(error instanceof Refusal) || error.code !== 'UNAUTHENTICATED') throw error;
          throw new Refusal(
            'The API key is not taken any more: it was reset, or the compute node was deleted. Start again with the new key',
            error.code,
          );
        })
      ).authenticateComputeNode;
    tokens = found;
    return found.accessToken as string;
  };
}
