/**
 * Signing up, in and out. Nothing here tells whether an account exists, neither in words nor in time, but signing up
 * with a taken address (contract: identity).
 */
import { attempt } from '../platform/auth/rate-limit.ts';
import { hashPassword } from '../platform/auth/passwords.ts';
import type { Changes } from '../platform/data/writer.ts';
import { unauthenticated } from '../platform/graphql/errors.ts';
import { publishMachineRightsChange } from '../platform/live/rights.ts';
import type { SignInInput, SignUpInput } from './account.inputs.ts';
import { verificationMail } from './account.mail.ts';
import { byAddress, bySignUp } from './limits.ts';
import { checkedSignUp, createPerson, sayWhatIsTaken } from './person.ts';
import type { Asking } from './prove.ts';
import { accountBehind, prove } from './prove.ts';
import { endFamilies, issueTokens, rotateTokens } from '../platform/auth/tokens.ts';
import type { IssuedTokens } from '../platform/auth/tokens.ts';

/** What is answered with tokens, made in the transaction that issued them. */
export type Answer<T> = (changes: Changes, tokens: IssuedTokens) => Promise<T>;

/** Makes an account that is not verified yet, and signs it in. Throws CONFLICT for a taken e-mail address or username. */
export async function signUp<T>(
  { write, config, address }: Asking,
  input: SignUpInput,
  answer: Answer<T>,
): Promise<T> {
  const { database } = write;
  await attempt(database, byAddress(config), address);
  await attempt(database, bySignUp, input.email);
  const { password, ...person } = await checkedSignUp({ database, config }, input);
  const passwordHash = await hashPassword(password);
  return sayWhatIsTaken(() =>
    write.transaction(async (changes) => {
      const user = await createPerson(changes, { ...person, passwordHash });
      changes.actAs(user.id);
      await changes.enqueue(verificationMail, { email: person.email });
      return answer(changes, await issueTokens(changes, config, user.id));
    }),
  );
}

/**
 * Signs a person in by e-mail address or username. Throws UNAUTHENTICATED: the same for an unknown account and a wrong
 * password; with a reason where the second factor is missing or wrong.
 */
export async function signIn<T>(
  asking: Asking,
  { login, password, oneTimePassword = null }: SignInInput,
  answer: Answer<T>,
): Promise<T> {
  const { write, config, address } = asking;
  await attempt(write.database, byAddress(config), address);
  const { userId } = await prove(
    asking,
    await accountBehind(asking, login),
    { password, oneTimePassword },
    wrongSignIn,
  );
  return write.transaction(async (changes) => {
    changes.actAs(userId);
    changes.record('SIGN_IN', 'User', userId);
    return answer(changes, await issueTokens(changes, config, userId));
  });
}

/** The answer to a wrong login and to a wrong password. */
export const wrongSignIn = () => unauthenticated('Wrong e-mail, username or password');

/** New tokens for a refresh token. One that was used before ends its sign-in, sockets included. Throws UNAUTHENTICATED. */
export async function refresh<T>(
  { write, config }: Asking,
  refreshToken: string,
  answer: Answer<T>,
): Promise<T> {
  const answered = await write.transaction(async (changes) => {
    const rotation = await rotateTokens(changes, config, refreshToken);
    if (rotation.outcome === 'bad') throw unauthenticated(badRefreshToken);
    const { userId, computeNodeId } = rotation.tokens;
    if (userId !== null) changes.actAs(userId);
    const action = rotation.outcome === 'issued' ? 'REFRESH' : 'REUSE_REFRESH_TOKEN';
    changes.record(action, userId === null ? 'ComputeNode' : 'User', userId ?? computeNodeId);
    if (rotation.outcome === 'issued') return { answer: await answer(changes, rotation.tokens) };
    // A person's sockets are told by a trigger.
    if (computeNodeId !== null) await publishMachineRightsChange(changes, computeNodeId);
    return null;
  });
  // Thrown only now: what the token's second use ended stays ended.
  if (!answered) throw unauthenticated(badRefreshToken);
  return answered.answer;
}

const badRefreshToken = 'The refresh token is bad, expired or revoked';

/** Ends the viewer's tokens: those of this sign-in, or everywhere. */
export async function signOut({ write, viewer }: Asking, everywhere: boolean): Promise<void> {
  await write.transaction(async (changes) => {
    changes.record(everywhere ? 'SIGN_OUT_EVERYWHERE' : 'SIGN_OUT', 'User', changes.userId);
    await endFamilies(changes, changes.userId, everywhere ? {} : { only: viewer.tokenFamilyId });
  });
}
