/** Whatever takes somebody's right away ends their subscriptions with a reason, whichever of two servers they are at. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'graphql-ws';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { TestServer } from '../kit/server.ts';
import { ask, startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';
import type { Beside } from './kit.ts';
import { createLiveEvent, serveBeside } from './kit.ts';

let server: TestServer;
let beside: Beside;
let owner: Person;
let admin: Person;
const clients: Client[] = [];

beforeAll(async () => {
  server = await startServer();
  beside = await serveBeside(server);
  owner = await createPerson(server);
  admin = await createPerson(server, { isSuperAdmin: true });
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.dispose()));
  await beside.close();
  await server.close();
});

/** An event that everybody sees. What was told of its publication may still be on its way. */
async function makePublicEvent(): Promise<string> {
  const eventId = await makeEvent();
  await server.ask('mutation ($id: ID!) { publishEvent(id: $id) { event { id } } }', { id: eventId }, owner);
  return eventId;
}

const makeEvent = () => createLiveEvent(server, owner, false);

/** How a subscription ended: by the close of its socket, or by an error of its own. */
interface Heard {
  readonly messages: any[];
  readonly closes: { code: number; reason: string }[];
  isComplete: boolean;
}

/** Listens at an event, at one of the servers, to what becomes of it after it was made; resolves when it stands. */
async function listen(url: string, token: string | null, eventId: string): Promise<Heard> {
  const heard: Heard = { messages: [], closes: [], isComplete: false };
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: () => (token ? { authorization: `Bearer ${token}` } : {}),
    on: { closed: (event) => void heard.closes.push(event as never) },
  });
  clients.push(client);
  const query = 'subscription ($id: ID!) { eventChanged(eventId: $id) { kind event { name } } }';
  const complete = () => (heard.isComplete = true);
  const next = (value: any) => {
    if (value.data?.eventChanged.event?.name !== 'Live') heard.messages.push(value);
  };
  client.subscribe({ query, variables: { id: eventId } }, { next, error: () => {}, complete });
  // What is asked on the same socket is answered when the subscription before it stands.
  await new Promise<void>((resolve, reject) => client.subscribe({ query: '{ __typename }' }, { next: () => {}, error: reject, complete: resolve }));
  return heard;
}

const both = () => [server.url, beside.url];

