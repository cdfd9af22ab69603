/** Transactions whose connection is lost: they fail as UNAVAILABLE, and give their place in the pool back. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Transaction } from '../../src/platform/data/database.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
beforeAll(async () => (server = await startServer({ POOL_SIZE: '2' })));
afterAll(() => server.close());

/** Ends the backend that works on a transaction. */
async function loseConnection({ query }: Transaction): Promise<void> {
  const [row] = await query('SELECT pg_backend_pid() AS pid');
  await server.sql('SELECT pg_terminate_backend($1, 5000)', [row!.pid]);
}

it.each<[string, (transaction: Transaction) => Promise<unknown>]>([
  [
    'before a statement',
    async (transaction) => (await loseConnection(transaction), transaction.query('SELECT 1')),
  ],
  ['before they are kept', loseConnection],
])('lost %s, more often than the pool has places', async (_, work) => {
  const { database } = server.app;
  for (let lost = 0; lost < 3; lost += 1) {
    await expect(database.transaction(work)).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
  }
  expect(database.pool.totalCount).toBe(database.pool.idleCount);
  expect(await database.transaction(({ query }) => query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
});
