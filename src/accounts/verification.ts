/** Verifying e-mail addresses: the mail with a token, and what returning the token does. */
import { z } from 'zod';
import { derivedSecret, digestOf } from '../platform/auth/secrets.ts';
import type { Database } from '../platform/data/database.ts';
import { badInput } from '../platform/graphql/errors.ts';
import type { JobDefinition } from '../platform/jobs/job.ts';
import { MailSettings } from '../platform/mail/mail.settings.ts';
import { layout, sendMail } from '../platform/mail/mail.ts';
import { settingsOf } from '../platform/settings/read.ts';

/** The name of the job that sends the mail; its payload is `{ email }`. */
export const verificationMail = 'account.verificationMail';

/** How long the token of the mail is good for, in hours. */
const hours = 24;

const payload = z.object({ email: z.string() });

/**
 * Sends the verification mail to an address, where it is that of an account to verify. The token is made here and
 * from the job's id, so that it never lies in a queue, and a repeated job sends the same one again.
 */
export const verificationMailJob: JobDefinition<z.output<typeof payload>> = {
  name: verificationMail,
  payload,
  async run({ email }, context) {
    const { database, config, id } = context;
    const token = derivedSecret(config.auth.tokenSecret, verificationMail, id);
    const [user] = await database.query<{ id: string }>(
      `SELECT id FROM users WHERE lower(email) = lower($1) AND NOT is_verified AND NOT is_blocked AND deleted_at IS NULL`,
      [email],
    );
    if (!user) return;
    await database.query(
      `INSERT INTO email_tokens (id, user_id, purpose, email, hash, expires_at)
       VALUES ($1, $2, 'VERIFY', $3, $4, now() + make_interval(hours => ${hours})) ON CONFLICT (id) DO NOTHING`,
      [id, user.id, email, digestOf(token)],
    );
    const [settings] = await database.query<{ appName: string | null }>(`SELECT app_name AS "appName" FROM settings`);
    const { frontendUrl } = await settingsOf(context, MailSettings);
    const name = settings?.appName ?? 'Convoke';
    const title = `Verify your e-mail address for ${name}`;
    const url = `${(frontendUrl ?? config.http.publicUrl).replace(/\/+$/, '')}/verify?token=${token}`;
    const paragraphs = [
      `Somebody, hopefully you, has signed up for ${name} with this address. The link below verifies it within ${hours} hours.`,
      `The mutation verifyEmail takes the token as it is: ${token}`,
      'If it was not you, do nothing.',
    ];
    const action = { label: 'Verify the address', url };
    await sendMail(context, { to: email, subject: title, ...layout({ title, paragraphs, action }) });
  },
};

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
