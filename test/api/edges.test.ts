/** Input at the edges: dates that are past or reversed, one address twice at once, rows that would move to another event. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isInputObjectType } from 'graphql';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { codes, giveRole, make, makeEvent } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let owner: Person, ada: Person;

beforeAll(async () => {
  server = await startServer();
  [owner, ada] = [await createPerson(server), await createPerson(server)];
});
afterAll(() => server.close());

describe('dates', () => {
  const create =
    'mutation ($input: CreateEventInput!) { createEvent(input: $input) { event { id startsAt } } }';
  const enter = 'mutation ($input: CreateSessionInput!) { createSession(input: $input) { session { id } } }';
  const event = {
    name: 'Edge',
    startsAt: '2027-03-01T09:00:00Z',
    endsAt: '2027-03-02T09:00:00Z',
    timezone: 'UTC',
  };

  it('that are reversed, equal, impossible or too far apart are refused', async () => {
    for (const endsAt of ['2027-02-28T09:00:00Z', event.startsAt, '2027-03-21T09:00:01Z']) {
      expect(codes(await server.ask(create, { input: { ...event, endsAt } }, owner))).toEqual([
        'BAD_USER_INPUT input.endsAt',
      ]);
    }
    for (const startsAt of ['2027-02-30T09:00:00Z', '2027-03-01T09:00:00', 'tomorrow']) {
      expect(codes(await server.ask(create, { input: { ...event, startsAt } }, owner))).toEqual([
        'BAD_USER_INPUT input.startsAt',
      ]);
    }
    expect(codes(await server.ask(create, { input: { ...event, timezone: 'Mars/Olympus' } }, owner))).toEqual(
      ['BAD_USER_INPUT input.timezone'],
    );
  });

  it('that are past make an event of the past, whose call is over', async () => {
    const past = { ...event, startsAt: '2020-03-01T09:00:00Z', endsAt: '2020-03-02T09:00:00Z' };
    const { id } = (await server.ask(create, { input: past }, owner)).data!.createEvent.event;
    await server.ask('mutation ($id: ID!) { publishEvent(id: $id) { event { id } } }', { id }, owner);
    const call = { startsAt: '2020-01-01T00:00:00Z', endsAt: '2020-02-01T00:00:00Z' };
    const set =
      'mutation ($id: ID!, $input: CallForSpeakersInput!) { setCallForSpeakers(eventId: $id, input: $input) { callForSpeakers { id } } }';
    expect(codes(await server.ask(set, { id, input: call }, owner))).toEqual([]);
    expect(codes(await server.ask(enter, { input: { eventId: id, title: 'Too late' } }, ada))).toEqual([
      'FORBIDDEN',
    ]);
    expect(
      codes(
        await server.ask(
          enter,
          { input: { eventId: id, title: 'For the record', startsAt: past.startsAt } },
          owner,
        ),
      ),
    ).toEqual([]);
  });
});

describe('one address', () => {
  it('given to two profiles of an event at once is one profile’s, by creation and by change', async () => {
    const event = await makeEvent(server);
    await giveRole(server, event, owner, 'OWNER');
    const create =
      'mutation ($input: CreateSpeakerInput!) { createSpeaker(input: $input) { speaker { id } } }';
    const input = { eventId: event.id, name: 'Twin', email: 'twin@example.org' };
    const made = await Promise.all(Array.from({ length: 4 }, () => server.ask(create, { input }, owner)));
    expect(made.flatMap(codes)).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT']);
    const two = [
      await make(server, 'Speaker', { event_id: event.uuid }),
      await make(server, 'Speaker', { event_id: event.uuid }),
    ];
    const change =
      'mutation ($id: ID!) { updateSpeaker(id: $id, input: { email: "Other@example.org" }) { speaker { email } } }';
    const changed = await Promise.all(two.map(({ id }) => server.ask(change, { id }, owner)));
    expect(changed.flatMap(codes)).toEqual(['CONFLICT']);
    const rows = await server.sql(
      `SELECT email FROM speakers WHERE event_id = $1 AND email IS NOT NULL ORDER BY email`,
      [event.uuid],
    );
    expect(rows.map(({ email }) => email)).toEqual(['other@example.org', 'twin@example.org']);
  });
});

describe('rows of an event', () => {
  it('stay there: no input of a change names another event', () => {
    const inputs = Object.values(server.app.schema().getTypeMap()).filter(
      (type) => isInputObjectType(type) && type.name.startsWith('Update'),
    );
    expect(inputs.length).toBeGreaterThan(5);
    expect(
      inputs
        .filter(
          (type) => isInputObjectType(type) && ('eventId' in type.getFields() || 'event' in type.getFields()),
        )
        .map(({ name }) => name),
    ).toEqual([]);
  });
});
