/** Changing a password, and choosing a new one where it was forgotten. Either ends sign-ins and is told by mail. */
import { hashPassword } from '../platform/auth/passwords.ts';
import { passwordProblems } from '../platform/auth/password-policy.ts';
import { attempt, forgive } from '../platform/auth/rate-limit.ts';
import { endFamilies } from '../platform/auth/tokens.ts';
import type { Changes } from '../platform/data/writer.ts';
import { badInput, invalid } from '../platform/graphql/errors.ts';
import { settingsOf } from '../platform/settings/read.ts';
import { passwordResetMail } from './account.mail.ts';
import { AccountSettings } from './account.settings.ts';
import { badToken, holderOf, useToken, voidTokens } from './email-tokens.ts';
import { byAccount, byAddress, byMail } from './limits.ts';
import type { Account, Asking } from './prove.ts';
import { accountOf, ownAccount, prove, proveSecondFactor } from './prove.ts';
import { passwordChangedMail } from './security.mail.ts';

/** Changes the viewer's own password, and ends every other sign-in of theirs. */
export async function changePassword(
  asking: Asking,
  oldPassword: string,
  newPassword: string,
): Promise<void> {
  const own = await ownAccount(asking);
  await prove(asking, own, { password: oldPassword }, () => invalid('is wrong', 'oldPassword'));
  const passwordHash = await acceptable(asking, own.account, newPassword);
  await asking.write.transaction(async (changes) => {
    await store(changes, changes.userId, passwordHash, asking.viewer.tokenFamilyId);
    changes.record('CHANGE_PASSWORD', 'User', changes.userId);
  });
}

/** Sends a mail with which to choose a new password, where there is an account; answers the same where there is none. */
export async function requestPasswordReset({ write, config, address }: Asking, email: string): Promise<void> {
  await attempt(write.database, byAddress(config), address);
  await attempt(write.database, byMail('reset password'), email);
  // The job, not this, looks whether there is anybody: here both take the same steps.
  await write.transaction((changes) => changes.enqueue(passwordResetMail, { email }));
}

/**
 * Gives the account that a token was sent to another password; ends all its sign-ins and its lock. Throws BAD_USER_INPUT,
 * or UNAUTHENTICATED where a second factor is on and missing: who reads the mail, and nothing else, could switch it off
 * with the new password and another mail.
 */
export async function resetPassword(
  asking: Asking,
  token: string,
  newPassword: string,
  oneTimePassword: string | null,
): Promise<void> {
  const { write, config, address } = asking;
  const { database } = write;
  await attempt(database, byAddress(config), address);
  const holder = await holderOf(database, 'RESET_PASSWORD', token);
  const account = holder && (await accountOf(asking, holder.userId));
  if (!account) throw badToken();
  const passwordHash = await acceptable(asking, account, newPassword);
  // An address that nobody has proved may be taken by a stranger, second factor and all: it is its reader's.
  if (account.isVerified) await proveSecondFactor(asking, account, oneTimePassword);
  await write.transaction(async (changes) => {
    const { userId } = await useToken(changes, 'RESET_PASSWORD', token);
    changes.actAs(userId);
    changes.record('RESET_PASSWORD', 'User', userId);
    await store(changes, userId, passwordHash, null);
  });
  await forgive(database, byAccount(await settingsOf({ database, config }, AccountSettings)), account.userId);
}

/** The hash of a password that the policy accepts for an account. Throws BAD_USER_INPUT. */
async function acceptable(
  { write: { database }, config }: Asking,
  { email, username }: Account,
  newPassword: string,
): Promise<string> {
  const { minPasswordLength: least } = await settingsOf({ database, config }, AccountSettings);
  const problems = await passwordProblems(newPassword, ['newPassword'], { least, person: [email, username] });
  if (problems.length > 0) throw badInput(problems);
  return hashPassword(newPassword);
}

async function store(
  changes: Changes,
  userId: string,
  passwordHash: string,
  except: string | null,
): Promise<void> {
  await changes.query('UPDATE users SET password_hash = $2, updated_at = now() WHERE id = $1', [
    userId,
    passwordHash,
  ]);
  // Whoever had the old password may have asked for the others, and waits with them at an address of theirs.
  await voidTokens(changes, userId, 'RESET_PASSWORD', 'CHANGE_EMAIL', 'RESET_TWO_FACTOR');
  await endFamilies(changes, userId, { except });
  await changes.enqueue(passwordChangedMail, { userId });
}
