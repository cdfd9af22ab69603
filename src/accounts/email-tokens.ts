/**
 * Tokens that were sent by mail: whoever returns one reads that address's mail. Each is for one purpose, good once and
 * for a while, kept as a hash, and made by the job that writes the mail.
 */
import { digestOf } from '../platform/auth/secrets.ts';
import type { Transaction } from '../platform/data/database.ts';
import type { PublicError } from '../platform/graphql/errors.ts';
import { invalid } from '../platform/graphql/errors.ts';
import type { MailContext } from '../platform/mail/mail-kind.ts';

/** What a token is good for. */
export type Purpose = 'VERIFY' | 'CHANGE_EMAIL' | 'RESET_PASSWORD' | 'RESET_TWO_FACTOR';

/** Whose token it is, and the address that it was sent to. */
export interface Holder {
  readonly userId: string;
  readonly email: string;
}

type Sql = Pick<Transaction, 'query'>;

/** The answer to a token that is not good, whatever is wrong with it. */
export const badToken = (): PublicError => invalid('is unknown, expired or used', 'token');

/** Makes the token of a mail; at another attempt of the job it is the same. Returns it as it goes into the mail. */
export async function makeToken(
  mail: MailContext,
  purpose: Purpose,
  { userId, email }: Holder,
  hours: number,
): Promise<string> {
  const token = mail.secret();
  await mail.query(
    `INSERT INTO email_tokens (id, user_id, purpose, email, hash, expires_at)
     VALUES ($1, $2, $3, $4, $5, now() + make_interval(hours => $6)) ON CONFLICT (id) DO NOTHING`,
    [mail.id, userId, purpose, email, digestOf(token), hours],
  );
  return token;
}

// A token dies with the address that it was sent to, but for the one that brings the new address.
const good = `
  t.hash = $1 AND t.purpose = $2 AND t.used_at IS NULL AND t.expires_at > now() AND u.id = t.user_id
  AND u.deleted_at IS NULL AND NOT u.is_blocked AND (t.purpose = 'CHANGE_EMAIL' OR lower(u.email) = lower(t.email))`;

/** Whose a good token is, without using it; null for one that is not good. */
export async function holderOf(sql: Sql, purpose: Purpose, token: string): Promise<Holder | null> {
  const [found] = await sql.query(
    `SELECT t.user_id AS "userId", t.email FROM email_tokens t, users u WHERE ${good}`,
    [digestOf(token), purpose],
  );
  return (found as unknown as Holder | undefined) ?? null;
}

/** Uses a token, and with it every other of the person for that purpose. Throws BAD_USER_INPUT for one that is not good. */
export async function useToken(sql: Sql, purpose: Purpose, token: string): Promise<Holder> {
  const [used] = await sql.query(
    `UPDATE email_tokens t SET used_at = now() FROM users u WHERE ${good} RETURNING t.user_id AS "userId", t.email`,
    [digestOf(token), purpose],
  );
  if (!used) throw badToken();
  const holder = used as unknown as Holder;
  await voidTokens(sql, holder.userId, purpose);
  return holder;
}

/** Makes a person's tokens worth nothing: those for these purposes, or all where none is named. */
export async function voidTokens(sql: Sql, userId: string, ...purposes: readonly Purpose[]): Promise<void> {
  await sql.query(
    'UPDATE email_tokens SET used_at = now() WHERE user_id = $1 AND used_at IS NULL AND (cardinality($2::text[]) = 0 OR purpose = ANY($2))',
    [userId, purposes],
  );
}
