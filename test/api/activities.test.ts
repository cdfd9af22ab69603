/** Activities over HTTP: what is written down, what never is, and who reads it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { giveRole, make, makeEvent } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let admin: Person;
let superAdmin: Person;
let organizer: Person;
let event: Made;

beforeAll(async () => {
  server = await startServer();
  admin = await createPerson(server, { isAdmin: true });
  superAdmin = await createPerson(server, { isSuperAdmin: true });
  organizer = await createPerson(server, { publicName: 'Olga' });
  event = await makeEvent(server);
  await giveRole(server, event, organizer, 'OWNER');
});
afterAll(() => server.close());

const fields = `nodes { action actorKind actorId actor { publicName } objectType objectId object { __typename id ... on Session { title } ... on Event { name } }
  mutation changes { field from to } requestId address at viewerCan }`;
const activities = async (filter: Record<string, unknown> = {}, who: Person | undefined = admin) => {
  const answer = await server.ask(
    `query ($filter: ActivityFilter) { activities(first: 100, filter: $filter) { totalCount ${fields} } }`,
    { filter },
    who,
  );
  expect(answer.errors).toBeUndefined();
  return answer.data!.activities as { totalCount: number; nodes: any[] };
};
const done = async (document: string, variables: Record<string, unknown>, who?: Person) => {
  const answer = await server.ask(document, variables, who);
  expect(answer.errors).toBeUndefined();
  return answer.data!;
};
const createSession = async (title: string) =>
  (
    await done(
      'mutation ($input: CreateSessionInput!) { createSession(input: $input) { session { id } } }',
      { input: { eventId: event.id, title } },
      organizer,
    )
  ).createSession.session.id as string;

describe('activities', () => {
  it('tell who did what to which object, the newest first, with the values of enums and booleans alone', async () => {
    const id = await createSession('Secret plans');
    await done(
      'mutation ($id: ID!) { updateSession(id: $id, input: { title: "Better plans", comments: "nobody else" }) { session { id } } }',
      { id },
      organizer,
    );
    await done(
      'mutation ($id: ID!) { transitionSession(id: $id, to: ACCEPTED) { session { id } } }',
      { id },
      organizer,
    );
    await done(
      'mutation ($id: ID!) { transitionSession(id: $id, to: ACCEPTED) { session { id } } }',
      { id },
      organizer,
    );
    await done(
      'mutation ($id: ID!) { lockSession(id: $id, locked: true) { session { id } } }',
      { id },
      organizer,
    );
    const { totalCount, nodes } = await activities({ object: { equals: id } });
    expect(totalCount).toBe(5);
    expect(nodes[0]).toEqual({
      action: 'LOCK',
      actorKind: 'user',
      actorId: organizer.id,
      actor: { publicName: 'Olga' },
      objectType: 'Session',
      objectId: id,
      object: { __typename: 'Session', id, title: 'Better plans' },
      mutation: 'lockSession',
      changes: [{ field: 'isLocked', from: 'false', to: 'true' }],
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      address: expect.stringContaining('127.0.0.1'),
      at: expect.stringMatching(/Z$/),
      viewerCan: ['VIEW'],
    });
    expect(
      nodes
        .slice(1)
        .map(({ action, changes }) => [
          action,
          changes.map((change: any) => [change.field, change.from, change.to]),
        ]),
    ).toEqual([
      ['TRANSITION_SESSION', []],
      ['TRANSITION', [['state', 'PENDING', 'ACCEPTED']]],
      [
        'UPDATE',
        [
          ['title', null, null],
          ['comments', null, null],
        ],
      ],
      ['CREATE', expect.arrayContaining([['state', null, 'PENDING']])],
    ]);
    const [{ text }] = await server.sql(`SELECT string_agg(a::text, ' ') AS text FROM activities a`);
    for (const hidden of ['plans', 'nobody else']) expect(text).not.toContain(hidden);
  });

  it('are found by actor, action, object, type, mutation and time', async () => {
    const id = await createSession('To be found');
    const [{ at }] = (await activities({ object: { in: [id, event.id] } })).nodes;
    const found = async (filter: Record<string, unknown>) =>
      (await activities({ object: { equals: id }, ...filter })).totalCount;
    expect(await found({ actor: { equals: organizer.id } })).toBe(1);
    expect(await found({ actor: { equals: admin.id } })).toBe(0);
    expect(await found({ action: { in: ['CREATE'] } })).toBe(1);
    expect(await found({ objectType: { equals: 'Event' } })).toBe(0);
    expect(await found({ mutation: { equals: 'createSession' } })).toBe(1);
    expect(await found({ createdAt: { before: at } })).toBe(0);
    expect(await found({ not: { createdAt: { before: at } } })).toBe(1);
    // The uuid of one type under the prefix of another is another object.
    expect((await activities({ object: { equals: id.replace(/^session_/, 'speaker_') } })).totalCount).toBe(
      0,
    );
    const { activity } = await done(
      'query ($id: ID!) { activity(id: $id) { action } }',
      {
        id: (await server.ask('{ activities(first: 1) { nodes { id } } }', {}, admin)).data!.activities
          .nodes[0].id,
      },
      admin,
    );
    expect(activity).toEqual({ action: expect.any(String) });
  });

  it('are read by staff, by nobody else on any path', async () => {
    const { nodes } = (await server.ask('{ activities { nodes { id } } }', {}, superAdmin)).data!.activities;
    expect(nodes.length).toBeGreaterThan(0);
    for (const who of [undefined, organizer]) {
      expect(
        await server.ask('{ activities { totalCount nodes { id } edges { cursor } } }', {}, who),
      ).toEqual({
        data: { activities: { totalCount: 0, nodes: [], edges: [] } },
      });
      expect(
        await server.ask(
          'query ($id: ID!) { activity(id: $id) { id } node(id: $id) { id } }',
          { id: nodes[0].id },
          who,
        ),
      ).toEqual({
        data: { activity: null, node: null },
      });
    }
  });

  it('keep the id of an object that is gone, and show it no more', async () => {
    const track = await make(server, 'Track', { event_id: event.uuid });
    await done('mutation ($id: ID!) { deleteTrack(id: $id) { deletedId } }', { id: track.id }, organizer);
    const id = await createSession('Soon gone');
    await done('mutation ($id: ID!) { deleteSession(id: $id) { deletedId } }', { id }, organizer);
    for (const gone of [track.id, id]) {
      expect((await activities({ object: { equals: gone } })).nodes[0]).toMatchObject({
        action: 'DELETE',
        objectId: gone,
        object: null,
      });
    }
  });

  it('name each mutation of a document, and none that failed', async () => {
    const answer = await server.ask(
      `mutation ($event: ID!, $other: ID!) {
         a: updateEvent(id: $event, input: { name: "Renamed" }) { event { id } }
         b: unpublishEvent(id: $event) { event { id } }
         c: publishEvent(id: $event) { event { id } }
         d: publishEvent(id: $other) { event { id } }
       }`,
      { event: event.id, other: (await makeEvent(server, { state: 'DRAFT' })).id },
      organizer,
    );
    expect(answer.errors).toHaveLength(1);
    const { nodes } = await activities({ object: { equals: event.id } });
    expect(nodes.slice(0, 3).map(({ action, mutation }) => [action, mutation])).toEqual([
      ['PUBLISH', 'publishEvent'],
      ['UNPUBLISH', 'unpublishEvent'],
      ['UPDATE', 'updateEvent'],
    ]);
    expect(
      (await activities({ objectType: { equals: 'Event' }, not: { object: { equals: event.id } } }))
        .totalCount,
    ).toBe(0);
  });

  it('have the links of sessions, which are written by SQL', async () => {
    const id = await createSession('With a speaker');
    const speaker = await make(server, 'Speaker', { event_id: event.uuid });
    await done(
      'mutation ($id: ID!, $ids: [ID!]) { updateSession(id: $id, input: { speakerIds: $ids }) { session { id } } }',
      { id, ids: [speaker.id] },
      organizer,
    );
    const [{ changes }] = (await activities({ object: { equals: id } })).nodes;
    expect(changes.map(({ field }: any) => field)).toContain('speakers');
  });

  it('have signing up, in and out, without what was signed in with', async () => {
    const input = { email: 'ada@example.org', password: 'analytical engine' };
    await done(
      'mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken } }',
      { input },
      undefined,
    );
    const { signIn } = await done(
      'mutation { signIn(input: { login: "ada@example.org", password: "analytical engine" }) { accessToken refreshToken viewer { id } } }',
      {},
      undefined,
    );
    const ada = { token: signIn.accessToken } as Person;
    const { refreshTokens } = await done(
      'mutation ($token: String!) { refreshTokens(refreshToken: $token) { refreshToken } }',
      { token: signIn.refreshToken },
    );
    await done(
      'mutation { changePassword(oldPassword: "analytical engine", newPassword: "difference engine") }',
      {},
      ada,
    );
    await server.ask('mutation ($token: String!) { refreshTokens(refreshToken: $token) { refreshToken } }', {
      token: signIn.refreshToken,
    });
    const again = await done(
      'mutation { signIn(input: { login: "ada@example.org", password: "difference engine" }) { accessToken } }',
      {},
    );
    await done('mutation { signOut(everywhere: true) }', {}, { token: again.signIn.accessToken } as Person);
    const { nodes } = await activities({ actor: { equals: signIn.viewer.id } });
    expect(nodes.map(({ action, actorKind }) => [action, actorKind])).toEqual(
      [
        'SIGN_OUT_EVERYWHERE',
        'SIGN_IN',
        'REUSE_REFRESH_TOKEN',
        'CHANGE_PASSWORD',
        'REFRESH',
        'SIGN_IN',
        'CREATE',
      ].map((action) => [action, 'user']),
    );
    const [{ text }] = await server.sql(`SELECT string_agg(a::text, ' ') AS text FROM activities a`);
    for (const secret of [
      'engine',
      'argon2',
      signIn.refreshToken,
      signIn.accessToken,
      refreshTokens.refreshToken,
      'ada@',
    ])
      expect(text).not.toContain(secret);
  });

  it('take one statement, whatever the number and types of objects', async () => {
    const ask = (first: number) =>
      server.statements(() =>
        server.ask(
          `query ($first: Int) { activities(first: $first) { totalCount ${fields} } }`,
          { first },
          admin,
        ),
      );
    expect(await ask(1)).toHaveLength(2);
    expect(await ask(100)).toHaveLength(2);
  });

  it('are in the database for good: changed by nothing, deleted when their time is over alone', async () => {
    const refused = 'activities are only ever added';
    await expect(server.sql(`UPDATE activities SET action = 'NOTHING'`)).rejects.toThrow(refused);
    await expect(server.sql('DELETE FROM activities')).rejects.toThrow(refused);
    await expect(server.sql('TRUNCATE activities')).rejects.toThrow(refused);
    const old = `INSERT INTO activities (id, action, actor_kind, created_at) VALUES (gen_random_uuid(), 'OLD', 'server', now() - make_interval(days => $1))`;
    for (const days of [364, 366]) await server.sql(old, [days]);
    const { slices } = await import('../../src/slices.ts');
    for (const prune of slices.flatMap((slice) => slice.prune ?? []))
      await prune(server.app.database, server.app as never);
    expect(await server.sql(`SELECT FROM activities WHERE action = 'OLD'`)).toHaveLength(1);
    const { updateSettings } =
      (
        await server.ask(
          'mutation { updateSettings(input: { activities: { retentionDays: 29 } }) { settings { id } } }',
          {},
          admin,
        )
      ).data ?? {};
    expect(updateSettings).toBeUndefined();
  });
});

describe('KEEP_ADDRESSES=false', () => {
  it('keeps no address', async () => {
    await using quiet = await startServer({ KEEP_ADDRESSES: 'false' });
    const person = await createPerson(quiet, { isAdmin: true });
    await quiet.ask('mutation { signOut }', {}, person);
    expect(await quiet.sql('SELECT action, address FROM activities')).toEqual([
      { action: 'SIGN_OUT', address: null },
    ]);
  });
});
