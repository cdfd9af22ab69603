/** Live messages over Redis, between two servers on one database: the same as over PostgreSQL, and what becomes of them when Redis goes. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'graphql-ws';
import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { Hub } from '../../src/platform/live/hub.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { TestRedis } from '../kit/redis.ts';
import { hasRedis, startRedis } from '../kit/redis.ts';
import type { TestServer } from '../kit/server.ts';
import { ask, startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';
import type { Beside } from './kit.ts';
import { createLiveEvent, serveBeside } from './kit.ts';

// Where there is a redis-server; a run without one says so at its start.
const suite = hasRedis ? describe : describe.skip;
suite('over Redis', () => {
  let redis: TestRedis;
  let server: TestServer;
  let beside: Beside;
  let owner: Person;
  let eventId: string;
  const clients: Client[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    server = await startServer({ REDIS_URL: redis.url });
    beside = await serveBeside(server, { REDIS_URL: redis.url });
    owner = await createPerson(server);
    eventId = await createLiveEvent(server, owner);
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.dispose()));
    await beside.close();
    await server.close();
    await redis.stop();
  });

  const urls = () => [server.url, beside.url];

  /** The names that a subscriber hears of, once the subscription stands. */
  async function listen(url: string, person: Person | null) {
    const names: string[] = [];
    const closes: number[] = [];
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0,
      connectionParams: person ? { authorization: `Bearer ${person.token}` } : {}, on: { closed: (event) => void closes.push((event as { code: number }).code) },
    });
    clients.push(client);
    const sink = { next: ({ data }: any) => void (data.eventChanged.event.name !== 'Live' && names.push(data.eventChanged.event.name)), error: () => {}, complete: () => {} };
    client.subscribe({ query: 'subscription ($id: ID!) { eventChanged(eventId: $id) { event { name } } }', variables: { id: eventId } }, sink);
    await new Promise<void>((resolve, reject) => client.subscribe({ query: '{ __typename }' }, { next: () => {}, error: reject, complete: resolve }));
    return { names, closes, client };
  }
  const rename = async (url: string, name: string) => {
    const document = 'mutation ($id: ID!, $name: String!) { updateEvent(id: $id, input: { name: $name }) { event { id } } }';
    expect((await ask(url, document, { id: eventId, name }, owner)).errors).toBeUndefined();
  };
  /** Writes a notice as services do, in a transaction that ends as it is told. */
  const publish = (end: 'COMMIT' | 'ROLLBACK', id: string) =>
    server.sql(`BEGIN; WITH stored AS (INSERT INTO notices (topic, payload) VALUES ('a', '${JSON.stringify({ kind: 'CREATED', resource: 'Session', id, transaction: '3' })}') RETURNING id)
      SELECT pg_notify('notices', json_build_array(id::text, 'a')::text) FROM stored; ${end}`);

  it('changes are told on both servers, in their order and each once, whichever server made them', async () => {
    const heard = await Promise.all(urls().map((url) => listen(url, null)));
    const names = Array.from({ length: 10 }, (_, index) => `Name ${index}`);
    for (const [index, name] of names.entries()) {
      await rename(urls()[index % 2], name);
      await until(async () => heard.every((one) => one.names.length > index));
    }
    for (const one of heard) expect(one.names).toEqual(names);
  });

  it('a server whose Redis is away hears of everything all the same, and each change once when it is back', async () => {
    const heard = await Promise.all(urls().map((url) => listen(url, null)));
    const hears = async (name: string, url: string) => {
      await rename(url, name);
      await until(async () => heard.every((one) => one.names.includes(name)), 20_000);
    };
    await redis.stop();
    await hears('While it is away', server.url);
    redis = await startRedis(Number(new URL(redis.url).port));
    await hears('Once it is back', beside.url);
    await until(async () => /notices/.test(JSON.stringify(await channels(redis.url))), 20_000);
    await hears('Over it', server.url);
    for (const one of heard) expect(one.names).toEqual(['While it is away', 'Once it is back', 'Over it']);
  }, 60_000);

  it('somebody who is blocked is put out of both servers', async () => {
    const person = await createPerson(server);
    const heard = await Promise.all(urls().map((url) => listen(url, person)));
    await server.sql('UPDATE users SET is_blocked = true WHERE id = $1', [person.userId]);
    await until(async () => heard.every(({ closes }) => closes.length === 1));
    expect(heard.map(({ closes }) => closes[0])).toEqual([4403, 4403]);
  });

  it('another instance passes on notices when the one that did is gone; what was rolled back is never told', async () => {
    const hubs = [0, 1].map(() => new Hub({ url: server.databaseUrl, redisUrl: redis.url, database: server.app.database, log: pino({ level: 'silent' }) }));
    // The servers' own are no part of this: one of the two is the relay when they are gone.
    for (const hub of hubs) await hub.start();
    const subscriber = hubs[1].subscribe('a');
    await publish('ROLLBACK', 'rolled back');
    await publish('COMMIT', 'one');
    expect((await subscriber.take())?.id).toBe('one');
    await beside.close();
    beside = await serveBeside(server, { REDIS_URL: redis.url });
    await hubs[0].stop();
    await server.sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
    await publish('COMMIT', 'two');
    expect((await subscriber.take())?.id).toBe('two');
    await publish('COMMIT', 'three');
    expect((await subscriber.take())?.id).toBe('three');
    await hubs[1].stop();
  }, 60_000);
});

/** The channels that somebody listens to. */
async function channels(url: string): Promise<unknown> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url);
  try {
    return await redis.pubsub('CHANNELS');
  } finally {
    redis.disconnect();
  }
}
