/** The matrices of accounts and activities: everybody lists, changes, deletes and restores everybody, by tables written once more here. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { tokensFor } from './askers.ts';
import type { Verdict } from './oracle.ts';
import { Oracle } from './oracle.ts';
import { tryAll } from './tries.ts';
import type { Person } from './world.ts';
import { createWorld, describeWorld, nobody } from './world.ts';

const world = describeWorld();
const oracle = new Oracle(world);
const viewers = [
  nobody,
  'superAdmin',
  'admin',
  'registered',
  'unverified',
  'submitter',
  'formerTeam',
  'speaker',
  'shySpeaker',
  'ownerofOpen',
  'organizerofOpen',
  'coorganizerofOpen',
  'moderatorofOpen',
  'ownerofDraft',
  'ownerofGone',
];
// Somebody public and somebody shy, owners of a published, a draft and a deleted event, and those whom an admin must not touch.
const people = [
  'superAdmin',
  'admin',
  'registered',
  'speaker',
  'shySpeaker',
  'submitter',
  'ownerofOpen',
  'ownerofDraft',
  'ownerofGone',
  'moderatorofOpen',
].map((name) => world.people.get(name)!);
const everybody = [...world.people.values()];
const deleted = { name: 'deleted', id: '0190aaaa-0000-7000-8000-000000000001' };
const deletedRoot = { name: 'deletedRoot', id: '0190aaaa-0000-7000-8000-000000000002' };

const isRoot = (viewer: string) => world.people.get(viewer)?.isSuperAdmin === true;
const ownsEvent = ({ name }: Person) =>
  world.members.some(
    (one) => one.person === name && one.role === 'OWNER' && !world.events.get(one.event)!.isDeleted,
  );
const mayDelete = (viewer: string, one: Person) => oracle.updatesUser(viewer, one) && !ownsEvent(one);
/** Who may set a field of an account that they may change. */
const writers: Record<string, (viewer: string, one: Person) => boolean> = {
  isAdmin: isRoot,
  isSuperAdmin: isRoot,
  isVerified: (viewer) => oracle.staff(viewer),
  isBlocked: (viewer) => oracle.staff(viewer),
  isProfilePublic: () => true,
};
const restoring = (viewer: string, isOfRoot: boolean): Verdict => {
  if (!oracle.signedIn(viewer)) return 'UNAUTHENTICATED';
  return oracle.staff(viewer) && (isRoot(viewer) || !isOfRoot) ? 'OK' : 'FORBIDDEN';
};

let server: TestServer;
let tokens: ReadonlyMap<string, string>;

beforeAll(async () => {
  server = await startServer({ MAX_ALIASES: '500', MAX_TOKENS: '100000' });
  await createWorld(server, world);
  tokens = await tokensFor(server, world);
  await server.sql(
    `INSERT INTO users (id, email, public_name, is_super_admin, is_profile_public, deleted_at)
     VALUES ($1, 'deleted@example.org', 'deleted', false, true, now()), ($2, 'deletedroot@example.org', 'deletedRoot', true, true, now())`,
    [deleted.id, deletedRoot.id],
  );
  const seen = world.sessions.find(({ event, state }) => event === 'Open' && state === 'ACCEPTED')!;
  await server.sql(
    `INSERT INTO activities (id, action, actor_id, actor_kind, object_type, object_id)
     SELECT gen_random_uuid(), 'UPDATE', u.id, 'user', t.type, t.id FROM users u, (VALUES ('Session', $1::uuid), ('User', $2::uuid)) AS t (type, id)`,
    [seen.id, deleted.id],
  );
});
afterAll(() => server.close());

const userId = ({ id }: { id: string }) => encodeId('User', id);
const ask = (viewer: string, document: string, variables = {}) =>
  server.ask(document, variables, { token: tokens.get(viewer) ?? null });

