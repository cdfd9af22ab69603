import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readOpenEventZip } from './open-event.reader.ts';
import type { OpenEventImport } from './open-event.reader.ts';
import { formatPath, ImportError } from './import-error.ts';
import { formatSummary } from './summary.ts';
import { fixtures, folder, zipOf } from '../../test/kit/open-event-zip.ts';

const read = async (files: Record<string, unknown>) => readOpenEventZip(await zipOf(files));

/** Notes as `path: reason detail`. */
const notes = ({ summary }: OpenEventImport, kind?: 'left-out' | 'changed') =>
  summary.notes
    .filter((note) => !kind || note.kind === kind)
    .map(({ path, reason, detail }) => `${formatPath(path)}: ${reason}${detail ? ` ${detail}` : ''}`);

const event = {
  name: 'Small',
  id: 1,
  timezone: 'Europe/Rome',
  'starts-at': '2030-06-01T09:00',
  'ends-at': '2030-06-02T09:00',
};

describe('an export of the dashed generation, with forms, session types and faults', () => {
  const reading = zipOf({
    ...folder(join(fixtures, 'dashed')),
    'images/logo.png': 'p',
    'images/speakers/ada.jpg': 'p',
    'images/sponsors/rope.png': 'p',
  }).then((zip) => readOpenEventZip(zip));

  it('gives the event in its own zone, sanitised', async () => {
    const { event } = await reading;
    expect(event).toEqual({
      sourceIdentifier: 'harb0ur1',
      name: 'Harbour & Tides Days',
      description:
        '<p>Two days about <b>boats</b>, <a href="https://tides.example" rel="nofollow noopener" target="_blank">tides</a>' +
        ' and <a>tricks</a>.</p>',
      startsAt: new Date('2031-05-03T16:00:00Z'),
      endsAt: new Date('2031-05-05T01:00:00Z'),
      timezone: 'America/Los_Angeles',
      locationName: 'Pier 9',
      searchableLocationName: null,
      latitude: 37.8,
      longitude: -122.4,
      online: false,
      privacy: 'PUBLIC',
      logoUrl: 'zip:images/logo.png',
      originalImageUrl: 'https://pictures.example/harbour.jpg',
      thumbnailImageUrl: null,
      largeImageUrl: null,
      iconImageUrl: null,
      externalEventUrl: 'https://www.tides.example',
      ticketUrl: null,
      ownerName: 'Harbour Friends',
      ownerDescription: '<h3>We</h3> like water',
      codeOfConduct: null,
      schedulePublishedAt: new Date('2031-04-01T17:30:00.123Z'),
      isSessionsSpeakersEnabled: true,
      callForSpeakers: {
        isEnabled: true,
        softEndsAt: null,
        // Without an offset, so in the call's own zone.
        startsAt: new Date('2031-01-01T08:00:00Z'),
        endsAt: new Date('2031-02-01T20:00:00Z'),
        announcement: '<p>Come and talk</p>',
        privacy: 'PUBLIC',
      },
      copyright: {
        holder: 'Harbour Friends',
        holderUrl: null,
        licence: 'CC BY',
        licenceUrl: 'https://licence.example/by',
        logoUrl: null,
        year: 2031,
      },
      labels: { topic: 'Sea', subTopic: null, type: null },
    });
  });

  it('gives tracks, rooms, session types and sponsors, and a room that only a session knows', async () => {
    const { tracks, rooms, sessionTypes, sponsors } = await reading;
    expect(tracks).toEqual([
      { id: '1', name: 'Boats', description: null, color: '#0277BD', position: 0 },
      { id: '2', name: 'Tides', description: null, color: null, position: 1 },
    ]);
    expect(
      rooms.map(({ id, name, floor, room, latitude, longitude }) => [
        id,
        name,
        floor,
        room,
        latitude,
        longitude,
      ]),
    ).toEqual([
      ['5', 'Boathouse', 1, null, null, null],
      ['6', 'Lighthouse', null, 'L1', null, -122.4],
      ['7', 'Old Crane', 0, null, null, null],
    ]);
    expect(sessionTypes.map(({ lengthMinutes }) => lengthMinutes)).toEqual([60, 50, null]);
    expect(sponsors.map(({ id, name, level, url, logoUrl }) => [id, name, level, url, logoUrl])).toEqual([
      ['8', 'Rope Works', 3, 'https://www.ropes.example', 'zip:images/sponsors/rope.png'],
      ['9', 'Tar & Sons', null, null, null],
    ]);
  });

  it('gives social links of both places once, and FAQs', async () => {
    const { socialLinks, faqs } = await reading;
    expect(socialLinks.map(({ name, link, position }) => [name, link, position])).toEqual([
      ['Blog', 'https://blog.example', 0],
      ['Chat', 'https://chat.example/tides', 1],
      ['Pod', 'https://pod.example', 2],
    ]);
    expect(faqs).toEqual([
      { id: '1', question: 'Can I <b>swim</b> &amp; dive?', answer: '<p>At high tide.</p>', position: 0 },
    ]);
  });

  it('gives fields of forms as an organizer could make them', async () => {
    const { forms } = await reading;
    const marks = (field: (typeof forms)[number]) =>
      Object.entries(field)
        .flatMap(([key, value]) =>
          value === true && key.startsWith('is') ? [key.slice(2).toLowerCase()] : [],
        )
        .join(' ');
    expect(forms.map((field) => [field.id, field.type, field.position, marks(field)])).toEqual([
      ['SESSION title', 'TEXT', 0, 'required included fixed public'],
      ['SESSION shortAbstract', 'PARAGRAPH', 1, 'required included public'],
      ['SESSION boat', 'SELECT', 2, 'included public'],
      ['SESSION crew', 'NUMBER', 3, 'included'],
      ['SESSION notes', 'PARAGRAPH', 4, ''],
      ['SPEAKER tshirt', 'TEXT', 0, 'required included'],
      ['SPEAKER email', 'EMAIL', 1, 'required included fixed'],
      ['SPEAKER homePort', 'URL', 2, 'included public'],
      ['SPEAKER rank', 'TEXT', 3, ''],
      ['SPEAKER oldShirt', 'TEXT', 5, ''],
      ['ATTENDEE diet', 'CHECKBOX', 12, 'included'],
    ]);
    expect(forms[2]).toMatchObject({
      name: 'Which boat?',
      options: ['Dinghy', 'Barge'],
      translations: [{ language: 'de', name: 'Welches Boot?', description: null }],
    });
    expect(forms[4].description).toBe('<p>Anything</p>');
    expect(forms[9].removedAt).toEqual(new Date('2031-01-05T10:00:00Z'));
  });

  it('gives the answers that their fields take', async () => {
    const { sessions, speakers } = await reading;
    expect(sessions.map(({ answers }) => answers)).toEqual([
      { boat: 'Dinghy', crew: 4, notes: '<p>Wet</p>' },
      {},
      {},
      {},
    ]);
    expect(speakers.map(({ answers }) => answers)).toEqual([
      { tshirt: '<b>L</b>', oldShirt: 'XS' },
      {},
      { tshirt: 'M', homePort: 'https://wake.example' },
    ]);
  });

  it('gives sessions with their references, states and times', async () => {
    const { sessions } = await reading;
    expect(
      sessions.map((one) => [one.id, one.title, one.state, one.trackId, one.roomId, one.sessionTypeId]),
    ).toEqual([
      ['11', 'Knots <i>for</i> everyone', 'ACCEPTED', '1', '5', '1'],
      ['12', 'Reading the moon', 'CONFIRMED', '2', '7', '2'],
      ['14', 'Evening swim', 'PENDING', '1', null, null],
      ['15', 'Broken  net', 'PENDING', null, null, null],
    ]);
    expect(sessions[0]).toMatchObject({
      shortAbstract: '<p><span>Bring a rope.</span></p>',
      longAbstract: null,
    });
    expect(sessions[1]).toMatchObject({ startsAt: new Date('2031-05-03T19:00:00Z'), endsAt: null });
    expect(sessions[2]).toMatchObject({ startsAt: new Date('2031-05-04T03:00:00Z'), endsAt: null });
  });

  it('gives speakers with what only their sessions tell about them, and links from both sides once', async () => {
    const { speakers, links } = await reading;
    expect(
      speakers.map(({ id, name, email, heardFrom, isFeatured }) => [id, name, email, heardFrom, isFeatured]),
    ).toEqual([
      ['21', 'Ada Quay', null, 'A friend', true],
      ['22', 'Ben Moor', null, null, false],
      ['23', 'Dora Wake', 'dora@wake.example', null, false],
    ]);
    expect(speakers[0]).toMatchObject({
      shortBiography: 'Ties &amp; unties',
      twitter: 'https://www.social.example/ada',
    });
    expect(links).toEqual([
      { session: '11', speaker: '21' },
      { session: '11', speaker: '22' },
      { session: '12', speaker: '21' },
      { session: '12', speaker: '22' },
    ]);
  });

  it('accounts for every row', async () => {
    const { summary } = await reading;
    expect(summary.counts).toEqual({
      event: { read: 1, imported: 1, leftOut: 0, derived: 0 },
      tracks: { read: 2, imported: 2, leftOut: 0, derived: 0 },
      rooms: { read: 2, imported: 3, leftOut: 0, derived: 1 },
      sessionTypes: { read: 3, imported: 3, leftOut: 0, derived: 0 },
      sponsors: { read: 3, imported: 2, leftOut: 1, derived: 0 },
      socialLinks: { read: 5, imported: 3, leftOut: 2, derived: 0 },
      faqs: { read: 2, imported: 1, leftOut: 1, derived: 0 },
      forms: { read: 14, imported: 11, leftOut: 3, derived: 0 },
      sessions: { read: 7, imported: 4, leftOut: 3, derived: 0 },
      speakers: { read: 4, imported: 3, leftOut: 1, derived: 0 },
      links: { read: 7, imported: 4, leftOut: 3, derived: 0 },
    });
  });

  it('says of everything that was left out where it is and why', async () => {
    expect(notes(await reading, 'left-out')).toMatchSnapshot();
  });

  it('says of everything that was changed what was done', async () => {
    expect(notes(await reading, 'changed')).toMatchSnapshot();
  });

  it('has a summary that can be read in a terminal', async () => {
    const text = formatSummary((await reading).summary);
    expect(text).toMatchSnapshot();
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(160);
  });
});

