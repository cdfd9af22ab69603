/** Imports written into a real database: what arrives, what is written once only, and what leaves no trace. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { importEvent, readOpenEventZip } from '../../src/imports/index.ts';
import type { ImportOrder } from '../../src/imports/index.ts';
import { fixtures, folder, zipOf } from '../kit/open-event-zip.ts';
import { rowCounts } from '../kit/row-counts.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
const people: Record<string, string> = {};

beforeAll(async () => {
  server = await startServer();
  const rows = await server.sql(
    `INSERT INTO users (id, email, is_verified) VALUES
       (gen_random_uuid(), 'ada@owner.example', true), (gen_random_uuid(), 'ben@owner.example', true),
       (gen_random_uuid(), 'new@owner.example', false) RETURNING id, email`,
  );
  for (const { id, email } of rows) people[email.split('@')[0]] = id;
});
afterAll(() => server.close());

const dashed = async () => readOpenEventZip(await zipOf(folder(join(fixtures, 'dashed'))));
const bring = (order: ImportOrder) => importEvent(server.app.database, order);

describe('an import', () => {
  it('writes the event as a draft of its owner, with everything that hangs on it', async () => {
    const content = await dashed();
    const result = await bring({ content, owner: people.ada });
    expect(result).toMatchObject({ created: true, state: 'DRAFT', name: 'Harbour & Tides Days' });
    const [event] = await server.sql('SELECT * FROM events WHERE id = $1', [result.eventId]);
    expect(event).toMatchObject({
      identifier: result.identifier,
      state: 'DRAFT',
      privacy: 'PUBLIC',
      timezone: 'America/Los_Angeles',
      starts_at: '2031-05-03 16:00:00+00',
      original_image_url: 'https://pictures.example/harbour.jpg',
      source_identifier: 'harb0ur1',
      source_owner_id: people.ada,
    });
    const members = await server.sql('SELECT user_id, role FROM event_members WHERE event_id = $1', [
      result.eventId,
    ]);
    expect(members).toEqual([{ user_id: people.ada, role: 'OWNER' }]);
    const activities = await server.sql(
      'SELECT action, object_type, actor_kind, actor_id FROM activities WHERE object_id = $1',
      [result.eventId],
    );
    expect(activities).toEqual([
      { action: 'IMPORT', object_type: 'Event', actor_kind: 'server', actor_id: null },
    ]);
    for (const [table, kind] of [
      ['tracks', 'tracks'],
      ['rooms', 'rooms'],
      ['session_types', 'sessionTypes'],
      ['sponsors', 'sponsors'],
      ['social_links', 'socialLinks'],
      ['faqs', 'faqs'],
      ['sessions', 'sessions'],
      ['speakers', 'speakers'],
    ] as const) {
      const [{ n }] = await server.sql(`SELECT count(*)::int AS n FROM ${table} WHERE event_id = $1`, [
        result.eventId,
      ]);
      expect({ table, n }).toEqual({ table, n: result.summary.counts[kind].imported });
    }
  });

  it('keeps states, references and links; nobody is the creator, and nobody is behind a speaker', async () => {
    const { eventId } = await bring({ content: await dashed(), owner: people.ada });
    const sessions = await server.sql(
      `SELECT s.source_id, s.title, s.state, t.name AS track, r.name AS room, y.name AS type, s.creator_id, s.entered_by_team, s.starts_at,
         array(SELECT p.name FROM session_speakers l JOIN speakers p ON p.id = l.speaker_id WHERE l.session_id = s.id ORDER BY p.name) AS speakers
       FROM sessions s LEFT JOIN tracks t ON t.id = s.track_id LEFT JOIN rooms r ON r.id = s.room_id
         LEFT JOIN session_types y ON y.id = s.session_type_id WHERE s.event_id = $1 ORDER BY s.id`,
      [eventId],
    );
    expect(
      sessions.map(({ source_id, state, track, room, type, speakers }) => [
        source_id,
        state,
        track,
        room,
        type,
        speakers,
      ]),
    ).toEqual([
      ['11', 'ACCEPTED', 'Boats', 'Boathouse', '1 hour session', ['Ada Quay', 'Ben Moor']],
      ['12', 'CONFIRMED', 'Tides', 'Old Crane', '50 minutes session', ['Ada Quay', 'Ben Moor']],
      ['14', 'PENDING', 'Boats', null, null, []],
      ['15', 'PENDING', null, null, null, []],
    ]);
    expect(sessions.every(({ creator_id, entered_by_team }) => creator_id === null && entered_by_team)).toBe(
      true,
    );
    expect(sessions[1].starts_at).toBe('2031-05-03 19:00:00+00');
    const speakers = await server.sql(
      'SELECT name, email, user_id, entered_by_team, is_featured FROM speakers WHERE event_id = $1 ORDER BY id',
      [eventId],
    );
    expect(speakers).toEqual([
      { name: 'Ada Quay', email: null, user_id: null, entered_by_team: true, is_featured: true },
      { name: 'Ben Moor', email: null, user_id: null, entered_by_team: true, is_featured: false },
      {
        name: 'Dora Wake',
        email: 'dora@wake.example',
        user_id: null,
        entered_by_team: true,
        is_featured: false,
      },
    ]);
    const [call] = await server.sql('SELECT * FROM calls_for_speakers WHERE event_id = $1', [eventId]);
    expect(call).toMatchObject({ privacy: 'PUBLIC', is_enabled: true, starts_at: '2031-01-01 08:00:00+00' });
    expect(call.hash).toMatch(/^[0-9a-f]{32}$/);
  });

  it('fills in what a column asks for and the file lacks, and says so', async () => {
    const { event, ...rest } = await dashed();
    const { eventId, summary } = await bring({
      content: { ...rest, event: { ...event, sourceIdentifier: 'filled' } },
      owner: people.ada,
    });
    const notes = summary.notes.filter(
      ({ path }) => path.length === 1 && ['tracks', 'session_types'].includes(String(path[0])),
    );
    expect(notes).toContainEqual({
      path: ['tracks'],
      kind: 'changed',
      reason: 'no colour: #607d8b was taken',
      detail: '"Tides"',
    });
    expect(notes).toContainEqual({
      path: ['session_types'],
      kind: 'changed',
      reason: 'no length in minutes: 30 was taken',
      detail: '"Long"',
    });
    expect(await server.sql('SELECT color FROM tracks WHERE event_id = $1 ORDER BY id', [eventId])).toEqual([
      { color: '#0277bd' },
      { color: '#607d8b' },
    ]);
  });

  it('writes colours as #rrggbb, and no length as none', async () => {
    const content = await readOpenEventZip(
      await zipOf({
        event: {
          id: 9,
          name: 'Colours',
          timezone: 'UTC',
          'starts-at': '2031-01-01T09:00Z',
          'ends-at': '2031-01-01T18:00Z',
        },
        tracks: [
          { id: 1, name: 'Short', color: '#aBc' },
          { id: 2, name: 'Clear', color: '#11223344' },
          { id: 3, name: 'Plain', color: '#112233' },
        ],
        session_types: [{ id: 1, name: 'Zero', length: 0 }],
      }),
    );
    const { eventId, summary } = await bring({ content, owner: people.ada });
    const tracks = await server.sql('SELECT color FROM tracks WHERE event_id = $1 ORDER BY id', [eventId]);
    expect(tracks.map(({ color }) => color)).toEqual(['#aabbcc', '#112233', '#112233']);
    expect(summary.notes).toEqual([
      {
        path: ['tracks'],
        kind: 'changed',
        reason: 'colour in another form',
        detail: '"Short": #aBc is #aabbcc',
      },
      {
        path: ['tracks'],
        kind: 'changed',
        reason: 'colour in another form',
        detail: '"Clear": #11223344 is #112233',
      },
      {
        path: ['session_types'],
        kind: 'changed',
        reason: 'no length in minutes: 30 was taken',
        detail: '"Zero"',
      },
    ]);
  });

  it('takes texts in the normal form and within the limits of the API, and says so', async () => {
    const content = await readOpenEventZip(
      await zipOf({
        event: {
          id: 10,
          name: `Long\u0007\nname \u202e${'x'.repeat(300_000)}`,
          timezone: 'UTC',
          'starts-at': '2031-01-01T09:00Z',
          'ends-at': '2031-01-01T18:00Z',
          description: '&'.repeat(99_000),
        },
        tracks: [
          { id: 1, name: 'A\u0308rger', color: '#ABCDEF', description: '<script>alert(1)</script>a < b' },
        ],
        speakers: [
          {
            id: 1,
            name: 'Ada',
            email: ' Ada@Example.ORG ',
            website: 'HTTPS://Example.ORG/Path',
            city: 'Sea\ttown',
          },
        ],
      }),
    );
    const { eventId, summary } = await bring({ content, owner: people.ada });
    const [event] = await server.sql('SELECT name, description FROM events WHERE id = $1', [eventId]);
    expect(event.name).toMatch(/^Long name x{990}$/);
    expect(event.description).toBeNull();
    expect(
      await server.sql('SELECT name, color, description FROM tracks WHERE event_id = $1', [eventId]),
    ).toEqual([{ name: '\u00c4rger', color: '#abcdef', description: 'a &lt; b' }]);
    expect(
      await server.sql('SELECT email, website, city FROM speakers WHERE event_id = $1', [eventId]),
    ).toEqual([{ email: 'ada@example.org', website: 'https://example.org/Path', city: 'Sea town' }]);
    const reasons = summary.notes.map(({ path, reason }) => `${path.join('.')}: ${reason}`);
    for (const reason of [
      'event.name: line breaks and control characters were taken out of a line',
      'event.name: too long, cut to 1000 characters',
      'event.description: is at most 100000 characters long',
      'speakers.email: an e-mail address in small letters',
      'speakers.0.city: line breaks and control characters were taken out of a line',
    ])
      expect(reasons).toContain(reason);
  });

  it('lets the first of two speakers keep an address that both have', async () => {
    const content = await readOpenEventZip(
      await zipOf({
        event: {
          id: 8,
          name: 'Twins',
          timezone: 'UTC',
          'starts-at': '2031-01-01T09:00Z',
          'ends-at': '2031-01-01T18:00Z',
        },
        speakers: [
          { id: 1, name: 'One', email: 'office@twins.example' },
          { id: 2, name: 'Two', email: 'Office@Twins.example' },
          { id: 3, name: 'None' },
          { id: 4, name: 'None either' },
        ],
      }),
    );
    const { eventId, summary } = await bring({ content, owner: people.ada });
    expect(
      await server.sql('SELECT name, email FROM speakers WHERE event_id = $1 ORDER BY id', [eventId]),
    ).toEqual([
      { name: 'One', email: 'office@twins.example' },
      { name: 'Two', email: null },
      { name: 'None', email: null },
      { name: 'None either', email: null },
    ]);
    expect(summary.notes).toContainEqual(
      expect.objectContaining({
        kind: 'left-out',
        path: ['speakers'],
        detail: '"Two" (id "2"), after "One"',
      }),
    );
  });
});

describe('the same event again', () => {
  it('is not written twice for the same owner, and is a new event for another', async () => {
    const first = await bring({ content: await dashed(), owner: people.ada });
    const before = await rowCounts(server);
    const again = await bring({ content: await dashed(), owner: people.ada });
    expect(again).toMatchObject({ created: false, eventId: first.eventId, identifier: first.identifier });
    expect(await rowCounts(server)).toEqual(before);
    const other = await bring({ content: await dashed(), owner: people.ben });
    expect(other.created).toBe(true);
    expect(other.identifier).not.toBe(first.identifier);
    expect((await rowCounts(server)).sessions).toBe(before.sessions + 4);
  });

  it('is written once by imports that meet; the others report it', async () => {
    const content = await readOpenEventZip(await zipOf(folder(join(fixtures, 'underscored'))));
    const results = await Promise.all([1, 2, 3].map(() => bring({ content, owner: people.ada })));
    expect(results.map(({ created }) => created).sort()).toEqual([false, false, true]);
    expect(new Set(results.map(({ eventId }) => eventId)).size).toBe(1);
  });

  it('is written anew when the earlier one was deleted', async () => {
    const { event, ...rest } = await dashed();
    const content = { ...rest, event: { ...event, sourceIdentifier: 'deleted' } };
    const first = await bring({ content, owner: people.ada });
    await server.sql('UPDATE events SET deleted_at = now() WHERE id = $1', [first.eventId]);
    expect(await bring({ content, owner: people.ada })).toMatchObject({ created: true });
  });

  it('is written anew where the earlier one is others’ by now: what became of that is not told', async () => {
    const { event, ...rest } = await dashed();
    const content = { ...rest, event: { ...event, sourceIdentifier: 'handed-over' } };
    const first = await bring({ content, owner: people.ada });
    await server.sql(`UPDATE events SET name = 'Secret' WHERE id = $1`, [first.eventId]);
    await server.sql(`UPDATE event_members SET role = 'MODERATOR' WHERE event_id = $1`, [first.eventId]);
    expect(await bring({ content, owner: people.ada })).toMatchObject({ created: false, name: 'Secret' });
    await server.sql('UPDATE event_members SET user_id = $2 WHERE event_id = $1', [
      first.eventId,
      people.ben,
    ]);
    const again = await bring({ content, owner: people.ada });
    expect(again).toMatchObject({ created: true, name: event.name });
    expect(again.eventId).not.toBe(first.eventId);
    expect(await bring({ content, owner: people.ada })).toMatchObject({
      created: false,
      eventId: again.eventId,
    });
  });
});

describe('publishing', () => {
  it('shows the event to everybody at once', async () => {
    const { event, ...rest } = await dashed();
    const content = { ...rest, event: { ...event, sourceIdentifier: 'public' } };
    const { identifier } = await bring({ content, owner: people.ben, publish: true });
    const answer = await server.ask(
      `{ event(identifier: "${identifier}") { state sessions { totalCount nodes { title state speakers { nodes { name } } } } } }`,
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data!.event).toMatchObject({ state: 'PUBLISHED', sessions: { totalCount: 2 } });
  });

  it('is refused for an owner who is not verified, who may have drafts', async () => {
    const content = await dashed();
    const before = await rowCounts(server);
    await expect(bring({ content, owner: people.new, publish: true })).rejects.toThrow(
      'publish: the owner of the event has to verify their e-mail address first',
    );
    expect(await rowCounts(server)).toEqual(before);
    expect(await bring({ content, owner: people.new })).toMatchObject({ created: true, state: 'DRAFT' });
  });
});

describe('an import that fails', () => {
  it('leaves every table as it was, whatever comes late', async () => {
    const { speakers, ...rest } = await dashed();
    // A name that PostgreSQL cannot hold, in rows that are written after most others; the reader lets none pass.
    const content = { ...rest, speakers: speakers.map((speaker) => ({ ...speaker, name: 'Nul\0l' })) };
    content.event = { ...content.event, sourceIdentifier: 'broken' };
    const before = await rowCounts(server);
    await expect(bring({ content, owner: people.ada })).rejects.toThrow();
    expect(await rowCounts(server)).toEqual(before);
  });

  it('is told for an unknown owner, and for an event that could never be changed here', async () => {
    const content = await dashed();
    const nobody = '00000000-0000-7000-8000-000000000000';
    await expect(bring({ content, owner: nobody })).rejects.toThrow('owner: is no user');
    const event = { ...content.event, endsAt: new Date(content.event.startsAt.getTime() + 30 * 86_400_000) };
    await expect(bring({ content: { ...content, event }, owner: people.ada })).rejects.toThrow(
      'event.endsAt: must be at most 20 days after startsAt',
    );
  });
});

describe('forms', () => {
  const event = {
    id: 77,
    name: 'Formed',
    timezone: 'UTC',
    'starts-at': '2031-01-01T09:00Z',
    'ends-at': '2031-01-01T18:00Z',
  };
  const fields = (eventId: string, form: string) =>
    server.sql(
      'SELECT field_identifier AS name, is_included AS included, is_required AS required, is_fixed AS fixed FROM custom_forms WHERE event_id = $1 AND form = $2 ORDER BY position, id',
      [eventId, form],
    );

  it('are the default ones where the file has none', async () => {
    const { eventId } = await bring({
      content: await readOpenEventZip(await zipOf({ event })),
      owner: people.ada,
    });
    expect([(await fields(eventId, 'SESSION')).length, (await fields(eventId, 'SPEAKER')).length]).toEqual([
      20, 22,
    ]);
  });

  it('of older files switch the known fields, and ask for nothing else', async () => {
    const content = await readOpenEventZip(await zipOf(folder(join(fixtures, 'underscored'))));
    const { eventId } = await bring({
      content: { ...content, event: { ...content.event, sourceIdentifier: 'older' } },
      owner: people.ada,
    });
    const [session, speaker] = [await fields(eventId, 'SESSION'), await fields(eventId, 'SPEAKER')];
    expect([session.length, speaker.length]).toEqual([20, 22]);
    expect(session.filter(({ included }) => included)).toEqual([
      { name: 'title', included: true, required: true, fixed: true },
      { name: 'shortAbstract', included: true, required: true, fixed: false },
      { name: 'videoUrl', included: true, required: false, fixed: false },
    ]);
    expect(speaker.filter(({ included }) => included).map(({ name, required }) => [name, required])).toEqual([
      ['name', true],
      ['email', true],
      ['photoUrl', true],
    ]);
  });

  it('of the file are the forms of the event, with the fixed fields that it lacks; nothing that is required is asked of its rows', async () => {
    const form = (identifier: string) => ({
      form: 'session',
      'field-identifier': identifier,
      name: identifier,
      type: 'text',
      'is-included': true,
      'is-required': true,
    });
    const files = {
      event: { ...event, id: 78 },
      forms: [form('boat'), form('title')],
      sessions: [{ id: 1, title: 'Unanswered' }],
    };
    const { eventId, summary } = await bring({
      content: await readOpenEventZip(await zipOf(files)),
      owner: people.ada,
    });
    expect((await fields(eventId, 'SESSION')).map(({ name, fixed }) => [name, fixed])).toEqual([
      ['boat', false],
      ['title', true],
    ]);
    expect(await fields(eventId, 'SPEAKER')).toHaveLength(22);
    expect(summary.counts).toMatchObject({ forms: { read: 2, imported: 2 }, sessions: { imported: 1 } });
  });

  it('of a file without end, or of another shape, leave everything as it was, or say what they lack', async () => {
    const before = await rowCounts(server);
    const read = async (files: object) => readOpenEventZip(await zipOf({ event, ...files }));
    await expect(read({ forms: { all: true } })).rejects.toThrow('forms: expected a list of rows');
    await expect(read({ forms: Array(20_001).fill({}) })).rejects.toThrow('forms: 20001 rows; at most 20000');
    const many = Array.from({ length: 150 }, (_, index) => ({
      form: 'speaker',
      'field-identifier': `f${index}`,
      name: 'F',
    }));
    expect((await read({ forms: many })).summary.counts.forms).toMatchObject({
      read: 150,
      imported: 100,
      leftOut: 50,
    });
    const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
    await expect(
      read({ speakers: `[{"name": "S", "complex-field-values": {"a": ${nested(50_000)}}}]` }),
    ).rejects.toThrow(/^speakers: .* more than 100 levels deep/);
    // Nothing that packs well: that would be refused as a bomb.
    const text = randomBytes(5_000_000).toString('hex');
    const { speakers, summary } = await read({
      forms: [{ form: 'speaker', 'field-identifier': 'a', name: text, description: text, options: { a: 1 } }],
      speakers: `[{"name": "S", "complex-field-values": {"a": ${nested(90)}}}, {"name": "T", "complex-field-values": {"a": "${text}"}}, {"name": "U", "answers": "no object"}]`,
    });
    expect(speakers.map(({ answers }) => answers)).toEqual([{}, {}, {}]);
    const notes = summary.notes.map(
      ({ path, reason, detail }) => `${path.join('.')}: ${reason}${detail ? ` ${detail.slice(0, 200)}` : ''}`,
    );
    expect(notes).toEqual([
      'forms.0.name: too long, cut to 1000 characters 10000000 characters',
      'forms.0.description: too long, cut to 100000 characters 10000000 characters',
      'forms.0.options: not a list of options {"a":1}',
      'speakers.0.complex-field-values.a: an answer that its field does not take [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[… expected a text',
      expect.stringMatching(
        /^speakers\.1\.complex-field-values\.a: an answer that its field does not take "[0-9a-f]{78}… is at most 1000 characters long$/,
      ),
      'speakers.2.answers: answers that are no object "no object"',
    ]);
    expect(await rowCounts(server)).toEqual(before);
  });
});

describe('topics and types', () => {
  it('are those that are here; the others are told of, and none is made', async () => {
    const [sea] = await server.sql(
      `INSERT INTO event_topics (id, name, slug) VALUES (gen_random_uuid(), 'Sea', 'sea') RETURNING id`,
    );
    const [land] = await server.sql(
      `INSERT INTO event_topics (id, name, slug) VALUES (gen_random_uuid(), 'Land', 'land') RETURNING id`,
    );
    await server.sql(
      `INSERT INTO event_sub_topics (id, topic_id, name, slug) VALUES (gen_random_uuid(), $1, 'Shores', 'shores')`,
      [land.id],
    );
    const before = await rowCounts(server);
    const event = {
      id: 90,
      name: 'E',
      timezone: 'UTC',
      'starts-at': '2031-01-01T09:00Z',
      'ends-at': '2031-01-01T18:00Z',
      topic: 'sea',
      'sub-topic': 'Shores',
      type: 'Regatta',
    };
    const { eventId, summary } = await bring({
      content: await readOpenEventZip(await zipOf({ event })),
      owner: people.ada,
    });
    // The sub-topic is one of another topic.
    expect(
      await server.sql('SELECT topic_id, sub_topic_id, type_id FROM events WHERE id = $1', [eventId]),
    ).toEqual([{ topic_id: sea.id, sub_topic_id: null, type_id: null }]);
    expect(summary.notes).toEqual([
      {
        path: ['event', 'sub-topic'],
        kind: 'left-out',
        reason: 'no sub-topic of the topic of this name is here; administrators keep the list',
        detail: '"Shores"',
      },
      {
        path: ['event', 'type'],
        kind: 'left-out',
        reason: 'no type of events of this name is here; administrators keep the list',
        detail: '"Regatta"',
      },
    ]);
    const { event_topics, event_sub_topics, event_types } = await rowCounts(server);
    expect({ event_topics, event_sub_topics, event_types }).toEqual({
      event_topics: before.event_topics,
      event_sub_topics: before.event_sub_topics,
      event_types: before.event_types,
    });
  });
});
