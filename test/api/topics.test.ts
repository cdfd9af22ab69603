/** Topics, sub-topics and types over HTTP: kept by staff, seen by everybody, and no way to events that one may not see. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let admin: Person;
let owner: Person;
let stranger: Person;
let topic: string;
let other: string;
let subTopic: string;

async function data(
  person: Person | null,
  document: string,
  variables: Record<string, unknown> = {},
): Promise<Record<string, any>> {
  const answer = await server.ask(document, variables, person ?? undefined);
  expect(answer.errors).toBeUndefined();
  return answer.data!;
}
const code = async (person: Person | null, document: string, variables: Record<string, unknown> = {}) =>
  (await server.ask(document, variables, person ?? undefined)).errors?.[0].extensions.code;

const create =
  'mutation ($input: CreateEventTopicInput!) { createEventTopic(input: $input) { eventTopic { id name slug version } } }';
const createSub =
  'mutation ($input: CreateEventSubTopicInput!) { createEventSubTopic(input: $input) { eventSubTopic { id slug topic { name } } } }';
const update =
  'mutation ($id: ID!, $input: UpdateEventTopicInput!) { updateEventTopic(id: $id, input: $input) { eventTopic { name slug version } } }';
const remove = 'mutation ($id: ID!) { deleteEventTopic(id: $id) { deletedId } }';
const give =
  'mutation ($id: ID!, $input: UpdateEventInput!) { updateEvent(id: $id, input: $input) { event { topic { name } subTopic { name } type { name } } } }';

beforeAll(async () => {
  server = await startServer();
  [admin, owner, stranger] = [
    await createPerson(server, { isAdmin: true }),
    await createPerson(server),
    await createPerson(server),
  ];
  topic = (await data(admin, create, { input: { name: 'Science & Théories' } })).createEventTopic.eventTopic
    .id;
  other = (await data(admin, create, { input: { name: 'Music', slug: 'music' } })).createEventTopic.eventTopic
    .id;
  subTopic = (await data(admin, createSub, { input: { name: 'Physics', topicId: topic } }))
    .createEventSubTopic.eventSubTopic.id;
  for (const [name, state, privacy, deleted] of [
    ['open', 'PUBLISHED', 'PUBLIC', null],
    ['private', 'PUBLISHED', 'PRIVATE', null],
    ['draft', 'DRAFT', 'PUBLIC', null],
    ['gone', 'PUBLISHED', 'PUBLIC', '2026-01-01'],
  ]) {
    await server.sql(
      `WITH made AS (INSERT INTO events (id, identifier, name, starts_at, ends_at, state, privacy, deleted_at, topic_id)
         SELECT gen_random_uuid(), $1, $1, '2030-01-01', '2030-01-02', $2, $3, $4, t.id FROM event_topics t WHERE t.slug = 'science-theories' RETURNING id)
       INSERT INTO event_members (id, event_id, user_id, role) SELECT gen_random_uuid(), id, $5, 'OWNER' FROM made`,
      [name, state, privacy, deleted, owner.userId],
    );
  }
});
afterAll(() => server.close());

describe('topics', () => {
  it('are made, changed and deleted by staff alone', async () => {
    expect(await code(null, create, { input: { name: 'X' } })).toBe('UNAUTHENTICATED');
    for (const person of [stranger, owner]) {
      expect(await code(person, create, { input: { name: 'X' } })).toBe('FORBIDDEN');
      expect(await code(person, update, { id: topic, input: { name: 'X' } })).toBe('FORBIDDEN');
      expect(await code(person, remove, { id: other })).toBe('FORBIDDEN');
    }
    expect(
      (await data(admin, update, { id: topic, input: { name: 'Science', version: 1 } })).updateEventTopic
        .eventTopic,
    ).toEqual({ name: 'Science', slug: 'science-theories', version: 2 });
    expect(await code(admin, update, { id: topic, input: { name: 'Old', version: 1 } })).toBe('CONFLICT');
    expect(await code(admin, create, { input: { name: 'Music' } })).toBe('CONFLICT');
    expect(await code(admin, create, { input: { name: ' ' } })).toBe('BAD_USER_INPUT');
    expect(await code(admin, create, { input: { name: '音楽' } })).toBe('BAD_USER_INPUT');
    for (const topicId of [encodeId('EventTopic', randomUUID()), subTopic]) {
      expect(await code(admin, createSub, { input: { name: 'Nowhere', topicId } })).toBe('NOT_FOUND');
      expect(await code(stranger, createSub, { input: { name: 'Nowhere', topicId } })).toBe(
        topicId === subTopic ? 'NOT_FOUND' : 'FORBIDDEN',
      );
    }
  });

  it('are seen by everybody, by slug or by id', async () => {
    const list = await data(
      null,
      '{ eventTopics { totalCount nodes { name subTopics { nodes { name } } } } eventSubTopics { nodes { topic { name } } } eventTypes { totalCount } }',
    );
    expect(list.eventTopics).toEqual({
      totalCount: 2,
      nodes: [
        { name: 'Music', subTopics: { nodes: [] } },
        { name: 'Science', subTopics: { nodes: [{ name: 'Physics' }] } },
      ],
    });
    const one = '{ a: eventTopic(slug: "music") { name } b: eventTopic(slug: "none") { name } }';
    expect(await data(null, one)).toEqual({ a: { name: 'Music' }, b: null });
    expect(await code(null, '{ eventTopic { name } }')).toBe('BAD_USER_INPUT');
  });

  it('lead to the public events that the viewer may see, and count no others', async () => {
    const seen = async (person: Person | null) =>
      (
        await data(
          person,
          '{ eventTopic(slug: "science-theories") { events { totalCount nodes { name } } } }',
        )
      ).eventTopic.events;
    for (const person of [null, stranger])
      expect(await seen(person)).toEqual({ totalCount: 1, nodes: [{ name: 'open' }] });
    for (const person of [owner, admin])
      expect((await seen(person)).nodes.map(({ name }: any) => name).sort()).toEqual([
        'draft',
        'open',
        'private',
      ]);
    const filtered = await data(
      null,
      'query ($topic: ID!) { events(filter: { topic: { equals: $topic } }) { totalCount } }',
      { topic },
    );
    expect(filtered.events.totalCount).toBe(1);
  });

  it('are given to events by who may change them; a sub-topic is of the topic', async () => {
    const [{ id }] = await server.sql(`SELECT id FROM events WHERE identifier = 'draft'`);
    const event = encodeId('Event', id);
    expect(
      (await data(owner, give, { id: event, input: { subTopicId: subTopic } })).updateEvent.event,
    ).toMatchObject({ topic: { name: 'Science' }, subTopic: { name: 'Physics' } });
    expect((await data(owner, give, { id: event, input: { topicId: other } })).updateEvent.event).toEqual({
      topic: { name: 'Music' },
      subTopic: null,
      type: null,
    });
    expect(await code(owner, give, { id: event, input: { subTopicId: subTopic } })).toBe('BAD_USER_INPUT');
    expect(
      await code(owner, give, {
        id: event,
        input: { topicId: encodeId('EventTopic', '01980000-0000-7000-8000-000000000000') },
      }),
    ).toBe('NOT_FOUND');
    expect(await code(owner, give, { id: event, input: { topicId: subTopic } })).toBe('NOT_FOUND');
    expect(await code(stranger, give, { id: event, input: { topicId: other } })).toBe('NOT_FOUND');
  });

  it('are not deleted while events or sub-topics are in them', async () => {
    expect(await code(admin, remove, { id: topic })).toBe('CONFLICT');
    expect(await code(admin, remove, { id: other })).toBe('CONFLICT');
    await server.sql(`UPDATE events SET topic_id = NULL WHERE identifier = 'draft'`);
    expect((await data(admin, remove, { id: other })).deleteEventTopic.deletedId).toBe(other);
  });
});