describe('an export of the underscored generation', () => {
  const reading = zipOf(folder(join(fixtures, 'underscored'))).then((zip) => readOpenEventZip(zip));

  it('gives its forms, which are flags of known fields', async () => {
    const { forms, summary } = await reading;
    expect(
      forms.map((field) => [field.id, field.type, field.isIncluded, field.isRequired, field.position]),
    ).toEqual([
      ['SESSION title', 'TEXT', true, true, null],
      ['SESSION videoUrl', 'URL', true, false, null],
      ['SESSION shortAbstract', 'PARAGRAPH', true, true, null],
      ['SPEAKER photoUrl', 'IMAGE', true, true, null],
      ['SPEAKER email', 'EMAIL', true, true, null],
    ]);
    expect(summary.counts.forms).toEqual({ read: 6, imported: 5, leftOut: 1, derived: 0 });
  });

  it('gives the same fields under their older names', async () => {
    const { event, sponsors, sessions, speakers } = await reading;
    expect(event).toMatchObject({
      sourceIdentifier: '3',
      startsAt: new Date('2030-06-01T07:00:00Z'),
      endsAt: new Date('2030-06-02T15:00:00Z'),
      ownerName: 'Meadow Circle',
      externalEventUrl: 'http://meadow.example',
      originalImageUrl: 'https://pictures.example/meadow.jpg',
      thumbnailImageUrl: 'https://pictures.example/meadow-small.jpg',
      isSessionsSpeakersEnabled: true,
      callForSpeakers: { startsAt: new Date('2029-12-31T23:00:00Z'), announcement: null },
    });
    expect(sponsors[0]).toMatchObject({
      type: 'Bronze Sponsor',
      level: 2,
      logoUrl: 'https://pictures.example/scythe.png',
    });
    expect(sessions[0]).toMatchObject({
      slidesUrl: 'https://slides.example/mow',
      startsAt: new Date('2030-06-01T08:00:00Z'),
    });
    expect(sessions[1].state).toBe('CANCELED');
    expect(speakers[0]).toMatchObject({
      photoUrl: 'https://pictures.example/eli.jpg',
      isFeatured: true,
      speakingExperience: '<p>Ten meadows</p>',
    });
  });

  it('makes session types from the sessions, two of one name when their ids differ', async () => {
    const { sessionTypes, sessions, links } = await reading;
    expect(sessionTypes).toEqual([
      { id: '4', name: 'Workshop', lengthMinutes: 45, position: 0 },
      { id: '5', name: 'Workshop', lengthMinutes: 90, position: 1 },
    ]);
    expect(sessions.map(({ sessionTypeId }) => sessionTypeId)).toEqual(['4', '5']);
    expect(links).toHaveLength(2);
  });
});

