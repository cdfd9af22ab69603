/**
 * Access tokens: short-lived JWTs, signed with the secret of the installation. They say who asks and in which
 * family of tokens, and nothing of what the person may do: that is read from the database at every request.
 */
import { SignJWT, errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config/index.ts';

/** Whose a token is: one of the two is null. */
export interface TokenHolder {
  readonly userId: string | null;
  readonly computeNodeId: string | null;
}

/** The attempt at a result that a container works on. */
export interface Work {
  readonly resultId: string;
  readonly attempt: number;
}

/** What an access token says. */
export interface AccessClaims extends TokenHolder {
  readonly familyId: string;
  /** What a container works on; null for all others. Its token is of the compute node that runs it. */
  readonly work: Work | null;
  /** When it ends, in milliseconds since 1970. */
  readonly expiresAt: number;
}

const issuer = 'convoke';
const audience = 'convoke:access';
/** What the token of a compute node says it is of; a person's says nothing. */
const machine = 'compute-node';
/** What the token of a container says it is of. */
const container = 'container';
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Signs an access token that lives as long as the configuration says, or (for a container) until a time. */
export async function signAccessToken(
  config: Config,
  who: Omit<AccessClaims, 'expiresAt'>,
  until = Date.now() + config.auth.accessTokenMinutes * 60_000,
): Promise<{ token: string; expiresAt: Date }> {
  const seconds = Math.floor(until / 1000);
  const { userId, computeNodeId, familyId, work } = who;
  const what = work ? { kind: container, work } : computeNodeId === null ? {} : { kind: machine };
  const token = await new SignJWT({ family: familyId, ...what })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(String(userId ?? computeNodeId))
    .setIssuedAt()
    .setExpirationTime(seconds)
    .sign(new TextEncoder().encode(config.auth.tokenSecret));
  return { token, expiresAt: new Date(seconds * 1000) };
}

/** Verifies access tokens; remembers the signatures that it verified, never anything about a person. */
export class AccessTokens {
  private readonly key: Uint8Array;
  private readonly verified = new LRUCache<string, AccessClaims>({ max: 5000 });

  constructor(config: Config) {
    this.key = new TextEncoder().encode(config.auth.tokenSecret);
  }

  /** What the token says; null for one that is not ours, was tampered with or has expired. */
  async verify(token: string): Promise<AccessClaims | null> {
    const claims = this.verified.get(token) ?? (await this.read(token));
    if (!claims || claims.expiresAt <= Date.now()) return null;
    this.verified.set(token, claims);
    return claims;
  }

  private async read(token: string): Promise<AccessClaims | null> {
    try {
      const { payload } = await jwtVerify<{ family: unknown; kind?: unknown; work?: unknown }>(
        token,
        this.key,
        {
          algorithms: ['HS256'],
          typ: 'at+jwt',
          issuer,
          audience,
          requiredClaims: ['sub', 'exp'],
        },
      );
      const { sub, family, kind, exp } = payload;
      if (!sub || typeof family !== 'string' || !uuid.test(sub) || !uuid.test(family)) return null;
      const who = { familyId: family, work: null, expiresAt: (exp as number) * 1000 };
      if (kind === undefined) return { ...who, userId: sub, computeNodeId: null };
      if (kind === machine) return { ...who, userId: null, computeNodeId: sub };
      const work = workOf(payload.work);
      return kind === container && work ? { ...who, userId: null, computeNodeId: sub, work } : null;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }
}

function workOf(claim: unknown): Work | null {
  const { resultId, attempt } = (claim ?? {}) as Partial<Work>;
  return typeof resultId === 'string' && uuid.test(resultId) && Number.isInteger(attempt)
    ? { resultId, attempt: Number(attempt) }
    : null;
}
