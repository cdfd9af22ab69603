/** Quick statements on shared lines: each gets its own answer, a fault stays with whom it is for, a lost line comes back. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as rest } from 'node:timers/promises';
import { Client } from 'pg';
import { translated } from '../../src/platform/data/database.ts';
import type { Plan } from '../../src/platform/data/reader/plans.ts';
import { isQuick, noteTime } from '../../src/platform/data/reader/plans.ts';
import { cutWhenSilent } from '../../src/platform/data/silence.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

/** Sends a statement as quick ones are sent; the process id of its backend first, then its value. */
const send = (expression: string, isQuick = true) =>
  server.app.database.texts({
    text: `SELECT pg_backend_pid()::text, (${expression})::text`,
    values: [],
    isQuick,
  });

/** The backends that a number of statements sent at once are worked on by. */
async function backends(statements: number, expression = '1'): Promise<Set<string | null>> {
  return new Set(
    (await Promise.all(Array.from({ length: statements }, () => send(expression)))).map(([pid]) => pid),
  );
}

/** The lines are opened in the background, at the first statement. */
const opened = () => until(async () => (await backends(20)).size === 2);

describe('quick statements', () => {
  it('share two connections, and each gets its own answer', async () => {
    await opened();
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => send(`${index} * 2`)));
    expect(answers.map(([, value]) => value)).toEqual(
      Array.from({ length: 30 }, (_, index) => String(index * 2)),
    );
    expect(new Set(answers.map(([pid]) => pid)).size).toBe(2);
  });

  it('fail alone', async () => {
    await opened();
    const settled = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) => send(index === 5 ? '1 / 0' : String(index))),
    );
    expect(settled.map(({ status }) => status)).toEqual(
      settled.map((_, index) => (index === 5 ? 'rejected' : 'fulfilled')),
    );
    expect(await backends(20)).toHaveProperty('size', 2);
  });

  it('take the pool where the lines are full', async () => {
    await opened();
    expect((await backends(40, `(SELECT 1 FROM pg_sleep(0.02))`)).size).toBeGreaterThan(2);
  });

  it('are UNAVAILABLE when their line is lost, and have another one soon', async () => {
    await opened();
    const before = await backends(20);
    const lost = Array.from({ length: 6 }, () => send('(SELECT 1 FROM pg_sleep(20))'));
    const outcome = Promise.allSettled(lost);
    await until(
      async () =>
        (
          await server.sql(
            `SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND state = 'active' AND pid <> pg_backend_pid()`,
          )
        ).length === 2,
    );
    await server.sql('SELECT pg_terminate_backend(pid::int) FROM unnest($1::text[]) pid', [[...before]]);
    for (const one of await outcome)
      expect(one).toMatchObject({ status: 'rejected', reason: { extensions: { code: 'UNAVAILABLE' } } });
    expect((await send('2'))[1]).toBe('2');
    await opened();
    for (const pid of await backends(20)) expect(before).not.toContain(pid);
  });
});

describe('a connection that has fallen silent', () => {
  it('is cut where an answer is due, and not where none is', async () => {
    const client = new Client({ connectionString: server.databaseUrl });
    client.on('error', () => {});
    await client.connect();
    cutWhenSilent(client, 100);
    await rest(250);
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    const fault = await client.query('SELECT pg_sleep(30)').catch((error: unknown) => translated(error));
    expect(fault).toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
  });
});

describe('a plan', () => {
  const plan = (): Plan => ({
    text: '',
    values: [],
    decode: () => null,
    write: null,
    runs: 0,
    milliseconds: null,
  });

  it('is quick only after it was seen to be, and no longer when it has become slow', () => {
    const one = plan();
    expect(isQuick(one)).toBe(false);
    noteTime(one, 0.4);
    expect(isQuick(one)).toBe(true);
    noteTime(one, 10);
    expect(isQuick(one)).toBe(true);
    for (let run = 0; run < 6; run += 1) noteTime(one, 10);
    expect(isQuick(one)).toBe(false);
  });
});

describe('a list that is asked again and again', () => {
  it('goes over a line, with the addresses of pictures too', async () => {
    const ask = () => server.ask('{ events { nodes { id name logoUrl } } }');
    for (let run = 0; run < 8; run += 1) expect(await ask()).toEqual({ data: { events: { nodes: [] } } });
    const pids = [...(await backends(20))];
    await until(async () => {
      await ask();
      const last = await server.sql('SELECT query FROM pg_stat_activity WHERE pid = ANY($1::int[])', [pids]);
      return last.some(({ query }) => /"milliseconds"/.test(query as string));
    });
  });
});
