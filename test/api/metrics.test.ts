/** /metrics of a whole server: who may read it, and what it counts. */
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { serve } from '../../src/server.ts';
import { startWorkers } from '../../src/worker.ts';
import { createPerson } from '../kit/accounts.ts';
import { startServer } from '../kit/server.ts';
import type { TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const token = 'a-token-of-the-tests-of-forty-characters';
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ HOST: '0.0.0.0', METRICS_TOKEN: token });
});
afterAll(() => server.close());

const from = (host: string, path = '/metrics') => `http://${host}:${new URL(server.url).port}${path}`;
const scrape = async (url = from('127.0.0.1')) => (await fetch(url)).text();
/** The number of a series, by its name with labels; undefined where there is no such series. */
const valueOf = (text: string, series: string) => {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};
const count = (text: string, kind: string, outcome: string) =>
  valueOf(text, `convoke_graphql_operation_duration_seconds_count{kind="${kind}",outcome="${outcome}"}`)!;
const answerOf = async (url: string, init?: RequestInit) => {
  const response = await fetch(url, init);
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
};

describe('who may read /metrics', () => {
  it('is a program on this machine, and the bearer of the token through whatever proxy', async () => {
    for (const headers of [
      {},
      { 'x-forwarded-for': '203.0.113.7', authorization: `Bearer ${token}` },
    ] as Record<string, string>[]) {
      const { status, type, body } = await answerOf(from('127.0.0.1'), { headers });
      expect([status, type]).toEqual([200, expect.stringMatching(/^text\/plain; version=0\.0\.4/)]);
      expect(body).toContain('convoke_sockets 0');
    }
  });

  it('is nobody else: the address does not exist for them', async () => {
    const nowhere = await answerOf(from('127.0.0.1', '/no-such-address'));
    expect(nowhere.status).toBe(404);
    const admin = await createPerson(server, { isAdmin: true, isSuperAdmin: true });
    const denied: Record<string, string>[] = [
      { 'x-forwarded-for': '203.0.113.7' },
      // What a proxy is told by its client, and what express then takes the client's address for.
      { 'x-forwarded-for': '127.0.0.1' },
      { 'x-forwarded-for': '' },
      { forwarded: 'for=127.0.0.1' },
      { 'x-real-ip': '127.0.0.1' },
      ...[token.slice(1), `${token}x`, token.toUpperCase(), '', admin.token].map((given) => ({
        'x-forwarded-for': '203.0.113.7',
        authorization: `Bearer ${given}`,
      })),
      { 'x-forwarded-for': '203.0.113.7', authorization: `Basic ${token}` },
      { 'x-forwarded-for': '203.0.113.7', authorization: token },
    ];
    for (const headers of denied)
      expect({ headers, ...(await answerOf(from('127.0.0.1'), { headers })) }).toEqual({
        headers,
        ...nowhere,
      });
    expect(await answerOf(from('127.0.0.1'), { method: 'POST' })).toEqual(nowhere);
    expect(
      await answerOf(from('127.0.0.1', `/metrics?token=${token}`), {
        headers: { 'x-forwarded-for': '203.0.113.7' },
      }),
    ).toEqual(nowhere);
  });

  // Where the machine has another address than loopback.
  const own = Object.values(networkInterfaces())
    .flat()
    .find((one) => one && !one.internal && one.family === 'IPv4')?.address;
  (own ? it : it.skip)('is nobody who comes over the network without the token', async () => {
    expect((await answerOf(from(own!))).status).toBe(404);
    expect((await answerOf(from(own!), { headers: { 'x-forwarded-for': '127.0.0.1' } })).status).toBe(404);
    expect((await answerOf(from(own!), { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  });

  it('is no bearer at all where no token is configured', async () => {
    const { config } = server.app;
    const other = await serve({
      ...server.app,
      config: { ...config, http: { ...config.http, metricsToken: undefined } },
    });
    try {
      const url = from('127.0.0.1').replace(new URL(server.url).port, new URL(other.url).port);
      expect((await answerOf(url)).status).toBe(200);
      for (const given of [token, 'undefined', '']) {
        const headers = { 'x-forwarded-for': '203.0.113.7', authorization: `Bearer ${given}` };
        expect((await answerOf(url, { headers })).status).toBe(404);
      }
    } finally {
      await other.stop();
    }
  });
});

describe('what /metrics counts', () => {
  it('is operations by kind and outcome, without a word of theirs', async () => {
    const before = await scrape();
    const person = await createPerson(server, { email: 'somebody.secret@example.org' });
    await server.ask('query NameOfOperation { viewer { email } }', {}, person);
    await server.ask('mutation { markAllNotificationsRead { __typename } }');
    await server.ask('query A { viewer { id } } query B { viewer { id } }');
    await server.sql('ALTER TABLE events RENAME TO events_away');
    await server.ask('{ events { totalCount } }');
    await server.sql('ALTER TABLE events_away RENAME TO events');
    const after = await scrape();
    const more = (kind: string, outcome: string) =>
      count(after, kind, outcome) - count(before, kind, outcome);
    expect({
      ok: more('query', 'ok'),
      failed: more('query', 'failed'),
      refused: more('mutation', 'refused'),
      of: more('mutation', 'ok'),
    }).toEqual({ ok: 1, failed: 1, refused: 1, of: 0 });
    expect(
      valueOf(after, 'convoke_graphql_operation_duration_seconds_sum{kind="query",outcome="ok"}'),
    ).toBeGreaterThan(0);
    for (const word of ['NameOfOperation', 'somebody.secret', person.userId, person.id, 'markAll'])
      expect(after).not.toContain(word);
    const labels = new Set(
      [...after.matchAll(/^convoke_\w+\{(.*)\}/gm)].flatMap(([, pairs]) =>
        [...pairs.matchAll(/(\w+)="/g)].map(([, name]) => name),
      ),
    );
    expect([...labels].toSorted()).toEqual(['kind', 'le', 'outcome', 'state']);
  });

  it('is sockets and subscriptions while they are open', async () => {
    const person = await createPerson(server);
    const client = createClient({
      url: `${from('127.0.0.1', '/graphql').replace('http', 'ws')}`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${person.token}` },
    });
    const open = async () => {
      const text = await scrape();
      return `${valueOf(text, 'convoke_sockets')} ${valueOf(text, 'convoke_subscriptions')}`;
    };
    const sink = { next: () => {}, error: () => {}, complete: () => {} };
    client.subscribe({ query: 'subscription { notificationReceived { id } }' }, sink);
    await until(async () => (await open()) === '1 1');
    client.subscribe({ query: 'subscription { notificationReceived { id } }' }, sink);
    await until(async () => (await open()) === '1 2');
    await client.dispose();
    await until(async () => (await open()) === '0 0');
  });

  it('is the database connections, the process and its event loop; jobs only where workers run', async () => {
    const text = await scrape();
    expect(valueOf(text, 'convoke_database_connections{state="total"}')).toBe(
      server.app.database.connections.total,
    );
    expect(valueOf(text, 'convoke_database_connections{state="idle"}')).toBeGreaterThan(0);
    expect(valueOf(text, 'convoke_database_waiting')).toBe(0);
    expect(valueOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(valueOf(text, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    expect(text).not.toContain('convoke_jobs{');
    const workers = await startWorkers(server.app);
    const other = await serve(server.app, { workers });
    try {
      const url = from('127.0.0.1').replace(new URL(server.url).port, new URL(other.url).port);
      const jobs = await scrape(url);
      for (const state of ['waiting', 'active', 'delayed', 'failed'])
        expect(valueOf(jobs, `convoke_jobs{state="${state}"}`)).toBeGreaterThanOrEqual(0);
    } finally {
      await other.stop();
      await workers.stop();
    }
  });
});
