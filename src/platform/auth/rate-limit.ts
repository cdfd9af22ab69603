/**
 * Rate limits: how often something may be tried under a key. Counted in PostgreSQL at the moment of the attempt, so
 * neither several instances nor the aliases and batches of one request get anybody more of them.
 */
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Database } from '../data/database.ts';
import { translated } from '../data/database.ts';
import { PublicError } from '../graphql/errors.ts';
import { digestOf } from './secrets.ts';

/** So many attempts in so many seconds, for each key. `name` keeps the keys of different limits apart. */
export interface Limit {
  readonly name: string;
  readonly attempts: number;
  readonly seconds: number;
}

/** Counts an attempt. Throws RATE_LIMITED, with the seconds to wait, when there were too many. */
export async function attempt(database: Database, limit: Limit, key: string): Promise<void> {
  try {
    await counter(database, limit).consume(digestOf(key));
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw translated(refused);
    const retryAfter = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
    throw new PublicError('RATE_LIMITED', `Too many attempts; try again in ${retryAfter} seconds`, { retryAfter });
  }
}

/** Forgets the attempts under a key. */
export async function forgive(database: Database, limit: Limit, key: string): Promise<void> {
  await counter(database, limit).delete(digestOf(key));
}

function counter(database: Database, { name, attempts, seconds }: Limit): RateLimiterPostgres {
  return new RateLimiterPostgres({
    storeClient: database.pool,
    storeType: 'pool',
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: name,
    points: attempts,
    duration: seconds,
    clearExpiredByTimeout: false,
  });
}
