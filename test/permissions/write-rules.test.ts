/**
 * Write rules hold by themselves: a rule that is put on a field in the table is enforced over the wire, though no
 * service was told of it. The tables are changed before the server starts; nothing else is.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadViewer } from '../../src/accounts/authenticate.ts';
import { Event } from '../../src/events/event.entity.ts';
import { never } from '../../src/permissions/condition.ts';
import type { PermissionTable } from '../../src/permissions/table.ts';
import { Writer } from '../../src/platform/data/writer.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import { Session } from '../../src/sessions/session.entity.ts';
import { slices } from '../../src/slices.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { codes, giveRole, make, makeEvent } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

/** Fields that anybody who may update the row may write; here, nobody. */
const ruled: Record<string, string> = {
  Sponsor: 'level',
  Room: 'floor',
  Track: 'color',
  SessionType: 'lengthMinutes',
  EventTopic: 'name',
  Feedback: 'comment',
};

let server: TestServer;
let owner: Person, admin: Person;
let event: Made;

beforeAll(async () => {
  for (const table of slices.flatMap((slice) => slice.permissions ?? [])) {
    const field = ruled[table.resource];
    if (field) forbidWriting(table, field);
  }
  server = await startServer();
  [owner, admin] = [await createPerson(server), await createPerson(server, { isAdmin: true })];
  event = await makeEvent(server);
  await giveRole(server, event, owner, 'OWNER');
});
afterAll(() => server.close());

/** Puts a rule on an open field under which nobody writes it. */
function forbidWriting(table: PermissionTable, field: string): void {
  expect(table.open).toContain(field);
  Object.assign(table, {
    open: table.open.filter((name) => name !== field),
    grants: { ...table.grants, nobody: { text: 'nobody', holds: never } },
    guarded: { ...table.guarded, [field]: { write: ['nobody'] } },
  });
}

const ask = async (who: Person, verb: 'create' | 'update', type: string, input: object, id?: string) => {
  const [field, ...given] = [
    `${type[0].toLowerCase()}${type.slice(1)}`,
    ...(id ? ['$id: ID!'] : []),
    `$input: ${verb === 'create' ? 'Create' : 'Update'}${type}Input!`,
  ];
  const document = `mutation (${given.join(', ')}) { ${verb}${type}(${id ? 'id: $id, ' : ''}input: $input) { ${field} { id ${ruled[type]} } } }`;
  return server.ask(document, { id, input }, who);
};

/** A row, an input with the field that the rule is on, one without it, and one that creates a row with it. */
const cases: {
  type: string;
  who?: () => Person;
  row: () => Promise<string>;
  refused: Record<string, unknown>;
  allowed: Record<string, unknown>;
  create: Record<string, unknown>;
}[] = [
  {
    type: 'Sponsor',
    row: async () => (await make(server, 'Sponsor', { event_id: event.uuid, level: 3 })).id,
    refused: { name: 'Changed', level: 1 },
    allowed: { name: 'Changed' },
    create: { name: 'New', level: 1 },
  },
  {
    type: 'Room',
    row: async () => (await make(server, 'Room', { event_id: event.uuid, floor: 1 })).id,
    refused: { floor: null },
    allowed: { name: 'Changed' },
    create: { name: 'New', floor: 2 },
  },
  {
    type: 'Track',
    row: async () => (await make(server, 'Track', { event_id: event.uuid })).id,
    refused: { color: '#ffcc00' },
    allowed: { name: 'Changed' },
    create: { name: 'New', color: '#ffcc00' },
  },
  {
    type: 'SessionType',
    row: async () => (await make(server, 'SessionType', { event_id: event.uuid })).id,
    refused: { lengthMinutes: 45 },
    allowed: { name: 'Changed' },
    create: { name: 'New', lengthMinutes: 45 },
  },
  {
    type: 'EventTopic',
    who: () => admin,
    row: async () => {
      const [{ id }] = await server.sql(
        "INSERT INTO event_topics (id, name, slug) VALUES (gen_random_uuid(), 'A topic', 'a-topic') RETURNING id",
      );
      return encodeId('EventTopic', id);
    },
    refused: { name: 'Changed' },
    allowed: {},
    create: { name: 'New' },
  },
  {
    type: 'Feedback',
    row: async () => {
      const [{ id }] = await server.sql(
        'INSERT INTO feedback (id, event_id, user_id, rating) VALUES (gen_random_uuid(), $1, $2, 3) RETURNING id',
        [event.uuid, owner.userId],
      );
      return encodeId('Feedback', id);
    },
    refused: { comment: 'Changed' },
    allowed: { rating: 5 },
    create: { rating: 4, comment: 'New' },
  },
];

describe.each(cases)(
  'a write rule put on $type',
  ({ type, who = () => owner, row, refused, allowed, create }) => {
    it('is enforced when the field is changed, and leaves the other fields alone', async () => {
      const id = await row();
      const table = server.app.permissions.models.get(type)!.table;
      const [before] = await server.sql(`SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY id DESC LIMIT 1`);
      const answer = await ask(who(), 'update', type, refused, id);
      expect(codes(answer)).toEqual(['FORBIDDEN']);
      expect(answer.errors![0].extensions.field).toBe(`${type}.${ruled[type]}`);
      expect(
        (await server.sql(`SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY id DESC LIMIT 1`))[0],
      ).toEqual(before);
      expect(codes(await ask(who(), 'update', type, allowed, id))).toEqual([]);
    });

    it('is enforced when a row is created with the field', async () => {
      const other = await makeEvent(server);
      await giveRole(server, other, owner, 'OWNER');
      const input = type === 'EventTopic' ? create : { eventId: other.id, ...create };
      const answer = await ask(who(), 'create', type, input);
      expect(codes(answer)).toEqual(['FORBIDDEN']);
      expect(answer.errors![0].extensions.field).toBe(`${type}.${ruled[type]}`);
    });
  },
);

describe('two rows that one transaction creates', () => {
  /** Enters a session with a time, which its team alone sets, into each event. */
  const enter = async (events: readonly Made[]) => {
    const { viewer } = (await loadViewer(server.app.database, {
      userId: owner.userId,
      familyId: null,
      expiresAt: null,
    }))!;
    const writer = new Writer(server.app.database, server.app.permissions, viewer);
    await writer.transaction(async ({ em }) => {
      for (const { uuid } of events) {
        const row = { event: em.getReference(Event, uuid), title: 'Timed', startsAt: new Date() };
        await em.persist(em.create(Session, row as never, { partial: true })).flush();
      }
    });
  };

  it('are judged one by one: rights at the first event do not reach the second', async () => {
    const others = await makeEvent(server);
    await expect(enter([event, others])).rejects.toMatchObject({
      extensions: { code: 'FORBIDDEN', field: 'Session.startsAt' },
    });
    expect(await server.sql("SELECT FROM sessions WHERE title = 'Timed'")).toEqual([]);
  });

  it('are both written where the viewer may write the fields of both', async () => {
    await enter([event, event]);
    expect(await server.sql("SELECT FROM sessions WHERE title = 'Timed'")).toHaveLength(2);
  });
});
