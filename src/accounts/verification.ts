/** Verifying e-mail addresses: what returning the token of the mail (account.mail.ts) does. */
import { digestOf } from '../platform/auth/secrets.ts';
import type { Database } from '../platform/data/database.ts';
import { badInput } from '../platform/graphql/errors.ts';

/** Verifies the address that a token was sent to; returns the person's id. Throws BAD_USER_INPUT for a token that is not good. */
export async function verifyEmail(database: Database, token: string): Promise<string> {
  return database.transaction(async ({ query }) => {
    const [used] = await query(
      `UPDATE email_tokens SET used_at = now()
       WHERE hash = $1 AND purpose = 'VERIFY' AND used_at IS NULL AND expires_at > now() RETURNING user_id AS id, email`,
      [digestOf(token)],
    );
    const [user] = await query(
      `UPDATE users SET is_verified = true, updated_at = now(), version = version + 1
       WHERE id = $1 AND lower(email) = lower($2) AND NOT is_blocked AND deleted_at IS NULL RETURNING id`,
      [used?.id ?? null, used?.email ?? null],
    );
    if (!user) throw badInput([{ path: ['token'], message: 'is unknown, expired or used' }]);
    return String(user.id);
  });
}
