/** Tracks, rooms, session types and sponsors over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { codes, giveRole, make, makeEvent } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let event: Made, draft: Made;
let owner: Person,
  coorganizer: Person,
  trackOrganizer: Person,
  moderator: Person,
  admin: Person,
  stranger: Person;

beforeAll(async () => {
  server = await startServer();
  [owner, coorganizer, trackOrganizer, moderator, stranger] = await Promise.all(
    Array.from({ length: 5 }, () => createPerson(server)),
  );
  admin = await createPerson(server, { isAdmin: true });
  event = await makeEvent(server);
  draft = await makeEvent(server, { state: 'DRAFT' });
  for (const made of [event, draft]) {
    await giveRole(server, made, owner, 'OWNER');
    await giveRole(server, made, coorganizer, 'COORGANIZER');
    await giveRole(server, made, trackOrganizer, 'TRACK_ORGANIZER');
    await giveRole(server, made, moderator, 'MODERATOR');
  }
});
afterAll(() => server.close());

const kinds = [
  { type: 'Track', field: 'track', least: { color: '#FC0' } },
  { type: 'Room', field: 'room', least: {} },
  { type: 'SessionType', field: 'sessionType', least: { lengthMinutes: 30 } },
  { type: 'Sponsor', field: 'sponsor', least: {} },
] as const;

describe.each(kinds)('$type', ({ type, field, least }) => {
  const selection = `${field} { id name position version }`;
  const create = (input: Record<string, unknown>, who?: Person) =>
    server.ask(
      `mutation ($input: Create${type}Input!) { create${type}(input: $input) { ${selection} } }`,
      {
        input: { eventId: event.id, name: 'Main', ...least, ...input },
      },
      who,
    );
  const update = (row: Made, input: Record<string, unknown>, who?: Person) =>
    server.ask(
      `mutation ($id: ID!, $input: Update${type}Input!) { update${type}(id: $id, input: $input) { ${selection} } }`,
      { id: row.id, input },
      who,
    );
  const remove = (row: Made, who?: Person) =>
    server.ask(`mutation ($id: ID!) { delete${type}(id: $id) { deletedId } }`, { id: row.id }, who);
  const allowed = [
    () => owner,
    () => coorganizer,
    () => admin,
    ...(type === 'Track' ? [() => trackOrganizer] : []),
  ];
  const refused = [() => moderator, () => stranger, ...(type === 'Track' ? [] : [() => trackOrganizer])];

  it('is created, changed and deleted by those of the table', async () => {
    for (const who of allowed) {
      const made = await create({}, who());
      expect(made.errors).toBeUndefined();
      const row = made.data?.[`create${type}`][field] as Made;
      expect(row).toMatchObject({ name: 'Main', position: 0, version: 1 });
      expect(
        (await update(row, { name: ' Other ', position: 2 }, who())).data?.[`update${type}`][field],
      ).toMatchObject({ name: 'Other', position: 2, version: 2 });
      expect(await remove(row, who())).toEqual({ data: { [`delete${type}`]: { deletedId: row.id } } });
      expect(codes(await remove(row, who()))).toEqual(['NOT_FOUND']);
    }
  });

  it('is not, by others: hidden ones are not told of', async () => {
    const shown = await make(server, type, { event_id: event.uuid });
    const hidden = await make(server, type, { event_id: draft.uuid });
    for (const who of refused) {
      expect([
        codes(await create({}, who())),
        codes(await update(shown, { name: 'x' }, who())),
        codes(await remove(shown, who())),
      ]).toEqual([['FORBIDDEN'], ['FORBIDDEN'], ['FORBIDDEN']]);
    }
    expect([
      codes(await create({ eventId: draft.id }, stranger)),
      codes(await update(hidden, { name: 'x' }, stranger)),
      codes(await remove(hidden, stranger)),
    ]).toEqual([['NOT_FOUND'], ['NOT_FOUND'], ['NOT_FOUND']]);
    expect([codes(await create({})), codes(await update(hidden, {})), codes(await remove(hidden))]).toEqual([
      ['UNAUTHENTICATED'],
      ['UNAUTHENTICATED'],
      ['UNAUTHENTICATED'],
    ]);
    expect(codes(await create({ eventId: draft.id }, coorganizer))).toEqual([]);
  });

  it('has a name, and versions', async () => {
    expect(codes(await create({ name: ' ' }, owner))).toEqual(['BAD_USER_INPUT input.name']);
    const row = await make(server, type, { event_id: event.uuid });
    expect(codes(await update(row, { name: null, position: null }, owner))).toEqual([
      'BAD_USER_INPUT input.name input.position',
    ]);
    const answers = await Promise.all(['One', 'Two'].map((name) => update(row, { name, version: 1 }, owner)));
    expect(answers.flatMap(codes)).toEqual(['CONFLICT']);
  });
});

describe('values', () => {
  const ask = (document: string, input: Record<string, unknown>) =>
    server.ask(document, { input: { eventId: event.id, name: 'x', ...input } }, owner);
  const track =
    'mutation ($input: CreateTrackInput!) { createTrack(input: $input) { track { color description } } }';
  const room =
    'mutation ($input: CreateRoomInput!) { createRoom(input: $input) { room { latitude longitude floor } } }';
  const type =
    'mutation ($input: CreateSessionTypeInput!) { createSessionType(input: $input) { sessionType { lengthMinutes } } }';

  it('of colours are kept as #rrggbb', async () => {
    for (const [given, kept] of [
      ['#FC0', '#ffcc00'],
      [' #A1b2C3 ', '#a1b2c3'],
    ]) {
      expect(
        (await ask(track, { color: given, description: '<i>x</i><img src=y>' })).data?.createTrack.track,
      ).toEqual({ color: kept, description: '<i>x</i>' });
    }
    for (const color of ['red', '#ff', '#12345g', 'ffcc00', ''])
      expect(codes(await ask(track, { color }))).toEqual(['BAD_USER_INPUT input.color']);
  });

  it('of numbers lie in their ranges', async () => {
    for (const lengthMinutes of [1, 1440]) expect(codes(await ask(type, { lengthMinutes }))).toEqual([]);
    for (const lengthMinutes of [0, -5, 1441])
      expect(codes(await ask(type, { lengthMinutes }))).toEqual(['BAD_USER_INPUT input.lengthMinutes']);
    expect(codes(await ask(room, { latitude: -90, longitude: 180, floor: -1 }))).toEqual([]);
    expect(codes(await ask(room, { latitude: 90.1, longitude: -180.1 }))).toEqual([
      'BAD_USER_INPUT input.latitude input.longitude',
    ]);
  });
});

describe('deleting a track', () => {
  it('leaves its sessions without one, and tells of them', async () => {
    const track = await make(server, 'Track', { event_id: event.uuid });
    const session = await make(server, 'Session', { event_id: event.uuid, track_id: track.uuid });
    await server.ask('mutation ($id: ID!) { deleteTrack(id: $id) { deletedId } }', { id: track.id }, owner);
    expect(await server.sql('SELECT track_id FROM sessions WHERE id = $1', [session.uuid])).toEqual([
      { track_id: null },
    ]);
    const [{ payload }] = await server.sql('SELECT payload FROM notices WHERE topic = $1', [
      `session:${event.uuid}`,
    ]);
    expect(payload).toMatchObject({ kind: 'UPDATED', id: session.uuid, before: { track_id: track.uuid } });
  });
});
