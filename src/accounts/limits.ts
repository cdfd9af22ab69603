/** How often anybody may try to prove who they are: by network address, and by the account or mail address tried. */
import type { Limit } from '../platform/auth/rate-limit.ts';
import type { Config } from '../platform/config/index.ts';
import type { AccountSettings } from './account.settings.ts';

const seconds = 900;

/** Everything that anybody does here who is not signed in, by network address. */
export const byAddress = ({ limits }: Config): Limit => ({
  name: 'address',
  attempts: limits.addressAttempts,
  seconds,
});
/** Passwords and codes for one account, whatever they are asked for; the right ones start the count anew. */
export const byAccount = ({ maxFailedAttempts, lockOutMinutes }: AccountSettings): Limit => ({
  name: 'account',
  attempts: maxFailedAttempts,
  seconds: lockOutMinutes * 60,
});
/** Sign-ups with one mail address. */
export const bySignUp: Limit = { name: 'signUp', attempts: 10, seconds };
/** Mails of one kind to one mail address. */
export const byMail = (purpose: string): Limit => ({ name: `mail ${purpose}`, attempts: 3, seconds });
