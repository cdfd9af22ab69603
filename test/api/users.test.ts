/** Users over HTTP: who lists, changes and deletes accounts. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createOrganization, holdRules, join } from '../kit/collaborations.ts';
import { giveRole, link, make, makeEvent } from '../kit/event-rows.ts';
import { runJobs } from '../kit/jobs.ts';
import { sentMails } from '../kit/mails.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let root: Person;
let admin: Person;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  server = await startServer();
  root = await createPerson(server, { isSuperAdmin: true, firstName: 'Root' });
  admin = await createPerson(server, { isAdmin: true, firstName: 'Admin' });
  ada = await createPerson(server, { email: 'ada@example.org', username: 'ada', firstName: 'Ada' });
  bob = await createPerson(server, { username: 'bob', firstName: 'Bob' });
});
afterAll(() => server.close());

const update = (input: Record<string, unknown>, of: Person, by?: Person) =>
  server.ask(
    `mutation ($id: ID!, $input: UpdateUserInput!) { updateUser(id: $id, input: $input) {
      user { firstName username publicName isAdmin isSuperAdmin isVerified isBlocked version }
    } }`,
    { id: of.id, input },
    by,
  );
const remove = (of: Person, by?: Person) =>
  server.ask('mutation ($id: ID!) { deleteUser(id: $id) { deletedId } }', { id: of.id }, by);
const code = (answer: { errors?: readonly { extensions: Record<string, unknown> }[] }) =>
  answer.errors?.[0].extensions.code ?? 'fine';

describe('the list of users', () => {
  it('is for staff, and empty for everybody else', async () => {
    const list = '{ users { totalCount nodes { id } } }';
    for (const asker of [admin, root]) {
      const { data } = await server.ask(list, {}, asker);
      expect(data?.users.totalCount).toBe(4);
      expect(data?.users.nodes.length).toBe(4);
    }
    for (const asker of [ada, undefined]) {
      expect(await server.ask(list, {}, asker)).toEqual({ data: { users: { totalCount: 0, nodes: [] } } });
    }
  });

  it('is filtered by e-mail address by who could read one; nobody else may ask', async () => {
    const found = '{ users(filter: { email: { equals: "ada@example.org" } }) { nodes { firstName } } }';
    expect((await server.ask(found, {}, admin)).data?.users.nodes).toEqual([{ firstName: 'Ada' }]);
    expect((await server.ask(found, {}, ada)).data?.users.nodes).toEqual([]);
    expect(code(await server.ask(found))).toBe('FORBIDDEN');
  });
});

describe('an account', () => {
  it('is changed by the person and by staff', async () => {
    const answer = await update({ publicName: ' Countess ', username: 'countess' }, ada, ada);
    expect(answer.data?.updateUser.user).toMatchObject({
      publicName: 'Countess',
      username: 'countess',
      version: 2,
    });
    expect((await update({ isVerified: true, version: 2 }, ada, admin)).data?.updateUser.user.version).toBe(
      3,
    );
    expect(code(await update({ publicName: 'Late', version: 2 }, ada, ada))).toBe('CONFLICT');
    expect(code(await update({ username: 'BOB' }, ada, ada))).toBe('CONFLICT');
    const wrong = await update({ username: 'a b', isBlocked: null }, ada, admin);
    expect(wrong.errors?.[0].extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: ['input', 'username'] }, { path: ['input', 'isBlocked'] }],
    });
    expect((await update({ username: 'a b' }, ada, admin)).errors?.[0].extensions.fields[0].path).toEqual([
      'input',
      'username',
    ]);
  });

  it("is nobody else's to change", async () => {
    expect(code(await update({ firstName: 'X' }, ada))).toBe('UNAUTHENTICATED');
    expect(code(await update({ firstName: 'X' }, ada, bob))).toBe('NOT_FOUND');
    expect(code(await remove(ada, bob))).toBe('NOT_FOUND');
  });

  it('makes nobody an administrator, nor verified, but for those who may', async () => {
    for (const input of [
      { isAdmin: true },
      { isSuperAdmin: true },
      { isVerified: false },
      { isBlocked: false },
    ]) {
      expect(code(await update(input, bob, bob))).toBe('FORBIDDEN');
    }
    expect(code(await update({ isSuperAdmin: true }, admin, admin))).toBe('FORBIDDEN');
    expect(code(await update({ isAdmin: true }, bob, admin))).toBe('FORBIDDEN');
    expect((await update({ isAdmin: true }, bob, root)).data?.updateUser.user.isAdmin).toBe(true);
    expect((await server.ask('{ users { totalCount } }', {}, bob)).data?.users.totalCount).toBe(4);
    expect((await update({ isAdmin: false }, bob, root)).data?.updateUser.user.isAdmin).toBe(false);
  });

  it('of a super admin is out of reach for an admin', async () => {
    for (const input of [{ firstName: 'X' }, { isBlocked: true }, { isVerified: false }]) {
      expect(code(await update(input, root, admin))).toBe('FORBIDDEN');
    }
    expect(code(await remove(root, admin))).toBe('FORBIDDEN');
  });

  it('that is blocked has no living token, and gets none back', async () => {
    const cleo = await createPerson(server);
    expect((await update({ isBlocked: true }, cleo, admin)).data?.updateUser.user.isBlocked).toBe(true);
    expect(code(await server.ask('{ viewer { id } }', {}, cleo))).toBe('UNAUTHENTICATED');
    await update({ isBlocked: false }, cleo, admin);
    expect(code(await server.ask('{ viewer { id } }', {}, cleo))).toBe('UNAUTHENTICATED');
  });

  it('is not deleted while it owns an event; afterwards its address is free', async () => {
    const dan = await createPerson(server, { email: 'dan@example.org' });
    const event = await server.ask(
      `mutation { createEvent(input: { name: "Own", startsAt: "2027-03-01T09:00:00Z", endsAt: "2027-03-02T09:00:00Z", timezone: "UTC" }) { event { id } } }`,
      {},
      dan,
    );
    expect(event.errors).toBeUndefined();
    for (const asker of [dan, admin]) expect(code(await remove(dan, asker))).toBe('CONFLICT');
    expect(code(await remove(dan, bob))).toBe('NOT_FOUND');
    const gone = await server.ask(
      'mutation ($id: ID!) { deleteEvent(id: $id) { deletedId } }',
      { id: event.data?.createEvent.event.id },
      dan,
    );
    expect(gone.errors).toBeUndefined();
    expect(await remove(dan, dan)).toEqual({ data: { deleteUser: { deletedId: dan.id } } });
    expect(code(await server.ask('{ viewer { id } }', {}, dan))).toBe('UNAUTHENTICATED');
    expect(code(await remove(dan, admin))).toBe('NOT_FOUND');
    const again = await server.ask(
      'mutation { signUp(input: { email: "dan@example.org", password: "correct horse" }) { viewer { email } } }',
    );
    expect(again.data?.signUp.viewer.email).toBe('dan@example.org');
  });

  it("comes back as staff says, unless its address is taken or it is a super admin's", async () => {
    const restore = (of: Person, by?: Person) =>
      server.ask(
        'mutation ($id: ID!) { restoreUser(id: $id) { user { email isAdmin } } }',
        { id: of.id },
        by,
      );
    const eve = await createPerson(server, { email: 'eve@example.org', username: 'eve' });
    expect((await restore(eve, admin)).data!.restoreUser.user.email).toBe('eve@example.org');
    await remove(eve, eve);
    expect(
      (await server.ask('query ($id: ID!) { node(id: $id) { id } }', { id: eve.id }, admin)).data!.node,
    ).toBeNull();
    const deletion =
      '{ activities(filter: { action: { equals: "DELETE" }, objectType: { equals: "User" } }, first: 1) { nodes { objectId } } }';
    expect((await server.ask(deletion, {}, admin)).data!.activities.nodes).toEqual([{ objectId: eve.id }]);
    expect([
      code(await restore(eve)),
      code(await restore(eve, bob)),
      code(await restore({ ...eve, id: encodeId('User', randomUUID()) }, admin)),
    ]).toEqual(['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND']);
    const taker = await createPerson(server, { email: 'EVE@example.org' });
    expect((await restore(eve, admin)).errors![0].extensions).toEqual({ code: 'CONFLICT', field: 'email' });
    await server.sql(`UPDATE users SET email = 'other@example.org', username = 'EVE' WHERE id = $1`, [
      taker.userId,
    ]);
    expect((await restore(eve, admin)).errors![0].extensions).toEqual({
      code: 'CONFLICT',
      field: 'username',
    });
    await server.sql('UPDATE users SET username = NULL WHERE id = $1', [taker.userId]);
    expect((await restore(eve, admin)).data!.restoreUser.user.email).toBe('eve@example.org');
    expect(code(await server.ask('{ viewer { id } }', {}, eve))).toBe('UNAUTHENTICATED');
    const chief = await createPerson(server, { isSuperAdmin: true });
    await remove(chief, root);
    expect(code(await restore(chief, admin))).toBe('FORBIDDEN');
    expect(code(await restore(chief, root))).toBe('fine');
    await remove(chief, root);
  });

  it('is removed for good by staff, once it is deleted, and leaves nothing of the person', async () => {
    const purge = (of: { id: string }, by?: Person) =>
      server.ask('mutation ($id: ID!) { purgeUser(id: $id) { deletedId } }', { id: of.id }, by);
    const gus = await createPerson(server, {
      email: 'gus@example.org',
      firstName: 'Gustav',
      publicName: 'Gus',
    });
    const event = await makeEvent(server);
    await giveRole(server, event, gus, 'MODERATOR');
    const session = await make(server, 'Session', {
      event_id: event.uuid,
      state: 'ACCEPTED',
      title: 'By Gus',
      creator_id: gus.userId,
    });
    const secret = { email: gus.email, mobile: '0123', address: 'Here', answers: '{"shirt": "L"}' };
    await link(
      server,
      session,
      await make(server, 'Speaker', { event_id: event.uuid, name: 'Gus', user_id: gus.userId, ...secret }),
    );
    await server.sql(
      `INSERT INTO role_invites (id, event_id, email, role, token_hash, expires_at) VALUES (gen_random_uuid(), $1, 'GUS@example.org', 'REGISTRAR', 'x', now())`,
      [event.uuid],
    );
    await server.sql(
      `INSERT INTO mails (id, kind, recipient, subject, status) VALUES (gen_random_uuid(), 'a.mail', 'gus@example.org', 'Hello Gus', 'SENT')`,
    );
    const face = `users/${gus.userId}/one/icon.jpg`;
    await server.app.storage.put(face, Buffer.from('a face'));
    await server.sql('UPDATE users SET icon_image_url = $2 WHERE id = $1', [gus.userId, `/files/${face}`]);

    expect(code(await purge(gus, admin))).toBe('CONFLICT');
    await remove(gus, gus);
    // The address is free again: what is sent to whoever takes it stays theirs.
    await createPerson(server, { email: 'gus@example.org', publicName: 'Another Gus' });
    await server.sql(
      `INSERT INTO mails (id, kind, recipient, subject, status, created_at) VALUES (gen_random_uuid(), 'a.mail', 'gus@example.org', 'Hello other', 'SENT', now() + interval '1 s')`,
    );
    expect([code(await purge(gus)), code(await purge(gus, bob))]).toEqual(['UNAUTHENTICATED', 'FORBIDDEN']);
    expect((await purge(gus, admin)).data).toEqual({ purgeUser: { deletedId: gus.id } });
    await runJobs(server, 'images.remove');
    expect(await server.app.storage.open(face)).toBeNull();
    expect([
      code(await purge(gus, admin)),
      code(
        await server.ask(
          'mutation ($id: ID!) { restoreUser(id: $id) { user { id } } }',
          { id: gus.id },
          admin,
        ),
      ),
    ]).toEqual(['NOT_FOUND', 'NOT_FOUND']);
    const { data } = await server.ask(
      'query ($id: ID!) { event(id: $id) { sessions { nodes { title creator { id } speakers { nodes { name email mobile address answers user { id } } } } } } }',
      { id: event.id },
      admin,
    );
    const profile = { name: 'Gus', email: null, mobile: null, address: null, answers: {}, user: null };
    expect(data!.event.sessions.nodes).toEqual([
      { title: 'By Gus', creator: null, speakers: { nodes: [profile] } },
    ]);
    expect(await server.sql('SELECT subject FROM mails WHERE recipient = $1', [gus.email])).toEqual([
      { subject: 'Hello other' },
    ]);
    for (const table of ['event_members', 'token_families', 'role_invites']) {
      expect([
        table,
        await server.sql(
          `SELECT FROM ${table} t WHERE t::text LIKE '%' || $1 || '%' OR t::text ILIKE '%gus@%'`,
          [gus.userId],
        ),
      ]).toEqual([table, []]);
    }
    expect(
      await server.sql(`SELECT actor_id AS actor FROM activities WHERE object_id = $1 AND action = 'PURGE'`, [
        gus.userId,
      ]),
    ).toEqual([{ actor: admin.userId }]);
    const chief = await createPerson(server, { isSuperAdmin: true });
    await remove(chief, root);
    expect([code(await purge(chief, admin)), code(await purge(chief, root))]).toEqual(['FORBIDDEN', 'fine']);
  });

  it('of the last super admin stays one: neither unmade, blocked nor deleted, by two at once either', async () => {
    const second = await createPerson(server, { isSuperAdmin: true });
    const both = await Promise.all([
      update({ isSuperAdmin: false }, second, root),
      update({ isSuperAdmin: false }, root, second),
    ]);
    expect(both.map(code).filter((one) => one === 'fine')).toHaveLength(1);
    expect(await server.sql('SELECT FROM users WHERE is_super_admin AND deleted_at IS NULL')).toHaveLength(1);
    await server.sql('UPDATE users SET is_super_admin = (id = $1)', [root.userId]);
    for (const input of [{ isSuperAdmin: false }, { isBlocked: true }])
      expect(code(await update(input, root, root))).toBe('CONFLICT');
    expect(code(await remove(root, root))).toBe('CONFLICT');
    expect(code(await server.ask('{ viewer { id } }', {}, root))).toBe('fine');
  });

  it('with new powers is told of them, and so is every super admin; flags have words of their own in the activities', async () => {
    await sentMails(server);
    const fay = await createPerson(server, { email: 'fay@example.org', publicName: 'Fay' });
    await update({ isAdmin: true, isVerified: false }, fay, root);
    const told = (await sentMails(server)).map(({ to, subject }) => [to, subject]);
    expect(told.sort()).toEqual(
      [
        ['fay@example.org', 'You are an admin at Convoke'],
        [root.email, 'There is another admin at Convoke'],
      ].sort(),
    );
    const gone = await createPerson(server, { isSuperAdmin: true, email: 'gone@example.org' });
    await update({ isAdmin: true }, await createPerson(server), root);
    await server.sql('UPDATE users SET is_super_admin = false WHERE id = $1', [gone.userId]);
    expect((await sentMails(server)).map(({ to }) => to)).not.toContain('gone@example.org');
    await update({ isBlocked: true }, fay, root);
    const rows = await server.sql(
      `SELECT action, field_changes AS changes FROM activities WHERE object_id = $1 ORDER BY created_at, action`,
      [fay.userId],
    );
    const changes = expect.arrayContaining([
      { field: 'isAdmin', from: 'false', to: 'true' },
      { field: 'isVerified', from: 'true', to: 'false' },
    ]);
    expect(rows).toEqual([
      { action: 'MAKE_ADMIN', changes },
      { action: 'UNVERIFY', changes },
      { action: 'BLOCK', changes: [{ field: 'isBlocked', from: 'false', to: 'true' }] },
    ]);
  });
});

describe('a search for people', () => {
  it('looks into nothing that the viewer may not read of the row', async () => {
    const organization = await createOrganization(server, 'Harbour');
    const [asker, member] = [
      await createPerson(server),
      await createPerson(server, { email: 'hidden@harbour.example', publicName: 'Mia', firstName: 'Maria' }),
    ];
    for (const person of [asker, member]) await join(server, person, organization);
    await holdRules(
      server,
      asker,
      (['organization', 'user'] as const).map((resource) => ({
        resource,
        scope: 'ORGANIZATION',
        operation: 'VIEW',
      })),
      organization,
    );
    const document =
      'query ($id: ID!, $filter: UserFilter) { organization(id: $id) { members(filter: $filter) { totalCount nodes { publicName } } } }';
    const found = async (filter: Record<string, unknown>, who: Person) => {
      const { data } = await server.ask(
        document,
        { id: encodeId('Organization', organization), filter },
        who,
      );
      return data!.organization.members.nodes.map((one: any) => one.publicName);
    };
    expect(await found({ search: 'mi' }, asker)).toEqual(['Mia']);
    for (const search of ['hidden@harbour', 'Maria', 'mia maria']) {
      expect(await found({ search }, asker)).toEqual([]);
      expect(await found({ search }, root)).toEqual(['Mia']);
      // Nor does it tell by what is left over.
      expect(await found({ not: { search } }, asker)).toContain('Mia');
    }
  });
});
