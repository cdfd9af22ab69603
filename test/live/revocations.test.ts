/** Whatever takes somebody's right away ends their subscriptions with a reason, whichever of two servers they are at. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'graphql-ws';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { CatalogueRule } from '../../src/permissions/rules.ts';
import { signAccessToken } from '../../src/platform/auth/access-token.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import { defaultRoleId, ruleId } from '../../src/roles/sync.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRole, holdRules, join } from '../kit/collaborations.ts';
import type { Answer, TestServer } from '../kit/server.ts';
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

/** An event that everybody sees; its publication was told at both servers, so that who listens from now on does not hear of it. */
async function makePublicEvent(): Promise<string> {
  const eventId = await makeEvent();
  const team = await Promise.all(both().map((url) => listen(url, owner.token, eventId)));
  await server.ask('mutation ($id: ID!) { publishEvent(id: $id) { event { id } } }', { id: eventId }, owner);
  await until(() => team.every(({ states }) => states.includes('PUBLISHED')));
  await Promise.all(team.map(({ client }) => client.dispose()));
  return eventId;
}

const makeEvent = () => createLiveEvent(server, owner, false);

/** How a subscription ended: by the close of its socket, or by an error of its own. */
interface Heard {
  readonly client: Client;
  /** The states of the event in what was told of its changes. */
  readonly states: string[];
  readonly messages: any[];
  readonly closes: { code: number; reason: string }[];
  isComplete: boolean;
}

const ofEvent = 'subscription ($id: ID!) { eventChanged(eventId: $id) { kind event { name state } } }';
const ofCollaboration = 'subscription ($id: ID!) { taskStatusChanged(collaborationId: $id) { status } }';

/** Listens at an event, at one of the servers, to what becomes of it after it was made (or at something else); resolves when it stands. */
async function listen(url: string, token: string | null, id: string, query = ofEvent): Promise<Heard> {
  const client: Client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: () => (token ? { authorization: `Bearer ${token}` } : {}),
    on: { closed: (event) => void heard.closes.push(event as never) },
  });
  const heard: Heard = { client, states: [], messages: [], closes: [], isComplete: false };
  clients.push(client);
  const complete = () => (heard.isComplete = true);
  const next = (value: any) => {
    const { kind, event } = value.data?.eventChanged ?? {};
    if (kind === 'UPDATED') heard.states.push(event.state);
    if (event?.name !== 'Live') heard.messages.push(value);
  };
  client.subscribe({ query, variables: { id } }, { next, error: () => {}, complete });
  // What is asked on the same socket is answered when the subscription before it stands.
  await new Promise<void>((resolve, reject) =>
    client.subscribe({ query: '{ __typename }' }, { next: () => {}, error: reject, complete: resolve }),
  );
  return heard;
}

/** What somebody needs who listens to the statuses of their organization's tasks. */
const listening: CatalogueRule[] = [
  { resource: 'live', operation: 'RECEIVE', scope: 'ORGANIZATION' },
  { resource: 'task', operation: 'VIEW', scope: 'ORGANIZATION' },
  { resource: 'collaboration', operation: 'VIEW', scope: 'ORGANIZATION' },
];
let roleId: string;
const handing = (verb: string, what: string) =>
  `mutation ($u: ID!, $it: ID!, $o: ID!) { ${verb}(userId: $u, ${what}: $it, organizationId: $o) { user { id } } }`;
const take = (verb: string, what: string, person: Person, it: string, organization: string) =>
  server.ask(handing(verb, what), { u: person.id, it, o: encodeId('Organization', organization) }, admin);

const both = () => [server.url, beside.url];

