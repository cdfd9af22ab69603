/** Readers that are slow or do not read at all: told the latest, or told that they missed something; nobody else waits. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { publishSessionChange, sessionTopic } from '../../src/sessions/session.topics.ts';
import { mostWaiting } from '../../src/platform/live/subscriber.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import type { Instance, Listening, TestClient } from './kit.ts';
import { until } from '../kit/until.ts';
import { change, connect, startInstance } from './kit.ts';

let server: TestServer;
let instance: Instance;
let quick: TestClient;
const eventId = randomUUID();
/** One message; larger than what a socket is given at once. */
const length = 300_000;

beforeAll(async () => {
  server = await startServer();
  instance = await startInstance(server.databaseUrl);
  quick = connect(instance);
  await server.sql(
    `INSERT INTO events (id, identifier, name, starts_at, ends_at, state) VALUES ($1, 'day', 'Day', '2027-03-01', '2027-03-02', 'PUBLISHED')`,
    [eventId],
  );
});
afterAll(async () => {
  await quick.client.dispose();
  await instance.stop();
  await server.close();
});

/** A subscriber that does not read until it is told to. */
async function stalled() {
  const socket = new WebSocket(instance.url, 'graphql-transport-ws');
  const messages: any[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  await new Promise((resolve) => socket.on('open', resolve));
  const before = instance.live.count(sessionTopic(eventId));
  const query = `subscription { sessionChanged(eventId: "${encodeId('Event', eventId)}") { kind session { title longAbstract } } }`;
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await until(() => messages.length === 1);
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  await until(() => instance.live.count(sessionTopic(eventId)) > before);
  socket.pause();
  // It does not see the server's pings any more, and is alive all the same: however long the test takes, it is not cut.
  const alive = setInterval(() => socket.pong(), 1000);
  socket.once('close', () => clearInterval(alive));
  return { socket, messages, read: () => socket.resume() };
}

/** The title of the next message; says so where none comes. */
async function nextTitle(listening: Listening): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Error(
            `No message in 20 seconds; ${JSON.stringify(instance.live.counts())}, ${instance.live.count(sessionTopic(eventId))} at the event`,
          ),
        ),
      20_000,
    );
  });
  const message = await Promise.race([listening.next(), late]).finally(() => clearTimeout(timer));
  if (!message?.data) throw new Error(`Expected a message, got ${JSON.stringify(message)}`);
  return message.data.sessionChanged.session.title;
}

function write(id: string, title: string, kind: 'CREATED' | 'UPDATED'): Promise<void> {
  return change(instance.app, randomUUID(), async (changes) => {
    const before = kind === 'CREATED' ? null : await changes.snapshot('Session', id);
    await changes.query(
      `INSERT INTO sessions (id, event_id, title, state, long_abstract) VALUES ($1, $2, $3, 'ACCEPTED', repeat('x', ${length}))
       ON CONFLICT (id) DO UPDATE SET title = excluded.title`,
      [id, eventId, title],
    );
    await publishSessionChange(changes, kind, id, eventId, before);
  });
}

it('the latest state of an object stands for those before it', async () => {
  const listening = await quick.listen(eventId, 'session { title }');
  const slow = await stalled();
  const id = randomUUID();
  const count = 60;
  for (let round = 0; round < count; round += 1) {
    await write(id, `Round ${round}`, round === 0 ? 'CREATED' : 'UPDATED');
    expect(await nextTitle(listening)).toBe(`Round ${round}`);
  }
  slow.read();
  const told = () => slow.messages.slice(1).map(({ payload }) => payload.data.sessionChanged);
  await until(() => told().at(-1)?.session.title === `Round ${count - 1}`);
  expect(told()[0].kind).toBe('CREATED');
  expect(told().length).toBeLessThan(count);
  expect(slow.messages.every(({ type }) => type !== 'complete')).toBe(true);
  slow.socket.close();
  await listening.end();
  await until(() => instance.live.count(sessionTopic(eventId)) === 0);
}, 180_000);

it('who is too far behind is told so, and subscribes again', async () => {
  const listening = await quick.listen(eventId, 'session { title }');
  const slow = await stalled();
  const count = 60;
  for (let round = 0; round < count; round += 1) {
    await write(randomUUID(), `Talk ${round}`, 'CREATED');
    expect(await nextTitle(listening)).toBe(`Talk ${round}`);
  }
  await until(() => instance.live.count(sessionTopic(eventId)) === 1);
  slow.read();
  await until(() => slow.messages.at(-1).type === 'complete');
  expect(slow.messages.at(-2).payload.errors[0]).toMatchObject({
    message: 'Messages were missed: they were not read in time. Subscribe again, then read',
    extensions: { code: 'LIMIT_EXCEEDED' },
  });
  slow.socket.close();
  await listening.end();
  await until(() => instance.live.count(sessionTopic(eventId)) === 0);
}, 180_000);

it('a subscription of which more is told than can be found out says so, as what it is', async () => {
  const listening = await quick.listen(eventId, 'session { title }');
  await server.sql(
    `WITH stored AS (INSERT INTO notices (topic, payload) SELECT $1, jsonb_build_object('kind', 'CREATED', 'resource', 'Session', 'id', gen_random_uuid(),
       'transaction', pg_current_xact_id()::text) FROM generate_series(1, $2) RETURNING id)
     SELECT pg_notify('notices', json_build_array(id::text, $1::text)::text) FROM stored`,
    [sessionTopic(eventId), 2 * mostWaiting],
  );
  expect(await listening.next()).toMatchObject({
    errors: [
      {
        message: 'Notices were missed: they were not read in time. Subscribe again, then read',
        extensions: { code: 'LIMIT_EXCEEDED' },
      },
    ],
  });
  await until(() => instance.live.count(sessionTopic(eventId)) === 0);
});

it('what is asked and not read is worked out when there is room for it, and then answered', async () => {
  const slow = await stalled();
  const [{ id }] = await server.sql(
    `INSERT INTO sessions (id, event_id, title, subtitle, state, long_abstract)
     SELECT gen_random_uuid(), $1, 'Long', 'Before', 'ACCEPTED', repeat('x', ${length}) FROM generate_series(1, 10) RETURNING id`,
    [eventId],
  );
  const query = `{ session(id: "${encodeId('Session', id)}") { subtitle event { sessions(first: 10) { nodes { longAbstract } } } } }`;
  const asked = Array.from({ length: 9 }, (_, index) => `q${index}`);
  for (const one of asked)
    slow.socket.send(JSON.stringify({ id: one, type: 'subscribe', payload: { query } }));
  // Others are answered meanwhile, and after what was begun before.
  for (let round = 0; round < 10; round += 1)
    expect((await quick.run('{ events { totalCount } }')).errors).toBeUndefined();
  await server.sql(`UPDATE sessions SET subtitle = 'After' WHERE id = $1`, [id]);
  slow.read();
  const answers = () => slow.messages.filter(({ id: of, type }) => type === 'next' && asked.includes(of));
  await until(() => answers().length === asked.length);
  expect(answers().filter(({ payload }) => payload.errors)).toEqual([]);
  expect(answers()[0].payload.data.session.subtitle).toBe('Before');
  expect(answers().at(-1).payload.data.session.subtitle).toBe('After');
  slow.socket.close();
}, 180_000);
