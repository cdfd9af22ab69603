/**
 * Proving who one is: a password and, where the account has one, a second factor. Every attempt is counted before it
 * is looked at, so that aliases, batches and several instances get nobody more of them; an account that does not
 * exist takes the same steps as one that does.
 */
import { attempt, forgive, lock, takeBack } from '../platform/auth/rate-limit.ts';
import { isPassword } from '../platform/auth/passwords.ts';
import type { Context } from '../platform/graphql/context.ts';
import type { PublicError } from '../platform/graphql/errors.ts';
import { invalid, unauthenticated } from '../platform/graphql/errors.ts';
import { settingsOf } from '../platform/settings/read.ts';
import { AccountSettings } from './account.settings.ts';
import { byAccount } from './limits.ts';
import { useSecondFactor } from './one-time-password.ts';
import { lockedMail } from './security.mail.ts';

/** What the verbs of accounts need of an operation's context. */
export type Asking = Pick<Context, 'write' | 'config' | 'address' | 'viewer'>;

/** An account as far as proving it goes. */
export interface Account {
  readonly userId: string;
  readonly email: string | null;
  readonly username: string | null;
  readonly passwordHash: string | null;
  readonly isVerified: boolean;
  readonly isBlocked: boolean;
  readonly hasTwoFactor: boolean;
}

/** An account, or none, and the key under which attempts at it are counted. */
export interface Tried<A extends Account | null = Account | null> {
  readonly account: A;
  readonly key: string;
}

/** A proof that failed: what to write down, and what to answer. */
export class Failure {
  constructor(
    readonly action: 'FAIL_PASSWORD' | 'FAIL_SECOND_FACTOR',
    readonly error: PublicError,
  ) {}
}

const columns =
  'id AS "userId", email, username, password_hash AS "passwordHash", is_verified AS "isVerified", is_blocked AS "isBlocked", has_two_factor AS "hasTwoFactor"';

/** The living account behind an e-mail address or a username. */
export async function accountBehind({ write }: Asking, login: string): Promise<Tried> {
  const given = login.normalize('NFC').trim();
  const [account = null] = (await write.database.query(
    `SELECT ${columns} FROM users WHERE (lower(email) = lower($1) OR lower(username) = lower($1)) AND deleted_at IS NULL`,
    [given],
  )) as unknown as Account[];
  return { account, key: account?.userId ?? `unknown ${given.toLowerCase()}` };
}

/** The living account of a person. */
export async function accountOf({ write }: Asking, userId: string | null): Promise<Account | null> {
  const [account = null] = (await write.database.query(
    `SELECT ${columns} FROM users WHERE id = $1 AND deleted_at IS NULL`,
    [userId],
  )) as unknown as Account[];
  return account;
}

/** The viewer's own account. */
export async function ownAccount(asking: Asking): Promise<Tried<Account>> {
  const account = await accountOf(asking, asking.viewer.userId);
  if (!account) throw unauthenticated();
  return { account, key: account.userId };
}

/**
 * Makes one attempt at an account. The one that fails last before the limit locks the account and tells its owner.
 * Throws the error of the failure, RATE_LIMITED while the account is locked.
 */
export async function attemptAt<T>(
  { write, config }: Asking,
  { account, key }: Tried,
  check: (takeItBack: () => Promise<void>) => Promise<T | Failure>,
): Promise<T> {
  const { database } = write;
  const limit = byAccount(await settingsOf({ database, config }, AccountSettings));
  const isLast = (await attempt(database, limit, key)) === limit.attempts;
  let isTakenBack = false;
  const outcome = await check(async () => {
    isTakenBack = true;
    await takeBack(database, limit, key);
  });
  if (!(outcome instanceof Failure)) {
    if (!isTakenBack) await forgive(database, limit, key);
    return outcome;
  }
  if (isLast) await lock(database, limit, key);
  const userId = account?.userId ?? null;
  await write.transaction(async (changes) => {
    changes.record(outcome.action, 'User', userId);
    // The job looks whether there is anybody to tell: an account and none take the same steps here.
    if (isLast) await changes.enqueue(lockedMail, { userId, minutes: limit.seconds / 60 });
  });
  throw outcome.error;
}

/** What is given as proof. */
export interface Given {
  readonly password: string;
  /** A code of the app or a recovery code; null: none was given; absent: none is asked for. */
  readonly oneTimePassword?: string | null;
}

/** The answer to a wrong password in an argument of that name. */
export const wrongPassword = (): PublicError => invalid('is wrong', 'password');

/**
 * Proves an account. Throws the error given for a wrong password, UNAUTHENTICATED for a blocked account, for a missing
 * second factor (extensions.reason ONE_TIME_PASSWORD_REQUIRED) or a wrong one (ONE_TIME_PASSWORD_WRONG).
 */
export function prove(
  asking: Asking,
  tried: Tried,
  given: Given,
  wrong: () => PublicError,
): Promise<Account> {
  const { account } = tried;
  return attemptAt(asking, tried, async (takeItBack) => {
    const isRight = await isPassword(given.password, account?.passwordHash ?? null);
    if (!account || !isRight) return new Failure('FAIL_PASSWORD', wrong());
    if (account.isBlocked) throw unauthenticated('This account is blocked');
    if (!account.hasTwoFactor) return account;
    if (given.oneTimePassword !== undefined)
      return withCode(asking, account, given.oneTimePassword, takeItBack);
    // Half a proof does not start the count anew: whoever knows the password could guess codes for ever in between.
    await takeItBack();
    return account;
  });
}

/**
 * Proves the second factor of an account alone, where a mail takes the place of the password. Counted apart, so that it
 * is a way in again for whoever was locked out. Throws UNAUTHENTICATED with a reason, as `prove` does.
 */
export async function proveSecondFactor(
  asking: Asking,
  account: Account,
  oneTimePassword: string | null,
): Promise<void> {
  if (!account.hasTwoFactor) return;
  await attemptAt(asking, { account, key: `mail ${account.userId}` }, (takeItBack) =>
    withCode(asking, account, oneTimePassword, takeItBack),
  );
}

async function withCode(
  asking: Asking,
  account: Account,
  code: string | null,
  takeItBack: () => Promise<void>,
): Promise<Account | Failure> {
  if (!code) {
    await takeItBack();
    throw unauthenticated('Enter the one-time password of your second factor', {
      reason: 'ONE_TIME_PASSWORD_REQUIRED',
    });
  }
  if (await useSecondFactor(asking, account.userId, code)) return account;
  return new Failure(
    'FAIL_SECOND_FACTOR',
    unauthenticated('Wrong one-time password', { reason: 'ONE_TIME_PASSWORD_WRONG' }),
  );
}
