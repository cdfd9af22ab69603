/** The mails that tell people what happened to their account, so that they notice what was not them. */
import { z } from 'zod';
import type { FoundMail, MailContext, MailDeclaration, MailKind } from '../platform/mail/mail-kind.ts';
import { mailKind } from '../platform/mail/mail-kind.ts';
import {
  emailChangeNoticeWords,
  lockedWords,
  newAdminWords,
  passwordChangedWords,
  twoFactorWords,
} from './security.words.ts';

/** A mail to a person about their account. */
async function tell<A>(mail: MailContext, userId: string | null, about: A): Promise<FoundMail<A> | null> {
  const to = userId === null ? null : await mail.toUser(userId);
  return to && { to, about };
}

function kind<T, A>(declaration: MailDeclaration<T, A>): MailKind<T> {
  return mailKind({ ...declaration, name: `account.${declaration.name}`, isEssential: true });
}

/** Somebody guessed too often. */
export const lockedMail = kind({
  name: 'locked',
  description: 'Too many wrong passwords or codes were tried: the account is locked for a while.',
  payload: z.object({ userId: z.string().nullable(), minutes: z.number() }),
  words: lockedWords,
  find: ({ userId, minutes }, mail) => tell(mail, userId, { minutes }),
});

/** The password is another one. */
export const passwordChangedMail = kind({
  name: 'passwordChanged',
  description: 'The password of the account was changed.',
  payload: z.object({ userId: z.string() }),
  words: passwordChangedWords,
  find: ({ userId }, mail) => tell(mail, userId, null),
});

/** Told to the old address, before and after. */
export const emailChangeNotice = kind({
  name: 'emailChangeNotice',
  description:
    'Somebody wants to change the e-mail address of their account, or has: told to the old address.',
  payload: z.object({ email: z.string(), newEmail: z.string(), isDone: z.boolean() }),
  words: emailChangeNoticeWords,
  async find({ email, newEmail, isDone }, mail) {
    const { userId } = await mail.toAddress(newEmail);
    return {
      to: await mail.toAddress(email, isDone && userId !== null ? userId : undefined),
      about: { newEmail, isDone },
    };
  },
});

/** The second factor is on, off, or was got round by a recovery code. */
export const twoFactorMail = kind({
  name: 'twoFactor',
  description: 'The second factor was switched on or off, or a recovery code was used or made.',
  payload: z.object({
    userId: z.string(),
    change: z.enum(['ON', 'OFF', 'RECOVERY_CODE_USED', 'RECOVERY_CODES_RENEWED']),
  }),
  words: twoFactorWords,
  find: ({ userId, change }, mail) => tell(mail, userId, { change }),
});

/** There is another administrator: told to that person and to every super admin. */
export const newAdminMail = kind({
  name: 'newAdmin',
  description: 'Somebody became an administrator: told to them and to every super admin.',
  payload: z.object({ userId: z.string(), adminId: z.string(), isSuperAdmin: z.boolean() }),
  words: newAdminWords,
  async find({ userId, adminId, isSuperAdmin }, mail) {
    if (userId === adminId) return tell(mail, userId, { isReader: true, name: null, isSuperAdmin });
    const [told] = await mail.query('SELECT FROM users WHERE id = $1 AND is_super_admin', [userId]);
    if (!told) return null;
    const [admin] = await mail.query<{ name: string | null }>(
      'SELECT coalesce(public_name, username, email) AS name FROM users WHERE id = $1',
      [adminId],
    );
    return tell(mail, userId, { isReader: false, name: admin?.name ?? null, isSuperAdmin });
  },
});