describe.each(viewers)('%s', (viewer) => {
  it('lists accounts, counts them and finds them by a search, as staff alone', async () => {
    const { data, errors } = await ask(
      viewer,
      '{ users(first: 100) { totalCount nodes { id publicName } edges { node { id } } } }',
    );
    expect(errors).toBeUndefined();
    const expected = oracle.staff(viewer) ? everybody.map(({ name }) => name).sort() : [];
    expect(data!.users.totalCount).toBe(expected.length);
    expect(data!.users.nodes.map((one: any) => one.publicName).sort()).toEqual(expected);
    expect(data!.users.edges).toHaveLength(expected.length);
    const filtered = await ask(
      viewer,
      '{ users(filter: { publicName: { contains: "e" } }, orderBy: PUBLIC_NAME_ASC) { totalCount } }',
    );
    expect(filtered.data!.users.totalCount).toBe(expected.filter((name) => /e/i.test(name)).length);
    for (const [search, who] of [
      ['OWNEROFd', ['ownerofDraft']],
      ['submitter@example first', ['submitter']],
      ['owner nobody', []],
      ['100%', []],
    ] as const) {
      const found = await ask(
        viewer,
        'query ($search: String) { users(filter: { search: $search }) { nodes { publicName } } }',
        { search },
      );
      expect(found.data!.users.nodes.map((one: any) => one.publicName)).toEqual(
        oracle.staff(viewer) ? who : [],
      );
    }
    const others = await ask(
      viewer,
      '{ users(first: 100, filter: { not: { search: "owner" } }) { totalCount } }',
    );
    expect(others.data!.users.totalCount).toBe(expected.filter((name) => !name.startsWith('owner')).length);
  });

  it('finds nobody by a field that they read of nobody else', async () => {
    const { data, errors } = await ask(
      viewer,
      '{ users(filter: { not: { isBlocked: { equals: true } } }) { totalCount } }',
    );
    if (viewer === nobody) expect(errors![0].extensions.code).toBe('FORBIDDEN');
    else expect(data!.users.totalCount).toBe(oracle.staff(viewer) ? everybody.length : 0);
  });

  it.each(Object.keys(writers))('sets %s of whom the tables let them', async (field) => {
    const current = (one: Person) =>
      (({ isBlocked: false, ...one }) as unknown as Record<string, boolean>)[field];
    await tryAll(
      server,
      tokens.get(viewer),
      `mutation ($id: ID!, $value: Boolean) { updateUser(id: $id, input: { ${field}: $value }) { user { id } } }`,
      people.map((one) => ({
        label: one.name,
        variables: { id: userId(one), value: current(one) },
        expected: oracle.verdict(
          viewer,
          oracle.seesUser(viewer, one),
          oracle.updatesUser(viewer, one) && writers[field](viewer, one),
        ),
      })),
    );
  });

  it('may delete whom the table says, and is told so by permission and viewerCan', async () => {
    const fields = people.map(
      (one, at) =>
        `p${at}: permission(action: DELETE, id: "${userId(one)}") { reason } n${at}: node(id: "${userId(one)}") { ... on User { viewerCan } }`,
    );
    const { data } = await ask(viewer, `{ ${fields.join('\n')} }`);
    people.forEach((one, at) => {
      const may = mayDelete(viewer, one);
      const sees = oracle.seesUser(viewer, one);
      const reason = !sees
        ? 'NOT_FOUND'
        : may
          ? 'ALLOWED'
          : oracle.signedIn(viewer)
            ? 'FORBIDDEN'
            : 'UNAUTHENTICATED';
      expect({ name: one.name, reason: data![`p${at}`].reason }).toEqual({ name: one.name, reason });
      if (sees)
        expect({ name: one.name, may: data![`n${at}`].viewerCan.includes('DELETE') }).toEqual({
          name: one.name,
          may,
        });
    });
    const denied = people.filter((one) => !mayDelete(viewer, one));
    await tryAll(
      server,
      tokens.get(viewer),
      'mutation ($id: ID!) { deleteUser(id: $id) { deletedId } }',
      denied.map((one) => {
        const owns = ownsEvent(one) && oracle.updatesUser(viewer, one);
        return {
          label: one.name,
          variables: { id: userId(one) },
          expected: owns ? 'CONFLICT' : oracle.verdict(viewer, oracle.seesUser(viewer, one), false),
        };
      }),
    );
  });

  it('sees no deleted account, and restores one as staff alone', async () => {
    const { data } = await ask(
      viewer,
      `{ a: node(id: "${userId(deleted)}") { id } b: node(id: "${userId(deletedRoot)}") { id } }`,
    );
    expect(data).toEqual({ a: null, b: null });
    await tryAll(server, tokens.get(viewer), 'mutation ($id: ID!) { restoreUser(id: $id) { user { id } } }', [
      { label: 'deleted', variables: { id: userId(deleted) }, expected: restoring(viewer, false) },
      { label: 'deletedRoot', variables: { id: userId(deletedRoot) }, expected: restoring(viewer, true) },
    ]);
    await server.sql('UPDATE users SET deleted_at = now() WHERE id IN ($1, $2)', [
      deleted.id,
      deletedRoot.id,
    ]);
  });

  it('reads activities as staff alone, on every path', async () => {
    const [{ id, n }] = await server.sql('SELECT min(id::text) AS id, count(*)::int AS n FROM activities');
    const document = `query ($id: ID!) {
      activities(first: 1) { totalCount nodes { id } edges { cursor } } activity(id: $id) { id objectId object { id } actor { id } }
      node(id: $id) { id } permission(action: VIEW, id: $id) { reason }
      filtered: activities(filter: { objectType: { equals: "Session" } }) { totalCount }
    }`;
    const activityId = encodeId('Activity', id);
    const { data } = await ask(viewer, document, { id: activityId });
    if (oracle.staff(viewer)) {
      expect(data).toMatchObject({
        activities: { totalCount: n },
        activity: { id: activityId },
        node: { id: activityId },
        permission: { reason: 'ALLOWED' },
      });
      expect(data!.filtered.totalCount).toBeGreaterThan(0);
    } else {
      expect(data).toEqual({
        activities: { totalCount: 0, nodes: [], edges: [] },
        activity: null,
        node: null,
        permission: { reason: 'NOT_FOUND' },
        filtered: { totalCount: 0 },
      });
    }
  });
});
