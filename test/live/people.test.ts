/** Signed-in people on sockets of the real server: what they are told, and how their sockets end with their rights. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import type { Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';
import { createLiveEvent } from './kit.ts';

let server: TestServer;
let owner: Person;
let admin: Person;
let eventId: string;
const clients: Client[] = [];

beforeAll(async () => {
  server = await startServer();
  owner = await createPerson(server);
  admin = await createPerson(server, { isSuperAdmin: true });
  eventId = await createLiveEvent(server, owner);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.dispose()));
  await server.close();
});

/** Subscribes to the sessions of the event; `told` fills, `closed` is the close event of the socket. */
async function listen(person: Person | null) {
  const told: any[] = [];
  const errors: unknown[] = [];
  const ends: { code: number; reason: string }[] = [];
  let isAcknowledged = false;
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: person ? { authorization: `Bearer ${person.token}` } : {},
    on: { closed: (event) => ends.push(event as never), connected: () => (isAcknowledged = true) },
  });
  clients.push(client);
  const query =
    'subscription ($id: ID!) { sessionChanged(eventId: $id) { kind id session { title state comments } } }';
  client.subscribe(
    { query, variables: { id: eventId } },
    { next: (value) => told.push(value), error: (error) => errors.push(error), complete: () => {} },
  );
  await until(async () => isAcknowledged, 5000);
  // The socket answers in order: once this query is answered, the subscription before it stands.
  await new Promise<void>((resolve, reject) => {
    client.subscribe({ query: '{ __typename }' }, { next: () => {}, error: reject, complete: resolve });
  });
  return { told, errors, ends, client };
}

const enter = async (title: string, state: string) => {
  const answer = await server.ask(
    'mutation ($input: CreateSessionInput!) { createSession(input: $input) { session { id } } }',
    { input: { eventId, title, state, comments: 'for the team' } },
    owner,
  );
  return answer.data!.createSession.session.id as string;
};
const move = (id: string, to: string) =>
  server.ask(
    'mutation ($id: ID!, $to: SessionState!) { transitionSession(id: $id, to: $to) { session { id } } }',
    { id, to },
    owner,
  );

describe('the owner and an anonymous visitor', () => {
  it('are told of the same changes, each of what they may see', async () => {
    const [team, visitor] = [await listen(owner), await listen(null)];
    const id = await enter('Quiet', 'PENDING');
    // What is told of one object while it waits becomes one message: each is heard before the next is caused.
    await until(async () => team.told.length === 1);
    await move(id, 'ACCEPTED');
    await until(async () => team.told.length === 2 && visitor.told.length === 1);
    await move(id, 'REJECTED');
    await until(async () => team.told.length === 3 && visitor.told.length === 2);
    const seen = (told: any[]) =>
      told.map(({ data }) => [data.sessionChanged.kind, data.sessionChanged.session?.state ?? null]);
    expect(seen(team.told)[0]).toEqual(['CREATED', expect.any(String)]);
    expect(team.told[0].data.sessionChanged.session.comments).toBe('for the team');
    expect(visitor.told.map(({ data }: any) => [data.sessionChanged.kind, data.sessionChanged.id])).toEqual([
      ['CREATED', id],
      ['REMOVED', id],
    ]);
    expect(visitor.told[1].data.sessionChanged.session).toBeNull();
    const refused = visitor.told[0].errors?.map(({ extensions }: any) => extensions.field) ?? [];
    if (visitor.told[0].data.sessionChanged.session) expect(refused).toEqual(['Session.comments']);
  });

  it('are not told that the event of another id exists', async () => {
    const hidden = await server.ask(
      'mutation ($input: CreateEventInput!) { createEvent(input: $input) { event { id } } }',
      {
        input: {
          name: 'Draft',
          startsAt: '2030-01-01T00:00:00Z',
          endsAt: '2030-01-02T00:00:00Z',
          timezone: 'UTC',
        },
      },
      owner,
    );
    const { client } = await listen(null);
    const answers: unknown[] = [];
    for (const id of [
      hidden.data!.createEvent.event.id,
      encodeId('Event', '00000000-0000-7000-8000-000000000000'),
    ]) {
      answers.push(
        await new Promise((resolve) => {
          client.subscribe(
            { query: 'subscription ($id: ID!) { sessionChanged(eventId: $id) { id } }', variables: { id } },
            {
              next: resolve,
              error: resolve,
              complete: () => resolve('complete'),
            },
          );
        }),
      );
    }
    expect(JSON.stringify(answers[0])).toContain('NOT_FOUND');
    expect(answers[0]).toEqual(answers[1]);
  });
});

/** Uses a refresh token twice: the second use is refused, and ends the family. */
async function reuse({ refreshToken }: Person) {
  const refresh = () =>
    server.ask('mutation ($token: String!) { refreshTokens(refreshToken: $token) { expiresAt } }', {
      token: refreshToken,
    });
  const first = await refresh();
  expect((await refresh()).errors?.[0].extensions.code).toBe('UNAUTHENTICATED');
  return first;
}

describe('a socket', () => {
  it.each([
    [
      'is blocked',
      (person: Person) =>
        server.ask(
          'mutation ($id: ID!) { updateUser(id: $id, input: { isBlocked: true }) { user { id } } }',
          { id: person.id },
          admin,
        ),
    ],
    [
      'is deleted',
      (person: Person) =>
        server.ask('mutation ($id: ID!) { deleteUser(id: $id) { deletedId } }', { id: person.id }, admin),
    ],
    ['signs out', (person: Person) => server.ask('mutation { signOut }', {}, person)],
    ['loses a refresh token to a thief, and one of the two comes second', reuse],
  ])('is closed with 4403 when its person %s, without a message of theirs', async (_what, act) => {
    const person = await createPerson(server);
    const { ends } = await listen(person);
    expect((await act(person)).errors).toBeUndefined();
    await until(async () => ends.length > 0, 5000);
    expect(ends[0].code).toBe(4403);
    expect(ends[0].reason).not.toBe('');
  });

  it('of another person stays open', async () => {
    const [one, other] = [await createPerson(server), await createPerson(server)];
    const { ends, client } = await listen(other);
    await server.ask('mutation { signOut }', {}, one);
    await new Promise<void>((resolve, reject) => {
      client.subscribe(
        { query: '{ viewer { id } }' },
        {
          next: ({ data }) => expect(data).toEqual({ viewer: { id: other.id } }),
          error: reject,
          complete: resolve,
        },
      );
    });
    expect(ends).toEqual([]);
  });

  it('with a bearer that is not good is refused', async () => {
    const ends: { code: number }[] = [];
    const client = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      lazy: false,
      connectionParams: { authorization: 'Bearer nonsense' },
      on: { closed: (event) => ends.push(event as never) },
      onNonLazyError: () => {},
    });
    clients.push(client);
    await until(async () => ends.length > 0, 5000);
    expect(ends[0].code).toBe(4403);
  });
});
