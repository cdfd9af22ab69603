/**
 * Rate limits: how often something may be tried under a key. Counted in PostgreSQL at the moment of the attempt, so
 * neither several instances nor the aliases and batches of one request get anybody more of them.
 */
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Database, Transaction } from '../data/database.ts';
import { translated } from '../data/database.ts';
import { PublicError } from '../graphql/errors.ts';
import { digestOf } from './secrets.ts';

/** So many attempts in so many seconds, for each key. `name` keeps the keys of different limits apart. */
export interface Limit {
  readonly name: string;
  readonly attempts: number;
  readonly seconds: number;
}

/**
 * Counts an attempt. Throws RATE_LIMITED, with the seconds to wait, when there were too many.
 * @returns how many there were, this one included
 */
export function attempt(database: Database, limit: Limit, key: string): Promise<number> {
  return consumed(counter(database.pool, 'pool', limit), key);
}

/** Counts what a transaction does, when and if it commits. Throws RATE_LIMITED as `attempt` does. */
export function countIn(query: Transaction['query'], limit: Limit, key: string): Promise<number> {
  const client = {
    query: async ({ text, values }: { text: string; values: unknown[] }) => ({
      rows: await query(text, values),
    }),
  };
  return consumed(counter(client, 'client', limit), key);
}

async function consumed(limiter: RateLimiterPostgres, key: string): Promise<number> {
  try {
    return (await limiter.consume(digestOf(key))).consumedPoints;
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw translated(refused);
    const retryAfter = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
    throw new PublicError('RATE_LIMITED', `Too many attempts; try again in ${retryAfter} seconds`, {
      retryAfter,
    });
  }
}

/** Forgets the attempts under a key. */
export async function forgive(database: Database, limit: Limit, key: string): Promise<void> {
  await counter(database.pool, 'pool', limit).delete(digestOf(key));
}

/** Takes back an attempt that turned out to be none. */
export async function takeBack(database: Database, limit: Limit, key: string): Promise<void> {
  await counter(database.pool, 'pool', limit).reward(digestOf(key), 1);
}

/** Refuses every attempt under a key from now on, for the time of the limit. */
export async function lock(database: Database, limit: Limit, key: string): Promise<void> {
  await counter(database.pool, 'pool', limit).block(digestOf(key), limit.seconds);
}

function counter(
  storeClient: unknown,
  storeType: 'pool' | 'client',
  { name, attempts, seconds }: Limit,
): RateLimiterPostgres {
  return new RateLimiterPostgres({
    storeClient,
    storeType,
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: name,
    points: attempts,
    duration: seconds,
    clearExpiredByTimeout: false,
  });
}
