/** How often anybody may try to prove who they are: by network address, and by the account or mail address tried. */
import type { Limit } from '../platform/auth/rate-limit.ts';
import type { Config } from '../platform/config/index.ts';

const seconds = 900;

/** Everything that anybody does here who is not signed in, by network address. */
export const byAddress = ({ limits }: Config): Limit => ({ name: 'address', attempts: limits.addressAttempts, seconds });
/** Passwords for one account; the right one starts the count anew. */
export const byAccount = ({ limits }: Config): Limit => ({ name: 'account', attempts: limits.accountAttempts, seconds });
/** Sign-ups with one mail address. */
export const bySignUp = ({ limits }: Config): Limit => ({ name: 'signUp', attempts: limits.accountAttempts, seconds });
/** Mails to one mail address. */
export const byMail: Limit = { name: 'mail', attempts: 3, seconds };
