/** Deleted events, sessions and speakers over HTTP: staff bring them back, or remove events for good, files included; nobody else does. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { codes, giveRole, link, make, makeEvent } from '../kit/event-rows.ts';
import { runJobs } from '../kit/jobs.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let admin: Person, owner: Person, moderator: Person, stranger: Person;

beforeAll(async () => {
  server = await startServer();
  [owner, moderator, stranger] = await Promise.all(Array.from({ length: 3 }, () => createPerson(server)));
  admin = await createPerson(server, { isAdmin: true });
});
afterAll(() => server.close());

const act = (name: string, { id }: { id: string }, who?: { token: string }) =>
  server.ask(
    `mutation ($id: ID!) { ${name}(id: $id) { ${name === 'restoreEvent' ? 'event { id state version }' : 'deletedId'} } }`,
    { id },
    who,
  );
const seen = async ({ id }: Made, who?: Person) =>
  (
    await server.ask(
      'query ($id: ID!) { event(id: $id) { state sessions { nodes { title } } speakers { nodes { name } } } }',
      { id },
      who,
    )
  ).data!.event;

/** A published event with an accepted session and its speaker. */
async function eventOf(of = owner): Promise<Made> {
  const event = await makeEvent(server);
  await giveRole(server, event, of, 'OWNER');
  await giveRole(server, event, moderator, 'MODERATOR');
  const session = await make(server, 'Session', { event_id: event.uuid, title: 'A talk', state: 'ACCEPTED' });
  await link(
    server,
    session,
    await make(server, 'Speaker', { event_id: event.uuid, name: 'Ada', email: 'ada@example.org' }),
  );
  return event;
}
const whole = {
  state: 'PUBLISHED',
  sessions: { nodes: [{ title: 'A talk' }] },
  speakers: { nodes: [{ name: 'Ada' }] },
};

describe('restoring', () => {
  it('brings a deleted event back, found in the activity of its deletion; again is no change', async () => {
    const event = await eventOf();
    await act('deleteEvent', event, owner);
    expect(await seen(event)).toBeNull();
    const deletion =
      '{ activities(filter: { action: { equals: "DELETE" }, objectType: { equals: "Event" } }, first: 1) { nodes { objectId } } }';
    expect((await server.ask(deletion, {}, admin)).data!.activities.nodes).toEqual([{ objectId: event.id }]);
    for (let time = 0; time < 2; time += 1) {
      expect((await act('restoreEvent', event, admin)).data!.restoreEvent.event).toEqual({
        id: event.id,
        state: 'PUBLISHED',
        version: 2,
      });
      expect(await seen(event)).toEqual(whole);
    }
    expect(
      await server.sql(`SELECT action FROM activities WHERE object_id = $1 AND action = 'RESTORE'`, [
        event.uuid,
      ]),
    ).toHaveLength(1);
  });

  it('as a draft, where the owner could not publish it now', async () => {
    const gone = await createPerson(server);
    const event = await eventOf(gone);
    await act('deleteEvent', event, gone);
    await server.ask('mutation ($id: ID!) { deleteUser(id: $id) { deletedId } }', { id: gone.id }, gone);
    expect((await act('restoreEvent', event, admin)).data!.restoreEvent.event.state).toBe('DRAFT');
    expect([await seen(event), (await seen(event, admin)).state]).toEqual([null, 'DRAFT']);
  });

  it('is refused where the event was imported once more', async () => {
    const [old, again] = [await eventOf(), await eventOf()];
    await act('deleteEvent', old, owner);
    await server.sql(
      `UPDATE events SET source_owner_id = $1, source_identifier = 'file' WHERE id IN ($2, $3)`,
      [owner.userId, old.uuid, again.uuid],
    );
    expect(codes(await act('restoreEvent', old, admin))).toEqual(['CONFLICT']);
    await act('deleteEvent', again, owner);
    expect(codes(await act('restoreEvent', old, admin))).toEqual([]);
  });
});

describe('purging', () => {
  it('leaves nothing of a deleted event: no row, no file', async () => {
    const { storage, database } = server.app;
    const [event, other] = [await eventOf(), await eventOf()];
    const kept: string[] = [];
    const gone: string[] = [];
    for (const [keys, { uuid }] of [
      [gone, event],
      [kept, other],
    ] as const) {
      const [{ id: speaker }] = await server.sql('SELECT id FROM speakers WHERE event_id = $1', [uuid]);
      const sponsor = await make(server, 'Sponsor', { event_id: uuid });
      keys.push(
        `events/${uuid}/one/large.jpg`,
        `speakers/${speaker}/one/icon.jpg`,
        `sponsors/${sponsor.uuid}/one/logo.jpg`,
        `exports/${uuid}/days.zip`,
      );
      for (const key of keys) await storage.put(key, Buffer.from('picture'));
      await server.sql('UPDATE events SET large_image_url = $2 WHERE id = $1', [uuid, `/files/${keys[0]}`]);
      await server.sql('UPDATE speakers SET icon_image_url = $2, deleted_at = now() WHERE id = $1', [
        speaker,
        `/files/${keys[1]}`,
      ]);
      await server.sql('UPDATE sponsors SET logo_url = $2 WHERE id = $1', [
        sponsor.uuid,
        `/files/${keys[2]}`,
      ]);
      await server.sql(
        `INSERT INTO jobs (id, kind, status, url, actor_kind, payload) VALUES (gen_random_uuid(), 'events.export', 'COMPLETED', $1, 'user', $2)`,
        [`/files/${keys[3]}`, JSON.stringify({ eventId: uuid })],
      );
    }
    expect(codes(await act('purgeEvent', event, admin))).toEqual(['CONFLICT']);
    await act('deleteEvent', event, owner);
    expect((await act('purgeEvent', event, admin)).data).toEqual({ purgeEvent: { deletedId: event.id } });
    await runJobs(server, 'images.remove');
    for (const key of gone) expect([key, await storage.open(key)]).toEqual([key, null]);
    for (const key of kept) expect((await storage.read(key)).toString()).toBe('picture');
    const tables = [...database.models.values()].filter(({ columns }) => columns.has('event'));
    expect(tables.length).toBeGreaterThan(10);
    for (const { table } of tables)
      expect([table, await server.sql(`SELECT FROM ${table} WHERE event_id = $1`, [event.uuid])]).toEqual([
        table,
        [],
      ]);
    expect(
      await server.sql(
        'SELECT FROM session_speakers l WHERE NOT EXISTS (SELECT FROM sessions s WHERE s.id = l.session_id)',
      ),
    ).toEqual([]);
    expect(await seen(other)).toMatchObject({ sessions: whole.sessions });
    for (const name of ['purgeEvent', 'restoreEvent'])
      expect(codes(await act(name, event, admin))).toEqual(['NOT_FOUND']);
    const read =
      'query ($id: ID!) { activities(filter: { object: { equals: $id }, action: { equals: "PURGE" } }) { nodes { objectId object { id } actor { id } } } }';
    expect((await server.ask(read, { id: event.id }, admin)).data!.activities.nodes).toEqual([
      { objectId: event.id, object: null, actor: { id: admin.id } },
    ]);
  });
});