describe('other files', () => {
  it('reads a dump of columns: camel case, references as plain ids, times without offsets', async () => {
    const { sessions, summary } = await read({
      event,
      tracks: [{ id: 'a', name: 'A' }],
      sessions: [
        { id: 1, title: 'T', trackId: 'a', startsAt: '2030-06-01 10:00:00', state: 'pending', eventId: 9 },
      ],
    });
    expect(sessions[0]).toMatchObject({
      trackId: 'a',
      state: 'PENDING',
      startsAt: new Date('2030-06-01T08:00:00Z'),
    });
    expect(summary.notes).toMatchObject([{ path: ['sessions', 'eventId'], kind: 'left-out' }]);
  });

  it('follows the name where the id of a track is not known but its list has the name', async () => {
    const result = await read({
      event,
      tracks: [{ id: 1, name: 'Grass' }],
      sessions: [{ id: 1, title: 'T', state: 'draft', track: { id: 7, name: 'grass' } }],
    });
    expect(result.sessions[0].trackId).toBe('1');
    expect(result.tracks).toHaveLength(1);
    expect(notes(result)).toEqual([
      'sessions[0].track: no track has this id; the one of the same name was taken {"id":7,"name":"grass"}',
    ]);
  });

  it('takes the dates of the event from its sessions where it has none', async () => {
    const { event: found } = await read({
      event: { name: 'E', identifier: 'e', timezone: 'Mars/Base' },
      sessions: [
        {
          id: 1,
          title: 'T',
          state: 'draft',
          'starts-at': '2030-06-01T10:00:00Z',
          'ends-at': '2030-06-01T11:00:00Z',
        },
        {
          id: 2,
          title: 'U',
          state: 'draft',
          'starts-at': '2030-06-02T10:00:00Z',
          'ends-at': '2030-06-02T11:00:00Z',
        },
      ],
    });
    expect(found).toMatchObject({
      startsAt: new Date('2030-06-01T10:00:00Z'),
      endsAt: new Date('2030-06-02T11:00:00Z'),
      timezone: 'UTC',
    });
  });

  it('is not confused by keys of JavaScript itself, nor by keys that could drive a terminal', async () => {
    const result = await read({
      event: JSON.stringify(event).replace(
        '{',
        '{"__proto__": {"name": "x"}, "constructor": 1, "\\u001b[2J": 1, ',
      ),
    });
    expect(notes(result)).toEqual([
      'event.__proto__: keys that are not known',
      'event.constructor: keys that are not known',
      'event["\\u001b[2J"]: keys that are not known',
    ]);
  });

  it('refuses files that are nested deeper than anything reads, and says which', async () => {
    const deep = `${'['.repeat(50_000)}1${']'.repeat(50_000)}`;
    await expect(
      read({ event: JSON.stringify(event).replace('{', `{"description": ${deep}, `) }),
    ).rejects.toThrow(/^event: .* more than 100 levels deep/);
  });

  it('cuts a text that is too long and says so', async () => {
    const result = await read({ event: { ...event, name: 'x'.repeat(2_000) } });
    expect(result.event.name).toHaveLength(1_000);
    expect(notes(result)).toEqual(['event.name: too long, cut to 1000 characters 2000 characters']);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['wrong JSON', { event: '{"name": "x"' }, 'WRONG_JSON', 'event: is not JSON: '],
    [
      'bytes that are no text',
      { event, sessions: Buffer.from([0xff, 0xfe, 0x00]) },
      'WRONG_JSON',
      'sessions: is not UTF-8 text',
    ],
    ['an event that is a list', { event: [event] }, 'WRONG_SHAPE', 'event: expected an object'],
    ['an event without a name', { event: { ...event, name: ' ' } }, 'WRONG_SHAPE', 'event: has no name'],
    ['an event without dates', { event: { name: 'x' } }, 'WRONG_SHAPE', 'event: has no start and later end'],
    [
      'sessions that are no list',
      { event, sessions: { a: 1 } },
      'WRONG_SHAPE',
      'sessions: expected a list of rows',
    ],
    [
      'no end of rows',
      { event, sessions: Array(20_001).fill(1) },
      'TOO_LARGE',
      'sessions: 20001 rows; at most 20000',
    ],
    [
      'no end of links',
      { event, tracks: [{ name: 'T', sessions: Array(20_001).fill(1) }] },
      'TOO_LARGE',
      'tracks[0].sessions: 20001',
    ],
    [
      'no end of faults',
      {
        event,
        sessions: Array.from({ length: 3 }, (_, id) => ({
          id,
          title: 'T',
          speakers: Array(20_000).fill(404),
        })),
      },
      'WRONG_SHAPE',
      'more than 50000 things',
    ],
  ])('refuses %s', async (_, files, code, message) => {
    const error = await read(files).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ImportError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe('times of sessions', () => {
  it('that are not on the days of the event are left out, and told of', async () => {
    const session = (id: number, start: string, end: string) => ({
      id,
      title: `Session ${id}`,
      state: 'accepted',
      'starts-at': start,
      'ends-at': end,
    });
    const found = await read({
      event,
      sessions: [
        session(1, '2030-06-02T22:00', '2030-06-02T23:30'),
        session(2, '2030-06-02T23:00', '2030-06-03T00:30'),
        session(3, '2019-01-01T10:00', '2019-01-01T11:00'),
      ],
    });
    expect(
      found.sessions.map(({ startsAt, endsAt }) => [
        startsAt?.toISOString() ?? null,
        endsAt?.toISOString() ?? null,
      ]),
    ).toEqual([
      ['2030-06-02T20:00:00.000Z', '2030-06-02T21:30:00.000Z'],
      ['2030-06-02T21:00:00.000Z', null],
      [null, null],
    ]);
    const reason = 'time of a session that is not on the days of the event';
    expect(notes(found, 'left-out')).toEqual([
      `sessions[1].endsAt: ${reason} 2030-06-02T22:30:00.000Z`,
      `sessions[2].startsAt: ${reason} 2019-01-01T09:00:00.000Z`,
      `sessions[2].endsAt: ${reason} 2019-01-01T10:00:00.000Z`,
    ]);
  });
});
