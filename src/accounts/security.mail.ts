/** The mails that tell people what happened to their account, so that they notice what was not them. */
import { z } from 'zod';
import { text } from '../platform/mail/layout.ts';
import type { ComposedMail, MailContext, MailKind } from '../platform/mail/mail-kind.ts';
import { mailKind } from '../platform/mail/mail-kind.ts';

const wasItYou = 'If it was not you, choose a new password at once and tell the administrators.';

/** A mail to a person about their account: a subject, and paragraphs. */
async function tell(mail: MailContext, userId: string | null, subject: string, ...paragraphs: string[]): Promise<ComposedMail | null> {
  const to = userId === null ? null : await mail.toUser(userId);
  return to && { to, subject: `${subject} at ${mail.appName}`, blocks: paragraphs.map(text) };
}

function kind<T>(name: string, description: string, payload: z.ZodType<T>, compose: (payload: T, mail: MailContext) => Promise<ComposedMail | null>): MailKind<T> {
  return mailKind({ name: `account.${name}`, description, isEssential: true, payload, compose });
}

/** Somebody guessed too often. */
export const lockedMail = kind(
  'locked',
  'Too many wrong passwords or codes were tried: the account is locked for a while.',
  z.object({ userId: z.string().nullable(), minutes: z.number() }),
  ({ userId, minutes }, mail) =>
    tell(mail, userId, 'Your account is locked', `Somebody has tried too many wrong passwords or codes for your account. Nobody can sign in for ${minutes} minutes.`,
      'If it was you, wait and try again, or choose a new password. If it was not, there is nothing to do: nobody got in.'),
);

/** The password is another one. */
export const passwordChangedMail = kind(
  'passwordChanged',
  'The password of the account was changed.',
  z.object({ userId: z.string() }),
  ({ userId }, mail) => tell(mail, userId, 'Your password was changed', `The password of your account was changed, and other sign-ins have ended. ${wasItYou}`),
);

/** Told to the old address, before and after. */
export const emailChangeNotice = kind(
  'emailChangeNotice',
  'Somebody wants to change the e-mail address of their account, or has: told to the old address.',
  z.object({ email: z.string(), newEmail: z.string(), isDone: z.boolean() }),
  async ({ email, newEmail, isDone }, mail) => ({
    to: await mail.toAddress(email),
    subject: isDone ? `Your e-mail address at ${mail.appName} was changed` : `Your e-mail address at ${mail.appName} is to be changed`,
    blocks: [
      text(
        isDone
          ? `Your account now has the address ${newEmail}; mails no longer go to this one.`
          : `Somebody, hopefully you, has asked to change the address of your account to ${newEmail}. It changes when the link that was sent there is followed.`,
      ),
      text(wasItYou),
    ],
  }),
);

const twoFactorChanges = {
  ON: ['The second factor of your account is on', 'From now on signing in asks for a code of your app. Keep the recovery codes where the app is not.'],
  OFF: ['The second factor of your account is off', 'From now on the password alone is enough to sign in.'],
  RECOVERY_CODE_USED: ['A recovery code of your account was used', 'A recovery code was used in place of a code of your app. It is not good again.'],
  RECOVERY_CODES_RENEWED: ['Your recovery codes are new', 'The recovery codes of your account were made anew; the old ones are worth nothing.'],
} as const;

/** The second factor is on, off, or was got round by a recovery code. */
export const twoFactorMail = kind(
  'twoFactor',
  'The second factor was switched on or off, or a recovery code was used or made.',
  z.object({ userId: z.string(), change: z.enum(['ON', 'OFF', 'RECOVERY_CODE_USED', 'RECOVERY_CODES_RENEWED']) }),
  ({ userId, change }, mail) => tell(mail, userId, twoFactorChanges[change][0], twoFactorChanges[change][1], wasItYou),
);

/** There is another administrator: told to that person and to every super admin. */
export const newAdminMail = kind(
  'newAdmin',
  'Somebody became an administrator: told to them and to every super admin.',
  z.object({ userId: z.string(), adminId: z.string(), isSuperAdmin: z.boolean() }),
  async ({ userId, adminId, isSuperAdmin }, mail) => {
    const role = isSuperAdmin ? 'a super admin' : 'an admin';
    if (userId === adminId) return tell(mail, userId, `You are ${role}`, `You have become ${role}. You may now see and change what belongs to others: take care of your password, and switch a second factor on.`);
    const [told] = await mail.query('SELECT FROM users WHERE id = $1 AND is_super_admin', [userId]);
    if (!told) return null;
    const [admin] = await mail.query<{ name: string | null }>('SELECT coalesce(public_name, username, email) AS name FROM users WHERE id = $1', [adminId]);
    return tell(mail, userId, `There is ${role} more`, `${admin?.name ?? 'Somebody'} has become ${role}. If that is news to you, look at the activities.`);
  },
);