describe.each(['restoreEvent', 'purgeEvent'])('%s', (name) => {
  it('is for staff: not for the owner, and tells nobody else whether there was such an event', async () => {
    const event = await eventOf();
    await act('deleteEvent', event, owner);
    const never = { id: encodeId('Event', '01990000-0000-7000-8000-000000000000') };
    for (const target of [event, never]) {
      expect(codes(await act(name, target))).toEqual(['UNAUTHENTICATED']);
      for (const who of [owner, moderator, stranger])
        expect(codes(await act(name, target, who))).toEqual(['FORBIDDEN']);
    }
    expect(
      await server.sql('SELECT FROM events WHERE id = $1 AND deleted_at IS NOT NULL', [event.uuid]),
    ).toHaveLength(1);
    expect(codes(await act(name, never, admin))).toEqual(['NOT_FOUND']);
    expect(codes(await act(name, { id: 'nonsense' }, admin))).toEqual(['BAD_USER_INPUT id']);
    expect(codes(await act(name, event, await createPerson(server, { isSuperAdmin: true })))).toEqual([]);
  });
});

describe('sessions and speakers', () => {
  const of = (
    kind: 'Session' | 'Speaker',
    verb: 'delete' | 'restore',
    { id }: { id: string },
    who?: Person,
  ) =>
    server.ask(
      `mutation ($id: ID!) { ${verb}${kind}(id: $id) { ${verb === 'delete' ? 'deletedId' : `${kind.toLowerCase()} { id }`} } }`,
      { id },
      who,
    );

  it('come back as staff says, linked as they were', async () => {
    const event = await eventOf();
    const [[session], [speaker]] = [
      await server.sql('SELECT id FROM sessions WHERE event_id = $1', [event.uuid]),
      await server.sql('SELECT id FROM speakers WHERE event_id = $1', [event.uuid]),
    ];
    for (const [kind, uuid] of [
      ['Session', session.id],
      ['Speaker', speaker.id],
    ] as const) {
      const row = { id: encodeId(kind, uuid) };
      expect(codes(await of(kind, 'delete', row, owner))).toEqual([]);
      expect(await seen(event)).not.toEqual(whole);
      expect(codes(await of(kind, 'restore', row))).toEqual(['UNAUTHENTICATED']);
      for (const who of [owner, moderator, stranger])
        expect(codes(await of(kind, 'restore', row, who))).toEqual(['FORBIDDEN']);
      for (let time = 0; time < 2; time += 1)
        expect((await of(kind, 'restore', row, admin)).data).toEqual({
          [`restore${kind}`]: { [kind.toLowerCase()]: row },
        });
      expect(await seen(event)).toEqual(whole);
      expect(await server.sql(`SELECT version FROM ${kind.toLowerCase()}s WHERE id = $1`, [uuid])).toEqual([
        { version: 2 },
      ]);
      await act('deleteEvent', event, owner);
      expect(codes(await of(kind, 'restore', row, admin))).toEqual(['CONFLICT']);
      await act('restoreEvent', event, admin);
      expect(
        codes(
          await of(kind, 'restore', { id: encodeId(kind, '01990000-0000-7000-8000-000000000000') }, admin),
        ),
      ).toEqual(['NOT_FOUND']);
    }
  });

  it('do not come back beside another profile of the same person or address', async () => {
    const event = await eventOf();
    const rows = [
      [
        { user_id: stranger.userId, email: stranger.email },
        { user_id: stranger.userId, email: null },
      ],
      [{ email: 'same@example.org' }, { email: 'SAME@example.org' }],
      // The address of a verified person's profile is no other profile's.
      [{ email: owner.email }, { user_id: owner.userId, email: owner.email }],
    ];
    for (const [columns, later] of rows) {
      const old = await make(server, 'Speaker', { event_id: event.uuid, ...columns });
      await of('Speaker', 'delete', old, owner);
      const other = await make(server, 'Speaker', { event_id: event.uuid, ...later });
      expect(codes(await of('Speaker', 'restore', old, admin))).toEqual(['CONFLICT']);
      await of('Speaker', 'delete', other, owner);
      expect(codes(await of('Speaker', 'restore', old, admin))).toEqual([]);
    }
  });
});
