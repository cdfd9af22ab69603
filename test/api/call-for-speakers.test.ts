/** Calls for speakers over HTTP: setting them, and seeing private ones by their hash. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { codes, giveRole, makeEvent } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const set = `mutation ($id: ID!, $input: CallForSpeakersInput!) { setCallForSpeakers(eventId: $id, input: $input) {
  callForSpeakers { id hash startsAt endsAt softEndsAt announcement privacy isEnabled event { id } } } }`;
const byHash = `query ($hash: String!) { callForSpeakers(hash: $hash) { privacy event { id } } }`;
const times = { startsAt: '2027-01-01T00:00:00Z', endsAt: '2027-02-01T00:00:00Z' };

let server: TestServer;
let owner: Person, coorganizer: Person, moderator: Person, ada: Person, admin: Person;

beforeAll(async () => {
  server = await startServer();
  [owner, coorganizer, moderator, ada] = await Promise.all(
    Array.from({ length: 4 }, () => createPerson(server)),
  );
  admin = await createPerson(server, { isAdmin: true });
});
afterAll(() => server.close());

async function eventOf(options: Parameters<typeof makeEvent>[1] = {}): Promise<Made> {
  const event = await makeEvent(server, { call: 'none', ...options });
  await giveRole(server, event, owner, 'OWNER');
  await giveRole(server, event, coorganizer, 'COORGANIZER');
  await giveRole(server, event, moderator, 'MODERATOR');
  return event;
}
const call = (event: Made, input: Record<string, unknown>, who?: Person) =>
  server.ask(set, { id: event.id, input: { ...times, ...input } }, who);

describe('setCallForSpeakers', () => {
  it('makes the call once and changes it after that; its hash stays', async () => {
    const event = await eventOf();
    const first = await call(
      event,
      { announcement: '<p onclick="x">Come</p>', softEndsAt: '2027-02-02T00:00:00Z' },
      coorganizer,
    );
    expect(first.errors).toBeUndefined();
    const made = first.data?.setCallForSpeakers.callForSpeakers;
    expect(made).toMatchObject({
      announcement: '<p>Come</p>',
      privacy: 'PUBLIC',
      isEnabled: true,
      softEndsAt: '2027-02-02T00:00:00Z',
    });
    expect(made.hash).toMatch(/^[\w-]{32}$/);
    const second = await call(event, { softEndsAt: null, privacy: 'PRIVATE' }, admin);
    expect(second.data?.setCallForSpeakers.callForSpeakers).toMatchObject({
      id: made.id,
      hash: made.hash,
      announcement: '<p>Come</p>',
      softEndsAt: null,
      privacy: 'PRIVATE',
    });
  });

  it('made by two at once is one call', async () => {
    const event = await eventOf();
    const answers = await Promise.all([call(event, {}, owner), call(event, {}, coorganizer)]);
    const ids = answers.map(({ data }) => data?.setCallForSpeakers.callForSpeakers.id);
    expect(answers.flatMap(codes)).toEqual([]);
    expect(ids[0]).toBe(ids[1]);
  });

  it('is the team’s and staff’s; a refusal does not tell of a private call', async () => {
    const draft = await eventOf({ state: 'DRAFT' });
    expect(codes(await call(draft, {}, ada))).toEqual(['NOT_FOUND']);
    expect(codes(await call(draft, {}, moderator))).toEqual(['FORBIDDEN']);
    const refusals = await Promise.all(
      [await eventOf(), await eventOf({ call: 'open', callPrivacy: 'PRIVATE' })].map((event) =>
        call(event, {}, ada),
      ),
    );
    expect(refusals.map(codes)).toEqual([['FORBIDDEN'], ['FORBIDDEN']]);
    expect(refusals[0].errors?.[0].message).toBe(refusals[1].errors?.[0].message);
    expect(codes(await call(draft, {}))).toEqual(['UNAUTHENTICATED']);
  });

  it('asks for times in their order', async () => {
    const event = await eventOf();
    expect(codes(await call(event, { endsAt: times.startsAt }, owner))).toEqual([
      'BAD_USER_INPUT input.endsAt',
    ]);
    expect(codes(await call(event, { softEndsAt: times.endsAt }, owner))).toEqual([
      'BAD_USER_INPUT input.softEndsAt',
    ]);
    expect(codes(await call(event, { privacy: null, isEnabled: null }, owner))).toEqual([
      'BAD_USER_INPUT input.privacy input.isEnabled',
    ]);
    expect(await server.sql('SELECT 1 FROM calls_for_speakers WHERE event_id = $1', [event.uuid])).toEqual(
      [],
    );
  });
});

describe('a call and its event', () => {
  const update = (event: Made, input: Record<string, unknown>) =>
    server.ask(
      'mutation ($id: ID!, $input: UpdateEventInput!) { updateEvent(id: $id, input: $input) { event { endsAt } } }',
      { id: event.id, input },
      owner,
    );

  it('end in this order: the call takes nothing once the event has ended', async () => {
    const event = await eventOf();
    const [last, later] = ['2027-03-02T00:00:00Z', '2027-03-02T00:00:01Z'];
    expect(codes(await call(event, { endsAt: later }, owner))).toEqual(['BAD_USER_INPUT input.endsAt']);
    const late = await call(event, { softEndsAt: later }, owner);
    expect(codes(late)).toEqual(['BAD_USER_INPUT input.softEndsAt']);
    expect(late.errors?.[0].extensions.fields[0].message).toBe(
      'must not be after the event ends: 2027-03-02T00:00:00.000Z',
    );
    expect(codes(await call(event, { endsAt: last }, owner))).toEqual([]);
  });

  it('stay in this order when the event is moved', async () => {
    const event = await eventOf();
    await call(event, { softEndsAt: '2027-02-20T00:00:00Z' }, owner);
    const moved = { startsAt: '2027-02-18T00:00:00Z', endsAt: '2027-02-19T00:00:00Z' };
    expect(codes(await update(event, moved))).toEqual(['BAD_USER_INPUT input.endsAt']);
    await call(event, { softEndsAt: null }, owner);
    expect(codes(await update(event, moved))).toEqual([]);
  });

  it('that are in no order from before, as after an import, are left alone by other changes', async () => {
    const event = await eventOf();
    await server.sql(
      `INSERT INTO calls_for_speakers (id, event_id, starts_at, ends_at, hash) VALUES (gen_random_uuid(), $1, '2027-01-01', '2028-01-01', 'of a file')`,
      [event.uuid],
    );
    expect(codes(await update(event, { endsAt: '2027-03-03T00:00:00Z' }))).toEqual([]);
    expect(codes(await update(event, { endsAt: '2027-03-02T00:00:00Z' }))).toEqual([
      'BAD_USER_INPUT input.endsAt',
    ]);
  });
});

describe('callForSpeakers', () => {
  it('shows a private call to whoever knows its hash, where the event is published or the viewer on the team', async () => {
    const open = await eventOf({ call: 'open', callPrivacy: 'PRIVATE', hash: 'private-of-published' });
    await eventOf({ state: 'DRAFT', call: 'open', callPrivacy: 'PRIVATE', hash: 'private-of-draft' });
    const found = { data: { callForSpeakers: { privacy: 'PRIVATE', event: { id: open.id } } } };
    expect(await server.ask(byHash, { hash: 'private-of-published' })).toEqual(found);
    expect(await server.ask(byHash, { hash: 'private-of-published' }, ada)).toEqual(found);
    const none = { data: { callForSpeakers: null } };
    expect(await server.ask(byHash, { hash: 'never-issued' })).toEqual(none);
    expect(await server.ask(byHash, { hash: 'private-of-draft' })).toEqual(none);
    expect(await server.ask(byHash, { hash: 'private-of-draft' }, ada)).toEqual(none);
    expect(
      (await server.ask(byHash, { hash: 'private-of-draft' }, owner)).data?.callForSpeakers.privacy,
    ).toBe('PRIVATE');
    const { data } = await server.ask(
      'query ($id: ID!) { event(id: $id) { callForSpeakers { id } } }',
      { id: open.id },
      ada,
    );
    expect(data).toEqual({ event: { callForSpeakers: null } });
  });

  it('does not show the hash to others than team and staff', async () => {
    const event = await eventOf({ call: 'open' });
    const ask = (who?: Person) =>
      server.ask('query ($id: ID!) { event(id: $id) { callForSpeakers { hash } } }', { id: event.id }, who);
    for (const who of [undefined, ada, moderator]) {
      const answer = await ask(who);
      expect(answer.data).toEqual({ event: { callForSpeakers: { hash: null } } });
      expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([
        { code: 'FORBIDDEN', field: 'CallForSpeakers.hash' },
      ]);
    }
    for (const who of [coorganizer, admin])
      expect((await ask(who)).data).toEqual({ event: { callForSpeakers: { hash: event.uuid } } });
  });
});

describe('the hash and the end of a call', () => {
  const verb = (name: string, selection: string) =>
    `mutation ($id: ID!) { ${name}(eventId: $id) { ${selection} } }`;
  const reset = verb('resetCallForSpeakersHash', 'callForSpeakers { id hash }');
  const erase = verb('deleteCallForSpeakers', 'deletedId');
  const enter = 'mutation ($input: CreateSessionInput!) { createSession(input: $input) { session { id } } }';

  it('is made anew by the team: links with the old one are dead', async () => {
    const event = await eventOf({ call: 'open', callPrivacy: 'PRIVATE', hash: 'leaked' });
    expect(codes(await server.ask(reset, { id: event.id }))).toEqual(['UNAUTHENTICATED']);
    for (const who of [ada, moderator])
      expect(codes(await server.ask(reset, { id: event.id }, who))).toEqual(['FORBIDDEN']);
    const { hash } = (await server.ask(reset, { id: event.id }, coorganizer)).data!.resetCallForSpeakersHash
      .callForSpeakers;
    expect(hash).toMatch(/^[\w-]{32}$/);
    expect((await server.ask(byHash, { hash: 'leaked' })).data).toEqual({ callForSpeakers: null });
    expect((await server.ask(byHash, { hash })).data!.callForSpeakers.privacy).toBe('PRIVATE');
    const input = { eventId: event.id, title: 'By link' };
    expect(codes(await server.ask(enter, { input: { ...input, callHash: 'leaked' } }, ada))).toEqual([
      'FORBIDDEN',
    ]);
    expect(codes(await server.ask(enter, { input: { ...input, callHash: hash } }, ada))).toEqual([]);
  });

  it('is deleted by the team: nobody else adds or changes anything from then on', async () => {
    const event = await eventOf({ call: 'open' });
    const input = { eventId: event.id, title: 'In time' };
    const { id } = (await server.ask(enter, { input }, ada)).data!.createSession.session;
    expect(codes(await server.ask(erase, { id: event.id }, ada))).toEqual(['FORBIDDEN']);
    expect(codes(await server.ask(erase, { id: event.id }, owner))).toEqual([]);
    for (const document of [erase, reset])
      expect(codes(await server.ask(document, { id: event.id }, owner))).toEqual(['NOT_FOUND']);
    expect(codes(await server.ask(enter, { input }, ada))).toEqual(['FORBIDDEN']);
    const change =
      'mutation ($id: ID!) { updateSession(id: $id, input: { title: "Too late" }) { session { title } } }';
    expect(codes(await server.ask(change, { id }, ada))).toEqual(['FORBIDDEN']);
    expect(codes(await server.ask(change, { id }, coorganizer))).toEqual([]);
  });
});
