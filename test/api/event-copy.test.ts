/** Copying an event over HTTP: what a copy has and has not, how its times move, who may, and how few statements it takes. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createOrganization, holdRole } from '../kit/collaborations.ts';
import type { Made } from '../kit/event-rows.ts';
import { codes, giveRole, link, make, makeEvent } from '../kit/event-rows.ts';
import { runJobs } from '../kit/jobs.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let owner: Person;
let coorganizer: Person;
let speaker: Person;
let event: Made;

const all = [
  'TRACKS',
  'ROOMS',
  'SESSION_TYPES',
  'SPONSORS',
  'SOCIAL_LINKS',
  'FAQS',
  'COPYRIGHT',
  'FORMS',
  'CALL_FOR_SPEAKERS',
  'SPEAKERS',
  'SESSIONS',
];
const copyEvent = `mutation ($id: ID!, $input: CopyEventInput!) { copyEvent(id: $id, input: $input) { event {
  id identifier name state startsAt endsAt timezone isFeatured version privacy owner { id } organization { id } favouriteCount originalImageUrl
  members { totalCount } feedbacks { totalCount } roleInvites { totalCount }
  tracks { nodes { name color position } } rooms { nodes { name } } sessionTypes { nodes { name lengthMinutes } } sponsors { nodes { name level logoUrl } }
  socialLinks { nodes { name link identifier } } faqs { nodes { question answer } } copyright { holder year }
  customForms(first: 100) { totalCount nodes { fieldIdentifier isRequired isPublic options } }
  callForSpeakers { startsAt endsAt softEndsAt announcement hash }
  speakers { nodes { name email mobile answers user { id } photoUrl isFeatured sessions { nodes { title } } } }
  sessions(orderBy: TITLE_ASC) { nodes { title state startsAt isLocked comments answers averageRating track { name } room { name } sessionType { name } creator { id } speakers { nodes { name } } } }
} } }`;
const copy = (input: Record<string, unknown> = {}, who: { token?: string } = owner, id = event.id) =>
  server.ask(copyEvent, { id, input }, who);
const copied = async (input: Record<string, unknown> = {}, who = owner) => {
  const answer = await copy(input, who);
  expect(answer.errors).toBeUndefined();
  return answer.data!.copyEvent.event;
};
const count = async () => Number((await server.sql('SELECT count(*) FROM events'))[0].count);

beforeAll(async () => {
  server = await startServer();
  server.app.config.http.publicUrl = server.url;
  [owner, coorganizer, speaker] = [
    await createPerson(server),
    await createPerson(server),
    await createPerson(server, { isProfilePublic: true }),
  ];
  event = await makeEvent(server, { call: 'none' });
  await giveRole(server, event, owner, 'OWNER');
  await giveRole(server, event, coorganizer, 'COORGANIZER');
  const { uuid } = event;
  // Two days before the clocks go forward in Berlin.
  await server.sql(
    `UPDATE events SET identifier = 'ours', name = 'Ours', timezone = 'Europe/Berlin', starts_at = '2027-03-26T08:00Z', ends_at = '2027-03-27T17:00Z',
     is_featured = true, version = 7, schedule_published_at = now(), privacy = 'PRIVATE' WHERE id = $1`,
    [uuid],
  );
  const [track, room, type] = [
    await make(server, 'Track', { event_id: uuid, name: 'Main' }),
    await make(server, 'Room', { event_id: uuid, name: 'Hall' }),
    await make(server, 'SessionType', { event_id: uuid, name: 'Talk' }),
  ];
  await make(server, 'Sponsor', { event_id: uuid, name: 'Giver', level: 2 });
  await server.sql(
    `INSERT INTO social_links (id, event_id, name, link, identifier) VALUES (gen_random_uuid(), $1, 'Pictures', 'https://pictures.example', 'abcdef12')`,
    [uuid],
  );
  await server.sql(
    `INSERT INTO faqs (id, event_id, question, answer) VALUES (gen_random_uuid(), $1, 'Where?', 'Here')`,
    [uuid],
  );
  await server.sql(
    `INSERT INTO copyrights (id, event_id, holder, year) VALUES (gen_random_uuid(), $1, 'We', 2027)`,
    [uuid],
  );
  await server.sql(
    `INSERT INTO custom_forms (id, event_id, form, type, field_identifier, name, is_required, is_included, options, removed_at) VALUES
     (gen_random_uuid(), $1, 'SPEAKER', 'SELECT', 'shirt', 'Shirt', true, true, '["S", "L"]', NULL), (gen_random_uuid(), $1, 'SPEAKER', 'TEXT', 'gone', 'Gone', false, false, '[]', now())`,
    [uuid],
  );
  await server.sql(
    `INSERT INTO calls_for_speakers (id, event_id, starts_at, ends_at, announcement, hash) VALUES (gen_random_uuid(), $1, '2027-01-01T11:00Z', '2027-02-01T11:00Z', 'Come', 'the old hash')`,
    [uuid],
  );
  const talk = {
    event_id: uuid,
    creator_id: speaker.userId,
    comments: 'for the team',
    answers: '{"shirt": "S"}',
  };
  const accepted = await make(server, 'Session', {
    ...talk,
    title: 'Accepted',
    state: 'ACCEPTED',
    is_locked: true,
    starts_at: '2027-03-26T09:30Z',
    ends_at: '2027-03-26T10:00Z',
    track_id: track.uuid,
    room_id: room.uuid,
    session_type_id: type.uuid,
  });
  await make(server, 'Session', { ...talk, title: 'Pending', state: 'PENDING' });
  for (const state of ['DRAFT', 'REJECTED', 'CANCELED', 'WITHDRAWN'])
    await make(server, 'Session', { ...talk, title: state, state });
  await make(server, 'Session', { ...talk, title: 'Deleted', state: 'ACCEPTED', deleted_at: new Date() });
  const given = { event_id: uuid, email: speaker.email, mobile: '123', answers: '{"shirt": "S"}' };
  await link(
    server,
    accepted,
    await make(server, 'Speaker', { ...given, name: 'Ada', user_id: speaker.userId, is_featured: true }),
  );
  await make(server, 'Speaker', { ...given, name: 'Ada again', email: speaker.email.toUpperCase() });
  await make(server, 'Speaker', { ...given, name: 'Deleted', deleted_at: new Date() });
  await server.sql(
    `INSERT INTO feedback (id, event_id, user_id, rating) VALUES (gen_random_uuid(), $1, $2, 5)`,
    [uuid, speaker.userId],
  );
  await server.sql(
    `INSERT INTO feedback (id, session_id, user_id, rating) VALUES (gen_random_uuid(), $1, $2, 5)`,
    [accepted.uuid, owner.userId],
  );
  await server.sql(`INSERT INTO favourites (id, event_id, user_id) VALUES (gen_random_uuid(), $1, $2)`, [
    uuid,
    speaker.userId,
  ]);
});
afterAll(() => server.close());

describe('a copy', () => {
  it('is a draft of its own: the usual parts, and nobody but the copier', async () => {
    const made = await copied({}, coorganizer);
    expect(made).toMatchObject({
      name: 'Ours',
      state: 'DRAFT',
      privacy: 'PRIVATE',
      timezone: 'Europe/Berlin',
      isFeatured: false,
      version: 1,
      owner: { id: coorganizer.id },
      favouriteCount: 0,
      startsAt: '2027-03-26T08:00:00Z',
      endsAt: '2027-03-27T17:00:00Z',
      members: { totalCount: 1 },
      feedbacks: { totalCount: 0 },
      roleInvites: { totalCount: 0 },
      tracks: { nodes: [{ name: 'Main', color: '#aabbcc', position: 0 }] },
      rooms: { nodes: [{ name: 'Hall' }] },
      sessionTypes: { nodes: [{ name: 'Talk', lengthMinutes: 30 }] },
      sponsors: { nodes: [{ name: 'Giver', level: 2, logoUrl: null }] },
      socialLinks: { nodes: [{ name: 'Pictures', link: 'https://pictures.example' }] },
      faqs: { nodes: [{ question: 'Where?', answer: 'Here' }] },
      copyright: { holder: 'We', year: 2027 },
      customForms: {
        totalCount: 1,
        nodes: [{ fieldIdentifier: 'shirt', isRequired: true, options: ['S', 'L'] }],
      },
      callForSpeakers: { startsAt: '2027-01-01T11:00:00Z', announcement: 'Come' },
      speakers: { nodes: [] },
      sessions: { nodes: [] },
    });
    expect(made.identifier).toMatch(/^[a-z][a-z2-9]{7}$/);
    expect(made.callForSpeakers.hash).not.toBe('the old hash');
    expect(made.socialLinks.nodes[0].identifier).toMatch(/^(?!abcdef12)[0-9a-f]{8}$/);
    const [{ schedule }] = await server.sql(
      'SELECT schedule_published_at AS schedule FROM events WHERE identifier = $1',
      [made.identifier],
    );
    expect(schedule).toBeNull();
    for (const who of [undefined, speaker, owner]) {
      expect(
        (await server.ask('query ($id: ID!) { event(id: $id) { name } }', { id: made.id }, who)).data,
      ).toEqual({ event: null });
    }
  });

  it('moves all times with its start, by the clocks of its zone', async () => {
    const made = await copied({ name: 'Next year', startsAt: '2027-06-04T07:00:00Z', parts: all });
    expect(made).toMatchObject({
      name: 'Next year',
      startsAt: '2027-06-04T07:00:00Z',
      endsAt: '2027-06-05T16:00:00Z',
      // Noon in Berlin, 70 days later: in winter, and in summer.
      callForSpeakers: { startsAt: '2027-03-12T11:00:00Z', endsAt: '2027-04-12T10:00:00Z', softEndsAt: null },
    });
    expect(made.sessions.nodes[0]).toMatchObject({ title: 'Accepted', startsAt: '2027-06-04T08:30:00Z' });
  });

  it('keeps the lengths of sessions where the clocks change while they run', async () => {
    const { uuid, id } = await makeEvent(server, { call: 'none' });
    await giveRole(server, { uuid, id }, owner, 'OWNER');
    await server.sql(
      `UPDATE events SET timezone = 'Europe/Berlin', starts_at = '2027-03-20T00:00Z', ends_at = '2027-03-20T20:00Z' WHERE id = $1`,
      [uuid],
    );
    // Half past one to half past three at night; on the 28th there is no hour after two, on October 31 there are two.
    await make(server, 'Session', {
      event_id: uuid,
      title: 'Night',
      state: 'ACCEPTED',
      starts_at: '2027-03-20T00:30Z',
      ends_at: '2027-03-20T02:30Z',
    });
    await make(server, 'Session', {
      event_id: uuid,
      title: 'Short',
      state: 'ACCEPTED',
      starts_at: '2027-03-20T01:30Z',
      ends_at: '2027-03-20T02:15Z',
    });
    const read = `mutation ($id: ID!, $input: CopyEventInput!) { copyEvent(id: $id, input: $input) { event { startsAt endsAt sessions(orderBy: TITLE_ASC) { nodes { startsAt endsAt } } } } }`;
    for (const [startsAt, nights] of [
      [
        '2027-03-28T00:00:00Z',
        [
          ['2027-03-28T00:30:00Z', '2027-03-28T02:30:00Z'],
          ['2027-03-28T01:30:00Z', '2027-03-28T02:15:00Z'],
        ],
      ],
      [
        '2027-10-30T23:00:00Z',
        [
          ['2027-10-30T23:30:00Z', '2027-10-31T01:30:00Z'],
          ['2027-10-31T01:30:00Z', '2027-10-31T02:15:00Z'],
        ],
      ],
    ] as const) {
      const { data } = await server.ask(read, { id, input: { startsAt, parts: ['SESSIONS'] } }, owner);
      expect(data!.copyEvent.event.sessions.nodes.map((one: any) => [one.startsAt, one.endsAt])).toEqual(
        nights,
      );
    }
  });

  it('has sessions as pending ones and profiles of nobody, without what was said to the team', async () => {
    const made = await copied({ parts: all });
    const session = {
      state: 'PENDING',
      isLocked: false,
      comments: null,
      answers: {},
      averageRating: null,
      creator: { id: owner.id },
    };
    expect(made.sessions.nodes).toEqual([
      {
        ...session,
        title: 'Accepted',
        startsAt: '2027-03-26T09:30:00Z',
        track: { name: 'Main' },
        room: { name: 'Hall' },
        sessionType: { name: 'Talk' },
        speakers: { nodes: [{ name: 'Ada' }] },
      },
      {
        ...session,
        title: 'Pending',
        startsAt: null,
        track: null,
        room: null,
        sessionType: null,
        speakers: { nodes: [] },
      },
    ]);
    const profile = { mobile: null, answers: {}, user: null, photoUrl: null };
    expect(made.speakers.nodes).toEqual([
      {
        ...profile,
        name: 'Ada',
        email: speaker.email,
        isFeatured: true,
        sessions: { nodes: [{ title: 'Accepted' }] },
      },
      { ...profile, name: 'Ada again', email: null, isFeatured: false, sessions: { nodes: [] } },
    ]);
    // The person who submitted the session has nothing of the copy.
    expect(
      (
        await server.ask(
          '{ viewer { sessions { nodes { event { id } } } speakers { nodes { event { id } } } } }',
          {},
          speaker,
        )
      ).data!.viewer,
    ).toEqual({
      sessions: { nodes: Array.from({ length: 6 }, () => ({ event: { id: event.id } })) },
      speakers: { nodes: [{ event: { id: event.id } }] },
    });
  });

  it('has the parts that are named, and links to no others; the default forms where forms are not among them', async () => {
    const made = await copied({ parts: ['TRACKS', 'SESSIONS'] });
    expect(made).toMatchObject({
      tracks: { nodes: [{ name: 'Main' }] },
      rooms: { nodes: [] },
      faqs: { nodes: [] },
      copyright: null,
      callForSpeakers: null,
      customForms: { totalCount: 42 },
    });
    expect(made.sessions.nodes[0]).toMatchObject({
      title: 'Accepted',
      track: { name: 'Main' },
      room: null,
      sessionType: null,
      speakers: { nodes: [] },
    });
    expect(await copied({ parts: [] })).toMatchObject({
      tracks: { nodes: [] },
      sessions: { nodes: [] },
      customForms: { totalCount: 42 },
    });
  });

  it('gets pictures of its own', async () => {
    const bytes = await sharp({ create: { width: 400, height: 200, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer();
    const [{ id: sponsor }] = await server.sql('SELECT id FROM sponsors WHERE event_id = $1', [event.uuid]);
    const keys = [`sponsors/${sponsor}/one/logo.jpg`, `events/${event.uuid}/one/original.jpg`];
    for (const key of keys) await server.app.storage.put(key, bytes);
    await server.sql('UPDATE sponsors SET logo_url = $2 WHERE id = $1', [sponsor, `/files/${keys[0]}`]);
    await server.sql('UPDATE events SET original_image_url = $2 WHERE id = $1', [
      event.uuid,
      `/files/${keys[1]}`,
    ]);
    const made = await copied();
    expect([made.sponsors.nodes[0].logoUrl, made.originalImageUrl]).toEqual(
      keys.map((key) => `${server.url}/files/${key}`),
    );
    expect(await runJobs(server, 'images.process', 'images.remove')).toBe(2);
    const [row] = await server.sql(
      'SELECT e.original_image_url AS image, s.logo_url AS logo, e.id, s.id AS sponsor FROM events e JOIN sponsors s ON s.event_id = e.id WHERE e.identifier = $1',
      [made.identifier],
    );
    expect(row.image).toMatch(new RegExp(`^/files/events/${row.id}/`));
    expect(row.logo).toMatch(new RegExp(`^/files/sponsors/${row.sponsor}/`));
    for (const key of keys) expect((await server.app.storage.read(key)).equals(bytes)).toBe(true);
    await server.sql('UPDATE sponsors SET logo_url = NULL WHERE id = $1', [sponsor]);
    await server.sql('UPDATE events SET original_image_url = NULL WHERE id = $1', [event.uuid]);
  });

  it('keeps the host where the copier may name it', async () => {
    const organization = await createOrganization(server, 'Hosts');
    const host = await createPerson(server);
    await holdRole(server, host, 'Organization Admin', organization);
    await server.sql('UPDATE events SET organization_id = $2 WHERE id = $1', [event.uuid, organization]);
    try {
      expect((await copied({}, host)).organization).toEqual({ id: encodeId('Organization', organization) });
      expect((await copied()).organization).toBeNull();
    } finally {
      await server.sql('UPDATE events SET organization_id = NULL WHERE id = $1', [event.uuid]);
    }
  });

  it('is written down: the event that was copied, the copy, and each of its rows', async () => {
    await server.sql(
      `INSERT INTO activities (id, action, actor_kind) VALUES (gen_random_uuid(), 'MARK', 'server')`,
    );
    const made = await copied({ parts: ['TRACKS', 'FORMS'] });
    const written = await server.sql(
      `SELECT action, object_type AS type, count(*)::int FROM activities WHERE mutation = 'copyEvent' AND actor_id = $1
       AND created_at >= (SELECT max(created_at) FROM activities WHERE action = 'MARK') GROUP BY 1, 2 ORDER BY 1, 2`,
      [owner.userId],
    );
    expect(written).toEqual([
      { action: 'COPY', type: 'Event', count: 1 },
      ...['CustomForm', 'Event', 'EventMember', 'Track'].map((type) => ({
        action: 'CREATE',
        type,
        count: 1,
      })),
    ]);
    expect(made.tracks.nodes).toHaveLength(1);
  });

  it('takes one statement a part, however many rows there are', async () => {
    const { uuid } = event;
    const few = (await server.statements(() => copied({ parts: all }))).length;
    await server.sql(
      `INSERT INTO tracks (id, event_id, name, color) SELECT gen_random_uuid(), $1, 'Track ' || n, '#000000' FROM generate_series(1, 90) n`,
      [uuid],
    );
    await server.sql(
      `INSERT INTO sessions (id, event_id, title, state) SELECT gen_random_uuid(), $1, 'Zzz ' || n, 'PENDING' FROM generate_series(1, 200) n`,
      [uuid],
    );
    const many = await server.statements(() => copied({ parts: all }));
    expect(many).toHaveLength(few);
    expect(many.filter((text) => text.startsWith('INSERT INTO "sessions"'))).toHaveLength(1);
  });
});

describe('denied', () => {
  it.each([
    ['nobody', null, {}, 'UNAUTHENTICATED'],
    ['a stranger', 'none', {}, 'FORBIDDEN'],
    ['a stranger to a draft', 'none', { state: 'DRAFT' }, 'NOT_FOUND'],
    ['a moderator', 'MODERATOR', {}, 'FORBIDDEN'],
    ['a track organizer', 'TRACK_ORGANIZER', { state: 'DRAFT' }, 'FORBIDDEN'],
    ['an organizer of another event', 'elsewhere', {}, 'FORBIDDEN'],
    ['an organizer whose address is not verified', 'unverified', {}, 'FORBIDDEN'],
    ['an organizer of a deleted event', 'deleted', {}, 'NOT_FOUND'],
  ] as const)('%s', async (_who, part, options, code) => {
    const other = await makeEvent(server, options);
    const person =
      part === null ? undefined : await createPerson(server, { isVerified: part !== 'unverified' });
    if (part === 'elsewhere') await giveRole(server, await makeEvent(server), person!, 'ORGANIZER');
    if (part === 'unverified' || part === 'deleted') await giveRole(server, other, person!, 'ORGANIZER');
    if (part === 'MODERATOR' || part === 'TRACK_ORGANIZER') await giveRole(server, other, person!, part);
    if (part === 'deleted')
      await server.sql('UPDATE events SET deleted_at = now() WHERE id = $1', [other.uuid]);
    const before = await count();
    expect(codes(await copy({ parts: all }, person ?? {}, other.id))).toEqual([code]);
    expect(await count()).toBe(before);
  });

  it('lets staff', async () => {
    const admin = await createPerson(server, { isAdmin: true });
    expect(await copied({ name: 'Ours' }, admin)).toMatchObject({ owner: { id: admin.id } });
  });

  it('refuses an empty name, and a start with an end past all calendars, with their paths', async () => {
    expect(codes(await copy({ name: ' ' }))).toEqual(['BAD_USER_INPUT input.name']);
    for (const [startsAt, message] of [
      ['9999-12-31T20:00:00Z', 'puts the end of the copy past the year 9999'],
      // The call for speakers of the event opens three months before it.
      ['0001-01-01T00:00:00Z', 'puts times of the copy before the year 1'],
    ] as const) {
      const { errors } = await copy({ startsAt });
      expect(errors!.map(({ extensions }) => extensions.fields)).toEqual([
        [{ path: ['input', 'startsAt'], message }],
      ]);
    }
    expect(await copied({ startsAt: '0001-01-01T00:00:00Z', parts: [] })).toMatchObject({
      startsAt: '0001-01-01T00:00:00Z',
      endsAt: '0001-01-02T09:00:00Z',
    });
    expect(
      codes(await server.ask('mutation { copyEvent(id: "nonsense") { event { id } } }', {}, owner)),
    ).toEqual(['BAD_USER_INPUT id']);
  });
});
