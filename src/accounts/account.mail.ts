/** The mails that bring a token: to verify an address, to change it, to get back in. */
import { z } from 'zod';
import { button, text } from '../platform/mail/layout.ts';
import { mailKind } from '../platform/mail/mail-kind.ts';
import { makeToken } from './email-tokens.ts';

/** How long tokens are good for, in hours. */
const hours = { verify: 24, changeEmail: 24, resetPassword: 1, resetTwoFactor: 1 } as const;

const ifNotYou = text('If it was not you, do nothing.');
const byHand = (mutation: string, token: string) => text(`The mutation ${mutation} takes the token as it is: ${token}`);

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
    const token = await makeToken(mail, 'VERIFY', { userId: user.id, email }, hours.verify);
    return {
      to: await mail.toAddress(email),
      subject: `Verify your e-mail address for ${mail.appName}`,
      blocks: [
        text(`Somebody, hopefully you, has signed up for ${mail.appName} with this address. The link below verifies it within ${hours.verify} hours.`),
        button('Verify the address', mail.link('/verify', { token })),
        byHand('verifyEmail', token),
        ifNotYou,
      ],
    };
  },
});

/** Proves that the new address is the person's. Goes to nobody where somebody else has the address. */
export const emailChangeMail = mailKind({
  name: 'account.emailChange',
  description: 'Somebody wants to change the e-mail address of their account: the link, sent to the new address, does it.',
  isEssential: true,
  payload: z.object({ userId: z.string(), email: z.string() }),
  async compose({ userId, email }, mail) {
    const [free] = await mail.query(
      `SELECT FROM users u WHERE u.id = $1 AND u.deleted_at IS NULL AND NOT u.is_blocked
         AND NOT EXISTS (SELECT FROM users o WHERE lower(o.email) = lower($2) AND o.deleted_at IS NULL)`,
      [userId, email],
    );
    if (!free) return null;
    const token = await makeToken(mail, 'CHANGE_EMAIL', { userId, email }, hours.changeEmail);
    return {
      to: await mail.toAddress(email),
      subject: `Confirm your new e-mail address for ${mail.appName}`,
      blocks: [
        text(`Somebody, hopefully you, wants to use this address for their account at ${mail.appName}. The link below makes it so within ${hours.changeEmail} hours.`),
        button('Use this address', mail.link('/confirm-email', { token })),
        byHand('confirmEmailChange', token),
        ifNotYou,
      ],
    };
  },
});

/** Lets whoever has forgotten the password choose a new one. Goes to nobody who has no account. */
export const passwordResetMail = mailKind({
  name: 'account.passwordReset',
  description: 'Somebody has forgotten their password: the link lets them choose a new one.',
  isEssential: true,
  payload: z.object({ email: z.string() }),
  async compose({ email }, mail) {
    const [user] = await mail.query<{ id: string }>(
      `SELECT id FROM users WHERE lower(email) = lower($1) AND NOT is_blocked AND deleted_at IS NULL`,
      [email],
    );
    if (!user) return null;
    const token = await makeToken(mail, 'RESET_PASSWORD', { userId: user.id, email }, hours.resetPassword);
    return {
      to: await mail.toAddress(email),
      subject: `Choose a new password for ${mail.appName}`,
      blocks: [
        text(`Somebody, hopefully you, has forgotten the password of the account at ${mail.appName} with this address. The link below is good for an hour, once.`),
        button('Choose a new password', mail.link('/reset', { token })),
        byHand('resetPassword', token),
        text('If it was not you, do nothing: your password stays as it is.'),
      ],
    };
  },
});

/** Lets whoever has lost app and recovery codes switch the second factor off, together with the password. */
export const twoFactorResetMail = mailKind({
  name: 'account.twoFactorReset',
  description: 'Somebody has lost their second factor: the link, together with the password, switches it off.',
  isEssential: true,
  payload: z.object({ userId: z.string() }),
  async compose({ userId }, mail) {
    const [user] = await mail.query<{ email: string }>(
      `SELECT email FROM users WHERE id = $1 AND has_two_factor AND email IS NOT NULL AND NOT is_blocked AND deleted_at IS NULL`,
      [userId],
    );
    const to = user && (await mail.toUser(userId));
    if (!to) return null;
    const token = await makeToken(mail, 'RESET_TWO_FACTOR', { userId, email: user.email }, hours.resetTwoFactor);
    return {
      to,
      subject: `Switch off the second factor of your account at ${mail.appName}`,
      blocks: [
        text(`Somebody who knows your password at ${mail.appName}, hopefully you, has lost the second factor. The link below is good for an hour, once, and asks for the password again.`),
        button('Switch it off', mail.link('/reset-two-factor', { token })),
        byHand('resetTwoFactor', token),
        text('If it was not you, somebody knows your password: change it now.'),
      ],
    };
  },
});
