/** Live messages over Redis, between two servers on one database: the same as over PostgreSQL, and what becomes of them when Redis goes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'graphql-ws';
import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { storedKey } from '../../src/compute-nodes/api-key.ts';
import { Database } from '../../src/platform/data/database.ts';
import { startEmbedded } from '../../src/platform/data/embedded.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import { Hub } from '../../src/platform/live/hub.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRole } from '../kit/collaborations.ts';
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
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: person ? { authorization: `Bearer ${person.token}` } : {},
      on: { closed: (event) => void closes.push((event as { code: number }).code) },
    });
    clients.push(client);
    const sink = {
      next: ({ data }: any) =>
        void (data.eventChanged.event.name !== 'Live' && names.push(data.eventChanged.event.name)),
      error: () => {},
      complete: () => {},
    };
    client.subscribe(
      {
        query: 'subscription ($id: ID!) { eventChanged(eventId: $id) { event { name } } }',
        variables: { id: eventId },
      },
      sink,
    );
    await new Promise<void>((resolve, reject) =>
      client.subscribe({ query: '{ __typename }' }, { next: () => {}, error: reject, complete: resolve }),
    );
    return { names, closes, client };
  }
  /** What a subscriber hears of the statuses of a collaboration: of what, from, to; once the subscription stands. */
  async function statusesOf(url: string, person: Person, collaboration: string) {
    const told: (string | null)[][] = [];
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${person.token}` },
    });
    clients.push(client);
    const query =
      'subscription ($c: ID!) { taskStatusChanged(collaborationId: $c) { task { id } result { id } status previousStatus } }';
    const next = ({ data: { taskStatusChanged: notice } }: any) =>
      void told.push([(notice.result ?? notice.task).id, notice.previousStatus, notice.status]);
    client.subscribe(
      { query, variables: { c: collaboration } },
      { next, error: () => {}, complete: () => {} },
    );
    await new Promise<void>((resolve, reject) =>
      client.subscribe({ query: '{ __typename }' }, { next: () => {}, error: reject, complete: resolve }),
    );
    return told;
  }
  const rename = async (url: string, name: string) => {
    const document =
      'mutation ($id: ID!, $name: String!) { updateEvent(id: $id, input: { name: $name }) { event { id } } }';
    expect((await ask(url, document, { id: eventId, name }, owner)).errors).toBeUndefined();
  };
  /** The statement that writes a notice as services do. */
  const notice = (id: string, number = "nextval('notices_id_seq')") =>
    `WITH stored AS (INSERT INTO notices (id, topic, payload) VALUES (${number}, 'a', '${JSON.stringify({ kind: 'CREATED', resource: 'Session', id, transaction: '3' })}') RETURNING id)
     SELECT pg_notify('notices', json_build_array(id::text, 'a')::text) FROM stored`;
  /** Writes a notice in a transaction that ends as it is told. */
  const publish = (end: 'COMMIT' | 'ROLLBACK', id: string) => server.sql(`BEGIN; ${notice(id)}; ${end}`);

  it('changes are told on both servers, in their order and each once, whichever server made them', async () => {
    const heard = await Promise.all(urls().map((url) => listen(url, null)));
    const names = Array.from({ length: 10 }, (_, index) => `Name ${index}`);
    for (const [index, name] of names.entries()) {
      await rename(urls()[index % 2], name);
      await until(async () => heard.every((one) => one.names.length > index));
    }
    for (const one of heard) expect(one.names).toEqual(names);
  });

  it('each change of a status is told on both servers, in order and once, of tasks that are worked on at both at the same time', async () => {
    const researcher = await createPerson(server);
    const alpha = await createOrganization(server, 'Alpha');
    const collaboration = await createCollaboration(server, 'Open', [alpha]);
    await holdRole(server, researcher, 'Researcher', alpha);
    const { apiKeyPrefix, apiKeyHash } = storedKey('k'.repeat(40));
    await server.sql(
      "INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash) VALUES (gen_random_uuid(), 'a', $1, $2, $3, $4)",
      [alpha, collaboration, apiKeyPrefix, apiKeyHash],
    );
    const { data: signedIn } = await server.ask(
      'mutation ($key: String!) { authenticateComputeNode(apiKey: $key) { accessToken } }',
      { key: 'k'.repeat(40) },
    );
    const node = { token: signedIn!.authenticateComputeNode.accessToken as string };
    const c = encodeId('Collaboration', collaboration);
    const heard = await Promise.all(urls().map((url) => statusesOf(url, researcher, c)));
    /** Takes a task to its end, each step over the other server; waits after each where told to. */
    const work = async (
      at: number,
      settled: (id: string, status: string) => Promise<void> = async () => {},
    ) => {
      const create = `mutation ($c: ID!, $a: ID!) { createTask(input: { collaborationId: $c, name: "T", image: "i", organizations: [{ organizationId: $a, input: "x" }] }) { task { id results { nodes { id } } } } }`;
      const made = (await ask(urls()[at % 2], create, { c, a: encodeId('Organization', alpha) }, researcher))
        .data!.createTask.task;
      const result = made.results.nodes[0].id as string;
      await settled(made.id, 'PENDING');
      for (const [index, status] of ['INITIALIZING', 'ACTIVE', 'COMPLETED'].entries()) {
        const report =
          'mutation ($id: ID!, $status: TaskStatus!) { reportResult(id: $id, input: { status: $status }) { result { id } } }';
        expect(
          (await ask(urls()[(at + index) % 2], report, { id: result, status }, node)).errors,
        ).toBeUndefined();
        await settled(made.id, status);
      }
      return [made.id as string, result];
    };
    const stepsOf = (told: (string | null)[][], id: string) =>
      told.filter(([of]) => of === id).map(([, ...step]) => step);
    const single = await work(0, (id, status) =>
      until(async () => heard.every((told) => stepsOf(told, id).at(-1)?.[1] === status)),
    );
    const each = [
      [null, 'PENDING'],
      ['PENDING', 'INITIALIZING'],
      ['INITIALIZING', 'ACTIVE'],
      ['ACTIVE', 'COMPLETED'],
    ];
    for (const told of heard) expect(single.map((id) => stepsOf(told, id))).toEqual([each, each]);
    // Of many at once some steps become one message, which leads from before the first to after the last.
    const many = (await Promise.all(Array.from({ length: 6 }, (_, at) => work(at)))).flat();
    await until(async () =>
      heard.every((told) => many.every((id) => stepsOf(told, id).at(-1)?.[1] === 'COMPLETED')),
    );
    for (const told of heard) {
      for (const id of many) {
        const steps = stepsOf(told, id);
        expect(steps.map(([from]) => from)).toEqual([null, ...steps.slice(0, -1).map(([, to]) => to)]);
        expect(steps.map(([, to]) => to)).toEqual(
          each.map(([, to]) => to).filter((status) => steps.some(([, to]) => to === status)),
        );
      }
    }
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
    const hubs = [0, 1].map(
      () =>
        new Hub({
          url: server.databaseUrl,
          redisUrl: redis.url,
          database: server.app.database,
          log: pino({ level: 'silent' }),
        }),
    );
    // The servers' own are no part of this: one of the two is the relay when they are gone.
    for (const hub of hubs) await hub.start();
    const subscriber = hubs[1].subscribe('a');
    await publish('ROLLBACK', 'rolled back');
    await publish('COMMIT', 'one');
    expect((await subscriber.take())?.id).toBe('one');
    await beside.close();
    beside = await serveBeside(server, { REDIS_URL: redis.url });
    await hubs[0].stop();
    await server.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    await publish('COMMIT', 'two');
    expect((await subscriber.take())?.id).toBe('two');
    await publish('COMMIT', 'three');
    expect((await subscriber.take())?.id).toBe('three');
    await hubs[1].stop();
  }, 60_000);

  it('an installation does not hear another one on the same Redis whose database has the same name, on another server', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'convoke-elsewhere-'));
    const log = pino({ level: 'silent' });
    const elsewhere = await startEmbedded({ dataDir, log, settings: { fsync: 'off' } });
    const name = new URL(server.databaseUrl).pathname;
    const url = Object.assign(new URL(elsewhere.url), { pathname: name }).href;
    const admin = await Database.connect({
      url: elsewhere.url,
      poolSize: 1,
      statementTimeoutMs: 30_000,
      entities: [],
      migrations: [],
      log,
    });
    // A role that may do nothing but connect is told which server it is.
    await admin.query(`CREATE DATABASE ${name.slice(1)}`);
    await admin.query("CREATE ROLE plain LOGIN PASSWORD 'plain'");
    const plain = Object.assign(new URL(url), { username: 'plain', password: 'plain' }).href;
    const [owner, other] = await Promise.all(
      [url, plain].map((address) =>
        Database.connect({
          url: address,
          poolSize: 2,
          statementTimeoutMs: 30_000,
          entities: [],
          migrations: [],
          log,
        }),
      ),
    );
    await owner.query(
      'CREATE TABLE notices (id bigserial PRIMARY KEY, topic text NOT NULL, payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now())',
    );
    await owner.query('GRANT SELECT, DELETE ON notices TO plain');
    const hubs = [
      new Hub({ url: server.databaseUrl, redisUrl: redis.url, database: server.app.database, log }),
      new Hub({ url: plain, redisUrl: redis.url, database: other, log }),
    ];
    for (const hub of hubs) await hub.start();
    // What is told before the relay listens would be read from the table instead.
    await until(
      async () =>
        (
          await admin.query(
            "SELECT FROM pg_stat_activity WHERE application_name = 'convoke live' AND query = 'LISTEN notices' AND state = 'idle'",
          )
        ).length === 1,
    );
    const [here, there] = hubs.map((hub) => hub.subscribe('a'));
    // The same number is given out on both: whoever heard it from elsewhere would take its own for told.
    const [{ next }] = await server.sql("SELECT (nextval('notices_id_seq') + 1)::text AS next");
    await owner.query(notice('elsewhere', next as string));
    expect((await there.take())?.id).toBe('elsewhere');
    await server.sql(notice('here', next as string));
    expect((await here.take())?.id).toBe('here');
    for (const hub of hubs) await hub.stop();
    for (const database of [owner, other, admin]) await database.close();
    await elsewhere.stop();
    rmSync(dataDir, { recursive: true, force: true });
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
