/**
 * Passwords: argon2id with the parameters that OWASP asks for. Only a few are hashed at a time, so that a burst of
 * sign-ins cannot take all threads of the process, and the waiting line is bounded.
 */
import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { unavailable } from '../graphql/errors.ts';

/** How long a password may be, in characters; the settings may ask for more than the least. */
export const passwordLength = { least: 8, most: 128 };

// 19 MiB, two passes, one lane; argon2id is the algorithm by default.
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const limit = pLimit(2);
const longestLine = 200;

/** The hash to store of a password. Throws UNAVAILABLE while too many wait for theirs. */
export function hashPassword(password: string): Promise<string> {
  return inLine(() => hash(password.normalize('NFC'), options));
}

/** Whether a password is the one behind a hash. Takes the same time for an account without one (null): the answer is no. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const against = stored ?? (await (nobodys ??= hashPassword('the password of nobody')));
  const { length } = password;
  // Longer ones were never stored; hashing megabytes would be a way to keep the process busy.
  const given = length > passwordLength.most * 4 ? '' : password.normalize('NFC');
  const isRight = await inLine(() => verify(against, given));
  return isRight && stored !== null;
}

let nobodys: Promise<string> | undefined;

function inLine<T>(work: () => Promise<T>): Promise<T> {
  if (limit.pendingCount >= longestLine)
    throw unavailable('Too many people are signing in; try again in a moment');
  return limit(work);
}