describe('a subscription ends on both servers', () => {
  it.each([
    ['is blocked', (person: Person) => server.ask('mutation ($id: ID!) { updateUser(id: $id, input: { isBlocked: true }) { user { id } } }', { id: person.id }, admin)],
    ['is deleted', (person: Person) => server.ask('mutation ($id: ID!) { deleteUser(id: $id) { deletedId } }', { id: person.id }, admin)],
    ['signs out', (person: Person) => server.ask('mutation { signOut }', {}, person)],
    ['is blocked by other means', async (person: Person) => ({ errors: undefined, done: await server.sql(`UPDATE users SET is_blocked = true WHERE id = '${person.userId}'`) })],
  ])('with 4403 when the person %s', async (_what, act) => {
    const eventId = await makePublicEvent();
    const person = await createPerson(server);
    const heard = await Promise.all(both().map((url) => listen(url, person.token, eventId)));
    expect((await act(person)).errors).toBeUndefined();
    await until(async () => heard.every(({ closes }) => closes.length === 1), 5000);
    for (const { closes, messages } of heard) {
      expect(closes[0]).toMatchObject({ code: 4403, reason: 'The bearer token is bad, expired or revoked' });
      expect(messages).toEqual([]);
    }
  });

  it('with 4403 when a refresh token comes a second time', async () => {
    const person = await createPerson(server);
    const eventId = await makePublicEvent();
    const heard = await Promise.all(both().map((url) => listen(url, person.token, eventId)));
    const refresh = () => server.ask('mutation ($token: String!) { refreshTokens(refreshToken: $token) { accessToken } }', { token: person.refreshToken });
    expect((await refresh()).errors).toBeUndefined();
    expect((await refresh()).errors![0].extensions.code).toBe('UNAUTHENTICATED');
    await until(async () => heard.every(({ closes }) => closes.length === 1), 5000);
    expect(heard.map(({ closes }) => closes[0].code)).toEqual([4403, 4403]);
  });

  it('with NOT_FOUND when the role goes by which the person saw a draft', async () => {
    const eventId = await makeEvent();
    const person = await createPerson(server);
    await server.sql(
      `INSERT INTO event_members (id, event_id, user_id, role) SELECT gen_random_uuid(), id, $1, 'MODERATOR' FROM events ORDER BY created_at DESC LIMIT 1`,
      [person.userId],
    );
    const heard = await Promise.all(both().map((url) => listen(url, person.token, eventId)));
    await server.ask('mutation ($id: ID!) { updateEvent(id: $id, input: { name: "Seen" }) { event { id } } }', { id: eventId }, owner);
    await until(async () => heard.every(({ messages }) => messages.length === 1), 5000);
    await server.sql('DELETE FROM event_members WHERE user_id = $1', [person.userId]);
    await server.ask('mutation ($id: ID!) { updateEvent(id: $id, input: { name: "Not seen" }) { event { id } } }', { id: eventId }, owner);
    await until(async () => heard.every(({ isComplete }) => isComplete), 5000);
    for (const { messages } of heard) {
      expect(messages).toEqual([
        { data: { eventChanged: { kind: 'UPDATED', event: { name: 'Seen' } } } },
        { errors: [{ message: 'There is no such event', extensions: { code: 'NOT_FOUND' } }] },
      ]);
    }
  });

  it('with a message and NOT_FOUND when the event is deleted, for everybody who listened', async () => {
    const eventId = await makePublicEvent();
    const heard = await Promise.all(both().flatMap((url) => [listen(url, owner.token, eventId), listen(url, null, eventId)]));
    await server.ask('mutation ($id: ID!) { deleteEvent(id: $id) { deletedId } }', { id: eventId }, owner);
    await until(async () => heard.every(({ isComplete }) => isComplete), 5000);
    for (const { messages } of heard) {
      expect(messages).toEqual([
        { data: { eventChanged: { kind: 'REMOVED', event: null } } },
        { errors: [{ message: 'There is no such event', extensions: { code: 'NOT_FOUND' } }] },
      ]);
    }
  });
});

describe('an event', () => {
  it('is told of to those who see it, when it is hidden with its id alone, and when it is shown again', async () => {
    const eventId = await makePublicEvent();
    const [team, visitor] = [await listen(beside.url, owner.token, eventId), await listen(beside.url, null, eventId)];
    const run = (name: string) => server.ask(`mutation ($id: ID!) { ${name}(id: $id) { event { id } } }`, { id: eventId }, owner);
    await run('unpublishEvent');
    await until(async () => visitor.messages.length === 1, 5000);
    await server.ask('mutation ($id: ID!) { updateEvent(id: $id, input: { name: "Hidden" }) { event { id } } }', { id: eventId }, owner);
    await until(async () => team.messages.length === 1, 5000);
    await run('publishEvent');
    await until(async () => team.messages.length === 2 && visitor.messages.length === 2, 5000);
    const seen = ({ messages }: Heard) => messages.map(({ data }) => [data.eventChanged.kind, data.eventChanged.event?.name ?? null]);
    expect(seen(team)).toEqual([['UPDATED', 'Hidden'], ['UPDATED', 'Hidden']]);
    expect(seen(visitor)).toEqual([['REMOVED', null], ['CREATED', 'Hidden']]);
  });

  it('is told of in the order of its changes, each once, whichever server made it', async () => {
    const eventId = await makePublicEvent();
    const heard = await Promise.all(both().map((url) => listen(url, null, eventId)));
    const names = Array.from({ length: 10 }, (_, index) => `Name ${index}`);
    for (const [index, name] of names.entries()) {
      const document = 'mutation ($id: ID!, $name: String!) { updateEvent(id: $id, input: { name: $name }) { event { id } } }';
      expect((await ask(both()[index % 2], document, { id: eventId, name }, owner)).errors).toBeUndefined();
      await until(async () => heard.every(({ messages }) => messages.length === index + 1));
    }
    for (const { messages } of heard) expect(messages.map(({ data }) => data.eventChanged.event.name)).toEqual(names);
  });
});
