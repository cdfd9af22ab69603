/** What is asked of operations over sockets: the same as over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { publishSessionChange } from '../../src/sessions/session.topics.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import type { Instance, TestClient } from './kit.ts';
import { change, connect, startInstance } from './kit.ts';

let server: TestServer;
let instance: Instance;
const person = randomUUID();
const eventId = randomUUID();
const clients: TestClient[] = [];

beforeAll(async () => {
  server = await startServer();
  instance = await startInstance(server.databaseUrl, {
    INTROSPECTION: 'false',
    NODE_ENV: 'production',
    TOKEN_SECRET: 'x'.repeat(40),
  });
  await server.sql(`INSERT INTO users (id, email, is_verified) VALUES ($1, 'p@example.org', true)`, [person]);
  await server.sql(
    `INSERT INTO events (id, identifier, name, starts_at, ends_at, state) VALUES ($1, 'day', 'Day', '2027-03-01', '2027-03-02', 'PUBLISHED')`,
    [eventId],
  );
});
afterAll(async () => {
  await Promise.all(clients.map(({ client }) => client.dispose()));
  await instance.stop();
  await server.close();
});

function open(token?: string): TestClient {
  const client = connect(instance, token);
  clients.push(client);
  return client;
}

/** A bare socket, for what the client would not send. */
async function bare(
  path = '/graphql',
): Promise<{ socket: WebSocket; closed: Promise<number>; next(): Promise<any> }> {
  const socket = new WebSocket(instance.url.replace('/graphql', path), 'graphql-transport-ws');
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  const next = () =>
    new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(String(data)))));
  return { socket, closed, next };
}

describe('operations over a socket', () => {
  it('are queries and mutations too, each by the permission tables', async () => {
    expect(await open().run('{ events { nodes { name } } }')).toEqual({
      data: { events: { nodes: [{ name: 'Day' }] } },
    });
    const mutation = `mutation { updateEvent(id: "${encodeId('Event', eventId)}", input: { name: "Day" }) { event { name } } }`;
    expect((await open().run(mutation)).errors![0].extensions).toEqual({ code: 'UNAUTHENTICATED' });
    const signedIn = open(person);
    expect((await signedIn.run(mutation)).errors![0].extensions).toEqual({ code: 'FORBIDDEN' });
    // Rights that are given while the socket is open count from the next operation on.
    await server.sql(
      `INSERT INTO event_members (id, event_id, user_id, role) VALUES (gen_random_uuid(), $1, $2, 'OWNER')`,
      [eventId, person],
    );
    expect(await signedIn.run(mutation)).toEqual({ data: { updateEvent: { event: { name: 'Day' } } } });
  });

  it.each([
    ['introspection', '{ __schema { types { name } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['what is no GraphQL', '{ events {', 'GRAPHQL_PARSE_FAILED'],
    ['what the schema does not have', '{ evnts { totalCount } }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'depth',
      `{ events { nodes ${'{ sessions { nodes { event '.repeat(5)} { id } ${'} } }'.repeat(5)} } }`,
      'LIMIT_EXCEEDED',
    ],
    [
      'aliases',
      `{ ${Array.from({ length: 31 }, (_, at) => `a${at}: events { totalCount }`).join(' ')} }`,
      'LIMIT_EXCEEDED',
    ],
    ['tokens', `{ events { ${'totalCount '.repeat(2000)} } }`, 'LIMIT_EXCEEDED'],
    [
      'a subscription to two things',
      `subscription { sessionChanged(eventId: "a") { id } b: sessionChanged(eventId: "b") { id } }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('are refused for %s', async (_what, document, code) => {
    const refused = { 0: { extensions: { code } } };
    await expect(open().run(document)).rejects.toMatchObject(refused);
    // The second time from memory.
    await expect(open().run(document)).rejects.toMatchObject(refused);
  });

  it('are refused for cost and bad variables, subscriptions when they start', async () => {
    const costly =
      'sessions(first: 100) { nodes { speakers(first: 100) { nodes { id sessions(first: 100) { totalCount } } } } }';
    const id = encodeId('Event', eventId);
    const subscription = `subscription ($id: ID!) { sessionChanged(eventId: $id) { session { event { ${costly} } } } }`;
    expect((await open().run(subscription, { id })).errors![0].extensions.code).toBe('LIMIT_EXCEEDED');
    expect((await open().run(subscription, {})).errors![0].extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: ['id'] }],
    });
  });

  it('do not tell what went wrong inside, in answers and in messages', async () => {
    const listening = await open().listen(
      eventId,
      'kind session { title event { sponsors { totalCount } } }',
    );
    await server.sql('ALTER TABLE sponsors RENAME TO elsewhere');
    try {
      const masked = {
        message: 'Something went wrong on our side',
        extensions: { code: 'INTERNAL_SERVER_ERROR', id: expect.any(String) },
      };
      const answer = await open().run('{ events { nodes { sponsors { totalCount } } } }');
      expect(answer.errors).toEqual([expect.objectContaining(masked)]);
      await change(instance.app, person, async (changes) => {
        const id = randomUUID();
        await changes.query(
          `INSERT INTO sessions (id, event_id, title, state) VALUES ($1, $2, 'Talk', 'ACCEPTED')`,
          [id, eventId],
        );
        await publishSessionChange(changes, 'CREATED', id, eventId, null);
      });
      const message = await listening.next();
      expect(message!.errors).toEqual([
        expect.objectContaining({ ...masked, path: ['sessionChanged', 'session'] }),
      ]);
      expect(message!.data).toEqual({ sessionChanged: { kind: 'CREATED', session: null } });
    } finally {
      await server.sql('ALTER TABLE elsewhere RENAME TO sponsors');
    }
  });

  it('are at most a hundred at once', async () => {
    const { socket, next, closed } = await bare();
    socket.send(JSON.stringify({ type: 'connection_init' }));
    expect(await next()).toEqual({ type: 'connection_ack' });
    const query = `subscription { sessionChanged(eventId: "${encodeId('Event', eventId)}") { kind } }`;
    for (let id = 0; id <= 100; id += 1)
      socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query } }));
    expect(await next()).toMatchObject({
      id: '100',
      type: 'error',
      payload: [{ extensions: { code: 'LIMIT_EXCEEDED' } }],
    });
    socket.close();
    await closed;
  });
});

describe('a socket', () => {
  it('is closed for what is no message, for one that is too large, and for work without connection_init', async () => {
    const [broken, large, hasty] = [await bare(), await bare(), await bare()];
    broken.socket.send('nonsense');
    large.socket.send('x'.repeat(70_000));
    hasty.socket.send(
      JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ events { totalCount } }' } }),
    );
    expect(await Promise.all([broken.closed, large.closed, hasty.closed])).toEqual([4400, 1009, 4401]);
  });

  it('is closed when it sends too many messages', async () => {
    const { socket, closed } = await bare();
    for (let count = 0; count < 300; count += 1) socket.send(JSON.stringify({ type: 'ping' }));
    expect(await closed).toBe(4429);
  });

  it('is not kept for who says nothing', async () => {
    expect(await (await bare()).closed).toBe(4408);
  });

  it('is not opened at other paths', async () => {
    await expect(bare('/elsewhere')).rejects.toThrow('404');
  });
});