describe('a subscription ends on both servers', () => {
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
    [
      'is blocked by other means',
      async (person: Person) => ({
        errors: undefined,
        done: await server.sql(`UPDATE users SET is_blocked = true WHERE id = '${person.userId}'`),
      }),
    ],
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
    const refresh = () =>
      server.ask('mutation ($token: String!) { refreshTokens(refreshToken: $token) { accessToken } }', {
        token: person.refreshToken,
      });
    expect((await refresh()).errors).toBeUndefined();
    expect((await refresh()).errors![0].extensions.code).toBe('UNAUTHENTICATED');
    await until(async () => heard.every(({ closes }) => closes.length === 1), 5000);
    expect(heard.map(({ closes }) => closes[0].code)).toEqual([4403, 4403]);
  });

  it('with 4403 when the token ends', async () => {
    const { userId } = await createPerson(server);
    const [family] = await server.sql(
      "INSERT INTO token_families (id, user_id, expires_at) VALUES (gen_random_uuid(), $1, now() + interval '1 day') RETURNING id",
      [userId],
    );
    const eventId = await makePublicEvent();
    // Ends are whole seconds: this one is one to two away.
    const { token } = await signAccessToken(
      server.app.config,
      { userId, computeNodeId: null, familyId: family.id, work: null },
      Date.now() + 2000,
    );
    const heard = await Promise.all(both().map((url) => listen(url, token, eventId)));
    await until(async () => heard.every(({ closes }) => closes.length === 1), 5000);
    for (const { closes } of heard)
      expect(closes[0]).toMatchObject({ code: 4403, reason: 'The bearer token has expired' });
  });

  it.each<
    [
      string,
      (person: Person, organization: string) => Promise<unknown>,
      (person: Person, organization: string) => Promise<Answer>,
    ]
  >([
    [
      'a single rule',
      (person, organization) => holdRules(server, person, listening, organization),
      (person, organization) =>
        take('takeRule', 'ruleId', person, encodeId('Rule', ruleId(listening[0])), organization),
    ],
    [
      'a role',
      (person, organization) => holdRole(server, person, 'Researcher', organization),
      (person, organization) =>
        take('revokeRole', 'roleId', person, encodeId('Role', defaultRoleId('Researcher')), organization),
    ],
    [
      'membership',
      (person, organization) => holdRole(server, person, 'Researcher', organization),
      (person, organization) =>
        server.ask(
          'mutation ($u: ID!, $o: ID!) { removeMember(userId: $u, organizationId: $o) { organization { id } } }',
          { u: person.id, o: encodeId('Organization', organization) },
          admin,
        ),
    ],
    [
      'a rule of a role',
      async (person, organization) => {
        const ruleIds = listening.map((rule) => encodeId('Rule', ruleId(rule)));
        const made = await server.ask(
          'mutation ($input: CreateRoleInput!) { createRole(input: $input) { role { id } } }',
          { input: { name: 'Watcher', organizationId: encodeId('Organization', organization), ruleIds } },
          admin,
        );
        await join(server, person, organization);
        await server.ask(
          handing('assignRole', 'roleId'),
          {
            u: person.id,
            it: (roleId = made.data!.createRole.role.id),
            o: encodeId('Organization', organization),
          },
          admin,
        );
      },
      () =>
        server.ask(
          'mutation ($id: ID!, $ruleIds: [ID!]) { updateRole(id: $id, input: { ruleIds: $ruleIds }) { role { id } } }',
          { id: roleId, ruleIds: [encodeId('Rule', ruleId(listening[1]))] },
          admin,
        ),
    ],
  ])('with a reason when %s is taken away by which the person listened', async (_what, give, takeAway) => {
    const [person, other] = [await createPerson(server), await createPerson(server)];
    const organization = await createOrganization(server, `Of ${person.id}`);
    const open = await createCollaboration(server, `Open of ${person.id}`, [organization]);
    const collaboration = encodeId('Collaboration', open);
    await server.sql(
      "INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash) VALUES (gen_random_uuid(), 'a', $1, $2, $3, $3)",
      [organization, open, person.userId],
    );
    await give(person, organization);
    await holdRole(server, other, 'Researcher', organization);
    const heard = await Promise.all(
      both().map((url) => listen(url, person.token, collaboration, ofCollaboration)),
    );
    const staying = await Promise.all(
      both().map((url) => listen(url, other.token, collaboration, ofCollaboration)),
    );
    expect(heard.map(({ isComplete, messages }) => [isComplete, messages])).toEqual([
      [false, []],
      [false, []],
    ]);
    expect((await takeAway(person, organization)).errors).toBeUndefined();
    await until(async () => heard.every(({ isComplete }) => isComplete), 5000);
    for (const { messages } of heard)
      expect(messages).toEqual([
        {
          errors: [
            expect.objectContaining({
              extensions: { code: expect.stringMatching(/^(FORBIDDEN|NOT_FOUND)$/) },
            }),
          ],
        },
      ]);
    const create =
      'mutation ($c: ID!, $o: ID!) { createTask(input: { collaborationId: $c, name: "T", image: "i", organizations: [{ organizationId: $o, input: "x" }] }) { task { id } } }';
    expect(
      (await server.ask(create, { c: collaboration, o: encodeId('Organization', organization) }, other))
        .errors,
    ).toBeUndefined();
    await until(async () => staying.every(({ messages }) => messages.length === 2), 5000);
    expect(heard.map(({ messages }) => messages.length)).toEqual([1, 1]);
  });

  it('with NOT_FOUND when the role goes by which the person saw a draft', async () => {
    const eventId = await makeEvent();
    const person = await createPerson(server);
    await server.sql(
      `INSERT INTO event_members (id, event_id, user_id, role) SELECT gen_random_uuid(), id, $1, 'MODERATOR' FROM events ORDER BY created_at DESC LIMIT 1`,
      [person.userId],
    );
    const heard = await Promise.all(both().map((url) => listen(url, person.token, eventId)));
    await server.ask(
      'mutation ($id: ID!) { updateEvent(id: $id, input: { name: "Seen" }) { event { id } } }',
      { id: eventId },
      owner,
    );
    await until(async () => heard.every(({ messages }) => messages.length === 1), 5000);
    await server.sql('DELETE FROM event_members WHERE user_id = $1', [person.userId]);
    await server.ask(
      'mutation ($id: ID!) { updateEvent(id: $id, input: { name: "Not seen" }) { event { id } } }',
      { id: eventId },
      owner,
    );
    await until(async () => heard.every(({ isComplete }) => isComplete), 5000);
    for (const { messages } of heard) {
      expect(messages).toEqual([
        { data: { eventChanged: { kind: 'UPDATED', event: { name: 'Seen', state: 'DRAFT' } } } },
        { errors: [{ message: 'There is no such event', extensions: { code: 'NOT_FOUND' } }] },
      ]);
    }
  });

  it('with a message and NOT_FOUND when the event is deleted, for everybody who listened', async () => {
    const eventId = await makePublicEvent();
    const heard = await Promise.all(
      both().flatMap((url) => [listen(url, owner.token, eventId), listen(url, null, eventId)]),
    );
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
    const [team, visitor] = [
      await listen(beside.url, owner.token, eventId),
      await listen(beside.url, null, eventId),
    ];
    const run = (name: string) =>
      server.ask(`mutation ($id: ID!) { ${name}(id: $id) { event { id } } }`, { id: eventId }, owner);
    await run('unpublishEvent');
    await until(async () => visitor.messages.length === 1, 5000);
    await server.ask(
      'mutation ($id: ID!) { updateEvent(id: $id, input: { name: "Hidden" }) { event { id } } }',
      { id: eventId },
      owner,
    );
    await until(async () => team.messages.length === 1, 5000);
    await run('publishEvent');
    await until(async () => team.messages.length === 2 && visitor.messages.length === 2, 5000);
    const seen = ({ messages }: Heard) =>
      messages.map(({ data }) => [data.eventChanged.kind, data.eventChanged.event?.name ?? null]);
    expect(seen(team)).toEqual([
      ['UPDATED', 'Hidden'],
      ['UPDATED', 'Hidden'],
    ]);
    expect(seen(visitor)).toEqual([
      ['REMOVED', null],
      ['CREATED', 'Hidden'],
    ]);
  });

  it('is told of in the order of its changes, each once, whichever server made it', async () => {
    const eventId = await makePublicEvent();
    const heard = await Promise.all(both().map((url) => listen(url, null, eventId)));
    const names = Array.from({ length: 10 }, (_, index) => `Name ${index}`);
    for (const [index, name] of names.entries()) {
      const document =
        'mutation ($id: ID!, $name: String!) { updateEvent(id: $id, input: { name: $name }) { event { id } } }';
      expect((await ask(both()[index % 2], document, { id: eventId, name }, owner)).errors).toBeUndefined();
      await until(async () => heard.every(({ messages }) => messages.length === index + 1));
    }
    for (const { messages } of heard)
      expect(messages.map(({ data }) => data.eventChanged.event.name)).toEqual(names);
  });
});
