/** E-mail addresses: verifying them, and changing them. The token of a mail proves who reads the address. */
import { attempt } from '../platform/auth/rate-limit.ts';
import type { Changes } from '../platform/data/writer.ts';
import { badInput } from '../platform/graphql/errors.ts';
import { emailChangeMail, verificationMail } from './account.mail.ts';
import { badToken, useToken, voidTokens } from './email-tokens.ts';
import { byAddress, byMail } from './limits.ts';
import { sayWhatIsTaken } from './person.ts';
import type { Asking, Given } from './prove.ts';
import { ownAccount, prove, wrongPassword } from './prove.ts';
import { emailChangeNotice } from './security.mail.ts';

/** Sends the verification mail again, where there is an account to verify; answers the same where there is none. */
export async function resendVerification({ write, config, address }: Asking, email: string): Promise<void> {
  await attempt(write.database, byAddress(config), address);
  await attempt(write.database, byMail('verify'), email);
  // The job, not this, looks whether there is anybody: here both take the same steps.
  await write.transaction((changes) => changes.enqueue(verificationMail, { email }));
}

/** What is answered for a person, made in the transaction that proved them. */
type AnswerFor<T> = (changes: Changes, userId: string) => Promise<T>;

/** Verifies the address that a token was sent to, and answers for the person. Throws BAD_USER_INPUT for a token that is not good. */
export async function verifyEmail<T>(
  { write, config, address }: Asking,
  token: string,
  answer: AnswerFor<T>,
): Promise<T> {
  await attempt(write.database, byAddress(config), address);
  return write.transaction(async (changes) => {
    const { userId } = await useToken(changes, 'VERIFY', token);
    await changes.query(
      'UPDATE users SET is_verified = true, updated_at = now(), version = version + 1 WHERE id = $1',
      [userId],
    );
    changes.actAs(userId);
    changes.record('VERIFY', 'User', userId, [{ field: 'isVerified', to: 'true' }]);
    return answer(changes, userId);
  });
}

/**
 * Sends a token to the address that the viewer wants to have, and tells the old one. Whether somebody else has the
 * address is not told. Throws BAD_USER_INPUT for a wrong password or the address that the account has, UNAUTHENTICATED
 * where a second factor is on and missing: the new address could reset it otherwise.
 */
export async function requestEmailChange(asking: Asking, newEmail: string, given: Given): Promise<void> {
  const { write } = asking;
  const own = await ownAccount(asking);
  await prove(asking, own, given, wrongPassword);
  const { email } = own.account;
  if (email?.toLowerCase() === newEmail)
    throw badInput([{ path: ['newEmail'], message: 'is your address already' }]);
  await attempt(write.database, byMail('change'), newEmail);
  await write.transaction(async (changes) => {
    const { userId } = changes;
    await voidTokens(changes, userId, 'CHANGE_EMAIL');
    changes.record('REQUEST_EMAIL_CHANGE', 'User', userId);
    await changes.enqueue(emailChangeMail, { userId, email: newEmail });
    if (email) await changes.enqueue(emailChangeNotice, { email, newEmail, isDone: false });
  });
}

/**
 * Gives the account that asked for it the address that the token was sent to, verified, and answers for the person. Every
 * other token that was sent to the person dies. Throws BAD_USER_INPUT, or CONFLICT where somebody took the address meanwhile.
 */
export async function confirmEmailChange<T>(
  { write, config, address }: Asking,
  token: string,
  answer: AnswerFor<T>,
): Promise<T> {
  await attempt(write.database, byAddress(config), address);
  return sayWhatIsTaken(() =>
    write.transaction(async (changes) => {
      const { userId, email: newEmail } = await useToken(changes, 'CHANGE_EMAIL', token);
      const [before] = await changes.query('SELECT email FROM users WHERE id = $1 FOR UPDATE', [userId]);
      if (!before) throw badToken();
      await changes.query(
        'UPDATE users SET email = $2, is_verified = true, updated_at = now(), version = version + 1 WHERE id = $1',
        [userId, newEmail],
      );
      await voidTokens(changes, userId);
      changes.actAs(userId);
      changes.record('CHANGE_EMAIL', 'User', userId, ['email', { field: 'isVerified', to: 'true' }]);
      if (before.email !== null)
        await changes.enqueue(emailChangeNotice, { email: String(before.email), newEmail, isDone: true });
      return answer(changes, userId);
    }),
  );
}
