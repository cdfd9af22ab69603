/** The mails about accounts. */
import { z } from 'zod';
import { digestOf } from '../platform/auth/secrets.ts';
import { button, text } from '../platform/mail/layout.ts';
import { mailKind } from '../platform/mail/mail-kind.ts';

/** How long the token of the verification mail is good for, in hours. */
const hours = 24;

/** Proves that an address is that of whoever signed up with it. Goes to nobody who has no account to verify. */
export const verificationMail = mailKind({
  name: 'account.verification',
  description: 'Somebody signed up or asked for the mail again: the link verifies their address.',
  isEssential: true,
  payload: z.object({ email: z.string() }),
  async compose({ email }, mail) {
    const [user] = await mail.query<{ id: string }>(
      `SELECT id FROM users WHERE lower(email) = lower($1) AND NOT is_verified AND NOT is_blocked AND deleted_at IS NULL`,
      [email],
    );
    if (!user) return null;
    const token = mail.secret();
    await mail.query(
      `INSERT INTO email_tokens (id, user_id, purpose, email, hash, expires_at)
       VALUES ($1, $2, 'VERIFY', $3, $4, now() + make_interval(hours => ${hours})) ON CONFLICT (id) DO NOTHING`,
      [mail.id, user.id, email, digestOf(token)],
    );
    return {
      to: await mail.toAddress(email),
      subject: `Verify your e-mail address for ${mail.appName}`,
      blocks: [
        text(`Somebody, hopefully you, has signed up for ${mail.appName} with this address. The link below verifies it within ${hours} hours.`),
        button('Verify the address', mail.link('/verify', { token })),
        text(`The mutation verifyEmail takes the token as it is: ${token}`),
        text('If it was not you, do nothing.'),
      ],
    };
  },
});
