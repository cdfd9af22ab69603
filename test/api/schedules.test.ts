/** Schedules for other programs, read by parsers that are not ours: schedule.xml by its XSD, schedule.json by its schema, calendars by ical.js and node-ical. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { parse as parseCsv } from 'csv-parse/sync';
import ICAL from 'ical.js';
import { ParseOption, XmlDocument, XmlElement, XsdValidator } from 'libxml2-wasm';
import nodeIcal from 'node-ical';
import { decodeId } from '../../src/platform/graphql/node.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Person } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { codes, giveRole, link, make, makeEvent } from '../kit/event-rows.ts';
import { realExports } from '../kit/real-exports.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let [owner, reader]: Person[] = [];
let event: Made;
let [morning, night]: Made[] = [];

const hostile = 'Night, “late”; a\\b\u0007 \u000b<x>\nBEGIN:VEVENT';

beforeAll(async () => {
  server = await startServer();
  server.app.config.http.publicUrl = server.url;
  [owner, reader] = [await createPerson(server), await createPerson(server)];
  event = await makeEvent(server);
  await giveRole(server, event, owner, 'OWNER');
  await server.sql(
    `UPDATE events SET identifier = 'harbour7', name = 'Days; of, “boats”', timezone = 'Europe/Berlin', starts_at = '2027-03-01T08:00Z', ends_at = '2027-03-03T17:00Z',
     location_name = 'Pier 9, Harbour', version = 4 WHERE id = $1`,
    [event.uuid],
  );
  // Two rooms of one name.
  const rooms = [
    await make(server, 'Room', { event_id: event.uuid, name: 'Hall' }),
    await make(server, 'Room', { event_id: event.uuid, name: 'Hall' }),
  ];
  const track = await make(server, 'Track', { event_id: event.uuid, name: 'Wood & sails' });
  const type = await make(server, 'SessionType', { event_id: event.uuid, name: 'Lightning talk' });
  const session = (title: string, starts: string, ends: string, more: Record<string, unknown> = {}) =>
    make(server, 'Session', {
      event_id: event.uuid,
      title,
      state: 'CONFIRMED',
      starts_at: starts,
      ends_at: ends,
      short_abstract: '<p>One</p><p>Two</p>',
      ...more,
    });
  morning = await session('Morning', '2027-03-01T08:00Z', '2027-03-01T08:45Z', {
    room_id: rooms[0].uuid,
    track_id: track.uuid,
    session_type_id: type.uuid,
    language: 'de',
    slides_url: 'https://slides.example/?a=1,2;3',
  });
  await session('Elsewhere', '2027-03-01T08:00Z', '2027-03-01T09:00Z', {
    room_id: rooms[1].uuid,
    state: 'ACCEPTED',
  });
  // Nothing takes place on the second day.
  night = await session(hostile, '2027-03-03T22:30Z', '2027-03-04T00:00Z', { version: 3 });
  await session('Not decided', '2027-03-02T10:00Z', '2027-03-02T11:00Z', { state: 'PENDING' });
  for (const name of ['Ada', 'Ben'])
    await link(server, morning, await make(server, 'Speaker', { event_id: event.uuid, name }));
});
afterAll(() => server.close());

const fetched = async (path: string) => (await fetch(`${server.url}${path}`)).text();
const document = async () =>
  XmlDocument.fromString(await fetched('/events/harbour7.xml'), { option: ParseOption.XML_PARSE_NONET });
const all = (node: XmlElement, path: string) => node.find(path) as XmlElement[];
const attributes = (node: XmlElement) =>
  Object.fromEntries(node.attrs.map(({ name, content }) => [name, content]));
const texts = (node: XmlElement) =>
  Object.fromEntries(all(node, '*').map(({ name, content }) => [name, content]));
const byTitle = (text: string) =>
  new Map(
    ICAL.Component.fromString(text)
      .getAllSubcomponents('vevent')
      .map((one) => [new ICAL.Event(one).summary, one]),
  );

describe('schedule.xml', () => {
  it('has the days of the event with their starts and ends, whatever takes place on them', async () => {
    using file = await document();
    const days = all(file.root, 'day');
    expect(texts(all(file.root, 'conference')[0])).toMatchObject({
      title: 'Days; of, “boats”',
      acronym: 'harbour7',
      days: '3',
      time_zone_name: 'Europe/Berlin',
      start: '2027-03-01T09:00:00.000+01:00',
    });
    expect(Date.parse(texts(file.root).version)).not.toBeNaN();
    expect(
      days
        .map(attributes)
        .map(({ index, date, start, end }) => [index, date, start.slice(0, 19), end.slice(0, 19)]),
    ).toEqual([
      ['1', '2027-03-01', '2027-03-01T00:00:00', '2027-03-01T23:59:59'],
      ['2', '2027-03-02', '2027-03-02T00:00:00', '2027-03-02T23:59:59'],
      ['3', '2027-03-03', '2027-03-03T00:00:00', '2027-03-04T01:00:00'],
    ]);
    expect(
      days.map((day) => all(day, 'room').map((room) => [attributes(room).name, all(room, 'event').length])),
    ).toEqual([
      [
        ['Hall', 1],
        ['Hall', 1],
      ],
      [],
      [['To be announced', 1]],
    ]);
  });

  it('names sessions and people by whole numbers that stay, and by uuids', async () => {
    const read = async () => {
      using file = await document();
      return all(file.root, 'day/room/event').map((one) => ({
        ...attributes(one),
        duration: texts(one).duration,
        people: all(one, 'persons/person').map((person) => [
          attributes(person).id,
          attributes(person).guid,
          person.content,
        ]),
      })) as { id: string; guid: string; duration: string; people: string[][] }[];
    };
    const before = await read();
    for (const one of before) {
      expect(one.id).toMatch(/^[1-9]\d*$/);
      expect(one.guid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }
    expect(before.map(({ duration }) => duration)).toEqual(['00:45', '01:00', '01:30']);
    const ofMorning = before.find(({ guid }) => guid === morning.uuid)!;
    expect(ofMorning.people.map(([, , name]) => name).toSorted()).toEqual(['Ada', 'Ben']);
    await make(server, 'Session', {
      event_id: event.uuid,
      title: 'Added',
      state: 'CONFIRMED',
      starts_at: '2027-03-02T10:00Z',
      ends_at: '2027-03-02T11:00Z',
    });
    const after = await read();
    expect(after).toHaveLength(before.length + 1);
    for (const one of before) expect(after).toContainEqual(one);
    await server.sql(`UPDATE sessions SET state = 'PENDING' WHERE title = 'Added'`);
  });

  (realExports ? it : it.skip)('is valid by the schema that apps for conferences go by', async () => {
    const validator = XsdValidator.fromDoc(
      XmlDocument.fromBuffer(readFileSync(join(realExports!, 'schedule.xml.xsd'))),
    );
    using file = await document();
    expect(() => validator.validate(file)).not.toThrow();
  });
});

describe('schedule.json', () => {
  it('says the same as schedule.xml', async () => {
    const { schedule } = JSON.parse(await fetched('/events/harbour7.json'));
    expect(schedule.conference.days.map(({ date }: any) => date)).toEqual([
      '2027-03-01',
      '2027-03-02',
      '2027-03-03',
    ]);
    expect(schedule.conference.rooms.map(({ name }: any) => name)).toEqual(['Hall', 'Hall']);
    const ofMorning = schedule.events.find(({ guid }: any) => guid === morning.uuid);
    expect(ofMorning).toMatchObject({
      title: 'Morning',
      type: 'LIGHTNING_TALK',
      language: 'de',
      state: 'CONFIRMED',
      track: { slug: 'wood-sails' },
      start: '2027-03-01T09:00:00.000+01:00',
    });
    expect(schedule.events).toHaveLength(3);
  });

  (realExports ? it : it.skip)('is valid by its schema', async () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    ajv.addMetaSchema(
      JSON.parse(
        readFileSync(
          new URL('../../node_modules/ajv/dist/refs/json-schema-draft-06.json', import.meta.url),
          'utf8',
        ),
      ),
    );
    formats.default(ajv);
    ajv.addFormat('color', /^#[0-9a-f]{6}$/);
    const validate = ajv.compile(
      JSON.parse(readFileSync(join(realExports!, 'schedule.schema.json'), 'utf8')),
    );
    validate(JSON.parse(await fetched('/events/harbour7.json')));
    expect(validate.errors ?? []).toEqual([]);
  });
});

describe('the calendar', () => {
  it('is read by other programs to the letter', async () => {
    const text = await fetched('/events/harbour7.ics');
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    for (const name of ['NAME', 'X-WR-CALNAME'])
      expect(text).toContain(`\r\n${name}:Days\\; of\\, “boats”\r\n`);
    const entries = byTitle(text);
    const title = 'Night, “late”; a\\b <x> BEGIN:VEVENT';
    expect([...entries.keys()]).toEqual(
      expect.arrayContaining(['Days; of, “boats”', 'Elsewhere', 'Morning', title]),
    );
    const late = entries.get(title)!;
    expect(
      ['uid', 'sequence', 'status', 'url', 'location'].map((name) => late.getFirstPropertyValue(name)),
    ).toEqual([night.id, 3, 'CONFIRMED', `${server.url}/e/harbour7`, 'Pier 9, Harbour']);
    expect(String(late.getFirstPropertyValue('dtstart'))).toBe('2027-03-03T22:30:00Z');
    expect(late.getFirstPropertyValue('last-modified')).not.toBeNull();
    expect(String(entries.get('Morning')!.getFirstPropertyValue('description'))).toMatch(
      /With (Ada, Ben|Ben, Ada)/,
    );
    const other = Object.values(nodeIcal.sync.parseICS(text)).filter(
      (one) => one?.type === 'VEVENT',
    ) as any[];
    expect(other.map(({ summary, start, uid }) => [summary, start.toISOString(), uid])).toContainEqual([
      title,
      '2027-03-03T22:30:00.000Z',
      night.id,
    ]);
  });

  it('tells of a move by a higher number, and of a cancellation without a word of what it was', async () => {
    const moved = await make(server, 'Session', {
      event_id: event.uuid,
      title: 'Secret surprise',
      state: 'CONFIRMED',
      starts_at: '2027-03-02T10:00Z',
      ends_at: '2027-03-02T11:00Z',
    });
    const sequenceOf = async () =>
      Number(
        byTitle(await fetched('/events/harbour7.ics'))
          .get('Secret surprise')
          ?.getFirstPropertyValue('sequence'),
      );
    expect(await sequenceOf()).toBe(1);
    const update =
      'mutation ($id: ID!, $input: UpdateSessionInput!) { updateSession(id: $id, input: $input) { session { version } } }';
    expect(
      codes(
        await server.ask(
          update,
          { id: moved.id, input: { startsAt: '2027-03-02T12:00:00Z', endsAt: '2027-03-02T13:00:00Z' } },
          owner,
        ),
      ),
    ).toEqual([]);
    expect(await sequenceOf()).toBe(2);
    const step = (to: string) =>
      server.ask(
        'mutation ($id: ID!, $to: SessionState!) { transitionSession(id: $id, to: $to) { session { state } } }',
        { id: moved.id, to },
        owner,
      );
    expect(codes(await step('CANCELED'))).toEqual([]);
    // Where it is canceled, its time may change again: nobody is to hear of that.
    await server.sql(
      `UPDATE sessions SET starts_at = '2027-03-03T12:00Z', ends_at = '2027-03-03T13:00Z' WHERE id = $1`,
      [moved.uuid],
    );
    expect(await fetched('/events/harbour7.ics')).not.toContain('Secret');
    const entry = async () =>
      ICAL.Component.fromString(await fetched('/events/harbour7.ics'))
        .getAllSubcomponents('vevent')
        .find((one) => one.getFirstPropertyValue('uid') === moved.id);
    const canceled = (await entry())!;
    expect([
      canceled.getFirstPropertyValue('status'),
      String(canceled.getFirstPropertyValue('dtstart')),
      Number(canceled.getFirstPropertyValue('sequence')) > 2,
    ]).toEqual(['CANCELLED', '2027-03-02T12:00:00Z', true]);
    expect(await fetched(`/events/harbour7/sessions/${moved.id}.ics`)).toContain('STATUS:CANCELLED');
    expect(codes(await step('ACCEPTED'))).toEqual([]);
    expect((await entry())!.getFirstPropertyValue('status')).toBe('CONFIRMED');
    // What nobody could see was never on a calendar.
    await server.sql(`UPDATE events SET state = 'DRAFT' WHERE id = $1`, [event.uuid]);
    await step('CANCELED');
    await server.sql(`UPDATE events SET state = 'PUBLISHED' WHERE id = $1`, [event.uuid]);
    expect(await entry()).toBeUndefined();
  });

  it('of one session has that alone, and of none that is hidden', async () => {
    const text = await fetched(`/events/harbour7/sessions/${morning.id}.ics`);
    expect([...byTitle(text).keys()]).toEqual(['Morning']);
    const [pending] = await server.sql(`SELECT id FROM sessions WHERE title = 'Not decided'`);
    const hidden =
      morning.id.replace(/_.*/, '_') + decodeId(morning.id).uuid.replaceAll('-', '').slice(0, 26);
    for (const id of [hidden, pending.id, `session_${'0'.repeat(26)}`])
      expect((await fetch(`${server.url}/events/harbour7/sessions/${id}.ics`)).status).toBe(404);
  });

  it('of what a person marked has a private address, which they can revoke', async () => {
    const create = 'mutation { createCalendarAddress { url } }';
    const address = async () =>
      (await server.ask(create, {}, reader)).data!.createCalendarAddress.url as string;
    expect(codes(await server.ask(create))).toEqual(['UNAUTHENTICATED']);
    const draft = await makeEvent(server, { state: 'DRAFT' });
    const hidden = await make(server, 'Session', {
      event_id: draft.uuid,
      title: 'Hidden',
      state: 'CONFIRMED',
      starts_at: '2027-03-01T10:00Z',
      ends_at: '2027-03-01T11:00Z',
    });
    for (const id of [morning.uuid, hidden.uuid])
      await server.sql(
        'INSERT INTO favourites (id, user_id, session_id) VALUES (gen_random_uuid(), $1, $2)',
        [reader.userId, id],
      );
    await server.sql('INSERT INTO favourites (id, user_id, event_id) VALUES (gen_random_uuid(), $1, $2)', [
      reader.userId,
      event.uuid,
    ]);
    const first = await address();
    const answer = await fetch(first);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'text/calendar; charset=utf-8',
      'private, no-store',
    ]);
    expect([...byTitle(await answer.text()).keys()].toSorted()).toEqual(['Days; of, “boats”', 'Morning']);
    expect(
      JSON.stringify(await server.sql('SELECT * FROM users WHERE id = $1', [reader.userId])),
    ).not.toContain(first.slice(-47, -4));
    const second = await address();
    expect([(await fetch(first)).status, (await fetch(second)).status]).toEqual([404, 200]);
    await server.sql('UPDATE users SET is_blocked = true WHERE id = $1', [reader.userId]);
    expect((await fetch(second)).status).toBe(404);
    await server.sql('UPDATE users SET is_blocked = false WHERE id = $1', [reader.userId]);
    const revoke = async () =>
      (await server.ask('mutation { revokeCalendarAddress }', {}, reader)).data!.revokeCalendarAddress;
    expect([await revoke(), (await fetch(second)).status, await revoke()]).toEqual([true, 404, false]);
  });
});

describe('tables', () => {
  it('are read by another program cell for cell', async () => {
    const { sessionsTable } = await import('../../src/exports/csv.ts');
    const ask = async (document: string, variables: Readonly<Record<string, unknown>>): Promise<never> =>
      (await server.ask(document, variables, owner)) as never;
    const rows = parseCsv(await sessionsTable(ask, event.id), { bom: true, columns: true }) as Record<
      string,
      string
    >[];
    expect(rows.map(({ Title }) => Title)).toContain(hostile);
    expect(rows.find(({ Title }) => Title === 'Morning')).toMatchObject({
      State: 'CONFIRMED',
      'Starts at': '2027-03-01T08:00:00Z',
      Room: 'Hall',
      Language: 'de',
    });
  });
});
