/** The mails that bring a token: to verify an address, to change it, to get back in. */
import { z } from 'zod';
import { mailKind } from '../platform/mail/mail-kind.ts';
import {
  emailChangeWords,
  passwordResetWords,
  twoFactorResetWords,
  verificationWords,
} from './account.words.ts';
import { makeToken } from './email-tokens.ts';

/** How long tokens are good for, in hours. */
const hours = { verify: 24, changeEmail: 24, resetPassword: 1, resetTwoFactor: 1 } as const;

/** Proves that an address is that of whoever signed up with it. Goes to nobody who has no account to verify. */
export const verificationMail = mailKind({
  name: 'account.verification',
  description: 'Somebody signed up or asked for the mail again: the link verifies their address.',
  isEssential: true,
  payload: z.object({ email: z.string() }),
  words: verificationWords,
  async find({ email }, mail) {
    const [user] = await mail.query<{ id: string }>(
      `SELECT id FROM users WHERE lower(email) = lower($1) AND NOT is_verified AND NOT is_blocked AND deleted_at IS NULL`,
      [email],
    );
    if (!user) return null;
    const token = await makeToken(mail, 'VERIFY', { userId: user.id, email }, hours.verify);
    return {
      to: await mail.toAddress(email),
      about: { link: mail.link('/verify', { token }), token, hours: hours.verify },
    };
  },
});

/** Proves that the new address is the person's. Goes to nobody where somebody else has the address. */
export const emailChangeMail = mailKind({
  name: 'account.emailChange',
  description:
    'Somebody wants to change the e-mail address of their account: the link, sent to the new address, does it.',
  isEssential: true,
  payload: z.object({ userId: z.string(), email: z.string() }),
  words: emailChangeWords,
  async find({ userId, email }, mail) {
    const [free] = await mail.query(
      `SELECT FROM users u WHERE u.id = $1 AND u.deleted_at IS NULL AND NOT u.is_blocked
         AND NOT EXISTS (SELECT FROM users o WHERE lower(o.email) = lower($2) AND o.deleted_at IS NULL)`,
      [userId, email],
    );
    if (!free) return null;
    const token = await makeToken(mail, 'CHANGE_EMAIL', { userId, email }, hours.changeEmail);
    return {
      to: await mail.toAddress(email, userId),
      about: { link: mail.link('/confirm-email', { token }), token, hours: hours.changeEmail },
    };
  },
});

/** Lets whoever has forgotten the password choose a new one. Goes to nobody who has no account. */
export const passwordResetMail = mailKind({
  name: 'account.passwordReset',
  description: 'Somebody has forgotten their password: the link lets them choose a new one.',
  isEssential: true,
  payload: z.object({ email: z.string() }),
  words: passwordResetWords,
  async find({ email }, mail) {
    const [user] = await mail.query<{ id: string }>(
      `SELECT id FROM users WHERE lower(email) = lower($1) AND NOT is_blocked AND deleted_at IS NULL`,
      [email],
    );
    if (!user) return null;
    const token = await makeToken(mail, 'RESET_PASSWORD', { userId: user.id, email }, hours.resetPassword);
    return {
      to: await mail.toAddress(email),
      about: { link: mail.link('/reset', { token }), token, hours: hours.resetPassword },
    };
  },
});

/** Lets whoever has lost app and recovery codes switch the second factor off, together with the password. */
export const twoFactorResetMail = mailKind({
  name: 'account.twoFactorReset',
  description:
    'Somebody has lost their second factor: the link, together with the password, switches it off.',
  isEssential: true,
  payload: z.object({ userId: z.string() }),
  words: twoFactorResetWords,
  async find({ userId }, mail) {
    const [user] = await mail.query<{ email: string }>(
      `SELECT email FROM users WHERE id = $1 AND has_two_factor AND email IS NOT NULL AND NOT is_blocked AND deleted_at IS NULL`,
      [userId],
    );
    const to = user && (await mail.toUser(userId));
    if (!to) return null;
    const token = await makeToken(
      mail,
      'RESET_TWO_FACTOR',
      { userId, email: user.email },
      hours.resetTwoFactor,
    );
    return {
      to,
      about: { link: mail.link('/reset-two-factor', { token }), token, hours: hours.resetTwoFactor },
    };
  },
});
