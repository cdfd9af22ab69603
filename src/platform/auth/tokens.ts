/**
 * The life of tokens: issued at sign-in, rotated at every refresh, ended one family at a time or all at once. An
 * ended family's access tokens are worth nothing from the next request on (accounts/authenticate.ts looks at the family).
 */
import { v7 as uuidv7 } from 'uuid';
import type { TokenHolder } from './access-token.ts';
import { signAccessToken } from './access-token.ts';
import { digestOf, newSecret } from './secrets.ts';
import type { Config } from '../config/index.ts';
import type { Transaction } from '../data/database.ts';

/** What a person (or a compute node) gets who proves who they are. */
export interface IssuedTokens extends TokenHolder {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token ends. */
  readonly expiresAt: Date;
  readonly familyId: string;
}

/** Sends statements: a database's, or a transaction's. */
type Sql = Pick<Transaction, 'query'>;

/** Starts a new family of tokens for a person. Whoever calls this has proved that it is them. */
export async function issueTokens(
  sql: Sql,
  config: Config,
  userId: string,
): Promise<IssuedTokens & { readonly userId: string }> {
  return { ...(await startFamily(sql, config, { userId, computeNodeId: null })), userId };
}

/** Starts a new family of tokens for a compute node, which has shown its key. */
export function issueMachineTokens(sql: Sql, config: Config, computeNodeId: string): Promise<IssuedTokens> {
  return startFamily(sql, config, { userId: null, computeNodeId });
}

async function startFamily(sql: Sql, config: Config, holder: TokenHolder): Promise<IssuedTokens> {
  const familyId = uuidv7();
  const refreshToken = newSecret();
  await sql.query(
    `WITH family AS (INSERT INTO token_families (id, user_id, compute_node_id, expires_at) VALUES ($1, $2, $6, ${lifetime('$5')}) RETURNING id, expires_at)
     INSERT INTO refresh_tokens (id, family_id, hash, expires_at) SELECT $3, id, $4, expires_at FROM family`,
    [
      familyId,
      holder.userId,
      uuidv7(),
      digestOf(refreshToken),
      config.auth.refreshTokenDays,
      holder.computeNodeId,
    ],
  );
  return issued(config, { ...holder, familyId }, refreshToken);
}

/** What became of a refresh token: it was good, it had been used before (which ended its family), or it is worth nothing. */
export type Rotation =
  | { readonly outcome: 'issued'; readonly tokens: IssuedTokens }
  | { readonly outcome: 'reused'; readonly tokens: TokenHolder }
  | { readonly outcome: 'bad' };

/**
 * Exchanges a refresh token for new tokens of its family. A used one ends the family: either its thief or its owner
 * has come second, and nobody can tell which.
 */
export async function rotateTokens(sql: Sql, config: Config, refreshToken: string): Promise<Rotation> {
  const next = newSecret();
  const [found] = await sql.query(
    `SELECT t.id, t.family_id AS "familyId", f.user_id AS "userId", f.compute_node_id AS "computeNodeId", t.used_at IS NOT NULL AS "isUsed", f.ended_at IS NOT NULL AS "isEnded",
            f.ended_at IS NULL AND t.expires_at > now()
              AND (f.user_id IS NULL OR (u.deleted_at IS NULL AND NOT u.is_blocked)) AS "isAlive"
     FROM refresh_tokens t JOIN token_families f ON f.id = t.family_id LEFT JOIN users u ON u.id = f.user_id
     WHERE t.hash = $1 FOR UPDATE OF t, f`,
    [digestOf(refreshToken)],
  );
  if (!found) return { outcome: 'bad' };
  const holder = {
    userId: found.userId as string | null,
    computeNodeId: found.computeNodeId as string | null,
  };
  const who = { ...holder, familyId: String(found.familyId) };
  if (found.isUsed && !found.isEnded) {
    await sql.query('UPDATE token_families SET ended_at = now() WHERE id = $1', [who.familyId]);
    return { outcome: 'reused', tokens: holder };
  }
  if (found.isUsed || !found.isAlive) return { outcome: 'bad' };
  await sql.query(
    `WITH used AS (UPDATE refresh_tokens SET used_at = now() WHERE id = $1),
          family AS (UPDATE token_families SET expires_at = ${lifetime('$5')} WHERE id = $2 RETURNING id, expires_at)
     INSERT INTO refresh_tokens (id, family_id, hash, expires_at) SELECT $3, id, $4, expires_at FROM family`,
    [found.id, who.familyId, uuidv7(), digestOf(next), config.auth.refreshTokenDays],
  );
  return { outcome: 'issued', tokens: await issued(config, who, next) };
}

/** Ends families of a person: all of them, only one (`only`), or all but one (`except`). */
export async function endFamilies(
  sql: Sql,
  userId: string,
  which: { only?: string | null; except?: string | null } = {},
): Promise<void> {
  await sql.query(
    `UPDATE token_families SET ended_at = now()
     WHERE user_id = $1 AND ended_at IS NULL AND ($2::uuid IS NULL OR id = $2) AND ($3::uuid IS NULL OR id <> $3)`,
    [userId, which.only ?? null, which.except ?? null],
  );
}

/** Removes what has expired: families, refresh tokens, tokens of mails, seeds that nobody confirmed, counters of attempts. For a schedule. */
export async function pruneTokens(sql: Sql): Promise<void> {
  await sql.query(`DELETE FROM token_families WHERE expires_at < now()`);
  await sql.query(`DELETE FROM refresh_tokens WHERE expires_at < now()`);
  await sql.query(`DELETE FROM email_tokens WHERE expires_at < now()`);
  await sql.query(
    `DELETE FROM two_factors WHERE confirmed_at IS NULL AND created_at < now() - interval '1 day'`,
  );
  await sql.query(`DELETE FROM rate_limits WHERE expire < extract(epoch FROM now()) * 1000`);
}

function lifetime(days: string): string {
  return `now() + make_interval(days => ${days}::int)`;
}

async function issued(
  config: Config,
  who: TokenHolder & { familyId: string },
  refreshToken: string,
): Promise<IssuedTokens> {
  const { token, expiresAt } = await signAccessToken(config, { ...who, work: null });
  return { accessToken: token, refreshToken, expiresAt, ...who };
}
