/**
 * Signing up, in and out. Nothing here tells whether an account exists, neither in words nor in time, but signing up
 * with a taken address (contract: identity).
 */
import { attempt, forgive } from '../platform/auth/rate-limit.ts';
import { hashPassword, isPassword, passwordProblems } from '../platform/auth/passwords.ts';
import type { Context } from '../platform/graphql/context.ts';
import { badInput, unauthenticated } from '../platform/graphql/errors.ts';
import type { SignInInput, SignUpInput } from './account.inputs.ts';
import { verificationMail } from './account.mail.ts';
import { byAccount, byAddress, byMail, bySignUp } from './limits.ts';
import { checkedSignUp, createPerson, sayWhatIsTaken } from './person.ts';
import { endFamilies, issueTokens } from '../platform/auth/tokens.ts';
import { publishRightsChange } from '../platform/live/rights.ts';
import type { IssuedTokens } from '../platform/auth/tokens.ts';

/** What the verbs here need of an operation's context. */
type Asking = Pick<Context, 'write' | 'config' | 'address' | 'viewer'>;

/** Makes an account that is not verified yet, and signs it in. Throws CONFLICT for a taken e-mail address or username. */
export async function signUp({ write, config, address }: Asking, input: SignUpInput): Promise<IssuedTokens> {
  await attempt(write.database, byAddress(config), address);
  await attempt(write.database, bySignUp(config), input.email);
  const { password, ...person } = checkedSignUp(input);
  const passwordHash = await hashPassword(password);
  return sayWhatIsTaken(() =>
    write.transaction(async (changes) => {
      const user = await createPerson(changes, { ...person, passwordHash });
      await changes.enqueue(verificationMail, { email: person.email });
      return issueTokens(changes, config, user.id);
    }),
  );
}

/** Signs a person in by e-mail address or username. Throws UNAUTHENTICATED: the same for an unknown account and a wrong password. */
export async function signIn({ write, config, address }: Asking, { login, password }: SignInInput): Promise<IssuedTokens> {
  const { database } = write;
  await attempt(database, byAddress(config), address);
  const [found] = await database.query<{ id: string; hash: string | null; isBlocked: boolean }>(
    `SELECT id, password_hash AS hash, is_blocked AS "isBlocked" FROM users
     WHERE (lower(email) = lower($1) OR lower(username) = lower($1)) AND deleted_at IS NULL`,
    [login.normalize('NFC').trim()],
  );
  const account = found?.id ?? `unknown ${login.trim().toLowerCase()}`;
  await attempt(database, byAccount(config), account);
  const isRight = await isPassword(password, found?.hash ?? null);
  if (!found || !isRight) throw unauthenticated('Wrong e-mail, username or password');
  if (found.isBlocked) throw unauthenticated('This account is blocked');
  await forgive(database, byAccount(config), account);
  return issueTokens(database, config, found.id);
}

/** Ends the viewer's tokens: those of this sign-in, or everywhere. */
export async function signOut({ write, viewer }: Asking, everywhere: boolean): Promise<void> {
  await write.transaction(async (changes) => {
    await endFamilies(changes, changes.userId, everywhere ? {} : { only: viewer.tokenFamilyId });
    await publishRightsChange(changes, changes.userId);
  });
}

/** Sends the verification mail again, where there is an account to verify; answers the same where there is none. */
export async function resendVerification({ write, config, address }: Asking, email: string): Promise<void> {
  await attempt(write.database, byAddress(config), address);
  await attempt(write.database, byMail, email);
  // The job, not this, looks whether there is anybody: here both take the same steps.
  await write.transaction((changes) => changes.enqueue(verificationMail, { email }));
}

/** Changes the viewer's own password, and ends every other sign-in of theirs. */
export async function changePassword(asking: Asking, oldPassword: string, newPassword: string): Promise<void> {
  const { write, config, viewer } = asking;
  const { database } = write;
  const problems = passwordProblems(newPassword, ['newPassword']);
  if (problems.length > 0) throw badInput(problems);
  await attempt(database, byAccount(config), String(viewer.userId));
  const [found] = await database.query<{ hash: string | null }>('SELECT password_hash AS hash FROM users WHERE id = $1', [viewer.userId]);
  if (!(await isPassword(oldPassword, found?.hash ?? null))) throw badInput([{ path: ['oldPassword'], message: 'is wrong' }]);
  await forgive(database, byAccount(config), String(viewer.userId));
  const passwordHash = await hashPassword(newPassword);
  await write.transaction(async (changes) => {
    await changes.query('UPDATE users SET password_hash = $2, updated_at = now() WHERE id = $1', [changes.userId, passwordHash]);
    await endFamilies(changes, changes.userId, { except: viewer.tokenFamilyId });
    await publishRightsChange(changes, changes.userId);
  });
}
