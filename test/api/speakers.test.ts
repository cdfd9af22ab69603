/** Speakers over HTTP: whose profile it is, whose address stands on it, and who changes what. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { codes, giveRole, link, make, makeEvent, setCall } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const create = `mutation ($input: CreateSpeakerInput!) { createSpeaker(input: $input) {
  speaker { id name email user { id } organisation version sessions { nodes { id } } } } }`;
const update = `mutation ($id: ID!, $input: UpdateSpeakerInput!) { updateSpeaker(id: $id, input: $input) {
  speaker { id name email isFeatured order version sessions { nodes { id } } } } }`;
const remove = `mutation ($id: ID!) { deleteSpeaker(id: $id) { deletedId } }`;
const read = `query ($id: ID!) { speaker(id: $id) { name email user { id } } }`;

let server: TestServer;
let event: Made;
let owner: Person,
  coorganizer: Person,
  moderator: Person,
  admin: Person,
  ada: Person,
  bob: Person,
  unverified: Person;

beforeAll(async () => {
  server = await startServer();
  [owner, coorganizer, moderator, ada, bob] = await Promise.all(
    Array.from({ length: 5 }, () => createPerson(server)),
  );
  admin = await createPerson(server, { isAdmin: true });
  unverified = await createPerson(server, { isVerified: false });
});
beforeEach(async () => {
  event = await eventOf();
});
afterAll(() => server.close());

async function eventOf(options: Parameters<typeof makeEvent>[1] = {}): Promise<Made> {
  const made = await makeEvent(server, options);
  await giveRole(server, made, owner, 'OWNER');
  await giveRole(server, made, coorganizer, 'COORGANIZER');
  await giveRole(server, made, moderator, 'MODERATOR');
  return made;
}
const enter = (input: Record<string, unknown>, who?: Person) =>
  server.ask(create, { input: { eventId: event.id, name: 'Ada', ...input } }, who);
const change = (speaker: Made, input: Record<string, unknown>, who?: Person) =>
  server.ask(update, { id: speaker.id, input }, who);
const speakerOf = (row: Record<string, unknown>) => make(server, 'Speaker', { event_id: event.uuid, ...row });

describe('createSpeaker', () => {
  it('makes the own profile, with the own address', async () => {
    const { data, errors } = await enter({ name: ' Ada ' }, ada);
    expect(errors).toBeUndefined();
    expect(data?.createSpeaker.speaker).toMatchObject({
      name: 'Ada',
      email: ada.email,
      user: { id: ada.id },
    });
    expect(codes(await enter({}, ada))).toEqual(['CONFLICT']);
    expect(codes(await enter({ email: ada.email.toUpperCase() }, bob))).toEqual(['FORBIDDEN']);
    expect(codes(await enter({ email: bob.email.toUpperCase() }, bob))).toEqual([]);
  });

  it('makes one profile of two at once', async () => {
    const answers = await Promise.all([enter({}, ada), enter({}, ada)]);
    expect(answers.flatMap(codes)).toEqual(['CONFLICT']);
  });

  it('makes a profile of somebody else without user and address', async () => {
    expect(codes(await enter({ forOther: true, email: 'x@example.org' }, ada))).toEqual(['FORBIDDEN']);
    expect((await enter({ forOther: true }, ada)).data?.createSpeaker.speaker).toMatchObject({
      email: null,
      user: null,
    });
  });

  it('is by the team a profile of somebody else, with any address', async () => {
    expect(
      (await enter({ email: 'Guest@example.org' }, coorganizer)).data?.createSpeaker.speaker,
    ).toMatchObject({ email: 'guest@example.org', user: null });
    expect((await enter({ forOther: false }, coorganizer)).data?.createSpeaker.speaker).toMatchObject({
      email: coorganizer.email,
      user: { id: coorganizer.id },
    });
  });

  it('needs a published event and an open call, of all but the team and staff', async () => {
    for (const options of [
      { call: 'closed' },
      { call: 'none' },
      { callPrivacy: 'PRIVATE' },
      { isSessionsSpeakersEnabled: false },
    ] as const) {
      event = await eventOf(options);
      expect(codes(await enter({}, ada))).toEqual(['FORBIDDEN']);
      expect(codes(await enter({ callHash: event.uuid, forOther: true }, ada))).toEqual(
        'callPrivacy' in options ? [] : ['FORBIDDEN'],
      );
      expect(codes(await enter({}, moderator))).toEqual(['FORBIDDEN']);
      expect(codes(await enter({}, owner))).toEqual([]);
      expect(codes(await enter({}, admin))).toEqual([]);
    }
    event = await eventOf({ state: 'DRAFT' });
    expect(codes(await enter({}, ada))).toEqual(['NOT_FOUND']);
    expect(codes(await enter({}))).toEqual(['UNAUTHENTICATED']);
  });

  it('refuses fields of the team to others', async () => {
    for (const input of [{ isFeatured: true }, { order: 1 }, { order: null }])
      expect(codes(await enter(input, ada))).toEqual(['FORBIDDEN']);
    expect(codes(await enter({ isFeatured: true, order: 1 }, owner))).toEqual([]);
  });

  it('tells what is wrong with the input', async () => {
    expect(codes(await enter({ name: ' ', city: 'x'.repeat(1001) }, ada))).toEqual([
      'BAD_USER_INPUT input.name input.city',
    ]);
    expect(codes(await enter({ email: 'no address' }, owner))).toEqual(['BAD_USER_INPUT input.email']);
  });

  it('links sessions that the viewer may update, and no others', async () => {
    const own = await make(server, 'Session', { event_id: event.uuid, creator_id: ada.userId });
    const locked = await make(server, 'Session', {
      event_id: event.uuid,
      creator_id: ada.userId,
      is_locked: true,
    });
    const bobs = await make(server, 'Session', {
      event_id: event.uuid,
      creator_id: bob.userId,
      state: 'ACCEPTED',
    });
    const elsewhere = await make(server, 'Session', {
      event_id: (await makeEvent(server)).uuid,
      creator_id: ada.userId,
    });
    expect(codes(await enter({ sessionIds: [bobs.id] }, ada))).toEqual(['NOT_FOUND']);
    expect(codes(await enter({ sessionIds: [locked.id] }, ada))).toEqual(['NOT_FOUND']);
    expect(codes(await enter({ sessionIds: [own.id, elsewhere.id] }, ada))).toEqual([
      'BAD_USER_INPUT input.sessionIds.1',
    ]);
    expect((await enter({ sessionIds: [own.id] }, ada)).data?.createSpeaker.speaker.sessions).toEqual({
      nodes: [{ id: own.id }],
    });
    const [notice] = await server.sql('SELECT payload FROM notices WHERE topic = $1', [
      `session:${event.uuid}`,
    ]);
    expect(notice.payload).toMatchObject({ kind: 'UPDATED', resource: 'Session', id: own.uuid });
  });
});

describe('taking over', () => {
  it('is for a verified viewer whose address stands on a profile without a user: it is updated and keeps its sessions', async () => {
    const kept = await make(server, 'Session', { event_id: event.uuid, state: 'ACCEPTED' });
    const added = await make(server, 'Session', { event_id: event.uuid, creator_id: ada.userId });
    const guest = await speakerOf({
      email: ada.email.toUpperCase(),
      name: 'Guest',
      organisation: 'Kept',
      entered_by_team: true,
    });
    await link(server, kept, guest);
    const { speaker } = (await enter({ sessionIds: [added.id] }, ada)).data!.createSpeaker;
    expect(speaker).toMatchObject({
      id: guest.id,
      name: 'Ada',
      organisation: 'Kept',
      user: { id: ada.id },
      version: 2,
    });
    expect(speaker.sessions.nodes).toHaveLength(2);
  });

  it('is not for an unverified viewer, who gets a profile apart', async () => {
    const guest = await speakerOf({ email: unverified.email });
    const { speaker } = (await enter({}, unverified)).data!.createSpeaker;
    expect(speaker.id).not.toBe(guest.id);
    expect(await server.sql('SELECT user_id FROM speakers WHERE id = $1', [guest.uuid])).toEqual([
      { user_id: null },
    ]);
  });

  it('is not of a profile that is deleted, has a user, is of another event, or is meant for somebody else', async () => {
    await speakerOf({ email: ada.email, deleted_at: '2026-01-01' });
    await speakerOf({ email: ada.email, user_id: unverified.userId });
    await make(server, 'Speaker', { event_id: (await makeEvent(server)).uuid, email: ada.email });
    const before = await server.sql('SELECT id, user_id FROM speakers ORDER BY id');
    await enter({ forOther: true }, ada);
    await enter({}, ada);
    const after = await server.sql('SELECT id, user_id FROM speakers ORDER BY id');
    expect(after).toHaveLength(before.length + 2);
    expect(after).toEqual(expect.arrayContaining(before));
  });
});

describe('addresses', () => {
  it('are unique among profiles without a user, and never that of a verified person’s profile', async () => {
    await speakerOf({ email: 'guest@example.org' });
    await speakerOf({ email: ada.email, user_id: ada.userId });
    await speakerOf({ email: unverified.email, user_id: unverified.userId });
    expect(codes(await enter({ email: 'GUEST@example.org' }, owner))).toEqual(['CONFLICT']);
    expect(codes(await enter({ email: ada.email }, owner))).toEqual(['CONFLICT']);
    expect(codes(await enter({ email: unverified.email }, owner))).toEqual([]);
    const other = await speakerOf({ email: 'other@example.org' });
    expect(codes(await change(other, { email: 'guest@example.org' }, owner))).toEqual(['CONFLICT']);
    expect(codes(await change(other, { email: ada.email }, owner))).toEqual(['CONFLICT']);
    expect(codes(await change(other, { email: 'Other@example.org' }, owner))).toEqual([]);
    const answers = await Promise.all(
      ['A', 'B'].map((name) => enter({ name, email: 'twice@example.org' }, owner)),
    );
    expect(answers.flatMap(codes)).toEqual(['CONFLICT']);
  });

  it('are changed by team and staff to any, by the person to the own, by the creator of somebody else’s profile not at all', async () => {
    const adas = await speakerOf({ user_id: ada.userId, email: 'old@example.org' });
    expect(codes(await change(adas, { email: 'else@example.org' }, ada))).toEqual(['FORBIDDEN']);
    expect(codes(await change(adas, { email: null }, ada))).toEqual(['FORBIDDEN']);
    expect((await change(adas, { email: ada.email }, ada)).data?.updateSpeaker.speaker.email).toBe(ada.email);
    expect(codes(await change(adas, { email: 'else@example.org' }, owner))).toEqual([]);
    const unclaimed = await speakerOf({ creator_id: ada.userId });
    expect(codes(await change(unclaimed, { email: 'guest@example.org' }, ada))).toEqual(['FORBIDDEN']);
    expect(codes(await change(unclaimed, { email: ada.email }, ada))).toEqual(['FORBIDDEN']);
    expect(codes(await change(unclaimed, { email: null, name: 'Same' }, ada))).toEqual([]);
    expect(codes(await change(unclaimed, { email: 'guest@example.org' }, admin))).toEqual([]);
  });

  it('are read by self, the creator while there is no user, team and staff', async () => {
    const secret = 'secret@example.org';
    const session = await make(server, 'Session', { event_id: event.uuid, state: 'ACCEPTED' });
    const own = await speakerOf({ user_id: ada.userId, creator_id: bob.userId, email: secret });
    const unclaimed = await speakerOf({ creator_id: bob.userId, email: 'other@example.org' });
    for (const speaker of [own, unclaimed]) await link(server, session, speaker);
    const seen = async (speaker: Made, who?: Person) =>
      (await server.ask(read, { id: speaker.id }, who)).data?.speaker.email;
    expect(await Promise.all([ada, owner, admin].map((who) => seen(own, who)))).toEqual([
      secret,
      secret,
      secret,
    ]);
    expect(await Promise.all([bob, moderator, undefined].map((who) => seen(own, who)))).toEqual([
      null,
      null,
      null,
    ]);
    expect(await seen(unclaimed, bob)).toBe('other@example.org');
    expect(await seen(unclaimed, ada)).toBeNull();
  });
});

describe('updateSpeaker', () => {
  it('is for the person, the creator while there is no user, team and staff; a closed call does not stop it', async () => {
    await setCall(server, event.uuid, 'closed');
    const session = await make(server, 'Session', { event_id: event.uuid, state: 'CONFIRMED' });
    const own = await speakerOf({ user_id: ada.userId, creator_id: bob.userId });
    const unclaimed = await speakerOf({ creator_id: bob.userId });
    const entered = await speakerOf({ creator_id: bob.userId, entered_by_team: true });
    const hidden = await speakerOf({ user_id: unverified.userId });
    for (const speaker of [own, unclaimed, entered]) await link(server, session, speaker);
    const outcome = async (speaker: Made, who?: Person) =>
      codes(await change(speaker, { name: 'New' }, who))[0] ?? 'ok';
    expect(
      await Promise.all([ada, bob, coorganizer, admin, moderator, undefined].map((who) => outcome(own, who))),
    ).toEqual(['ok', 'FORBIDDEN', 'ok', 'ok', 'FORBIDDEN', 'UNAUTHENTICATED']);
    expect(await outcome(unclaimed, bob)).toBe('ok');
    expect(await outcome(entered, bob)).toBe('FORBIDDEN');
    expect(await outcome(hidden, bob)).toBe('NOT_FOUND');
  });

  it('leaves isFeatured and order to team and staff, and minds versions', async () => {
    const own = await speakerOf({ user_id: ada.userId });
    expect(codes(await change(own, { isFeatured: true }, ada))).toEqual(['FORBIDDEN']);
    expect(codes(await change(own, { order: 2 }, ada))).toEqual(['FORBIDDEN']);
    expect(
      (await change(own, { isFeatured: true, order: 2 }, owner)).data?.updateSpeaker.speaker,
    ).toMatchObject({ isFeatured: true, order: 2, version: 2 });
    expect(codes(await change(own, { name: null }, ada))).toEqual(['BAD_USER_INPUT input.name']);
    const answers = await Promise.all(['One', 'Two'].map((name) => change(own, { name, version: 2 }, ada)));
    expect(answers.flatMap(codes)).toEqual(['CONFLICT']);
  });

  it('takes a profile off sessions that the viewer may update, and leaves unseen ones', async () => {
    const [open, locked, hidden] = await Promise.all(
      [{}, { is_locked: true }, { state: 'DRAFT' }].map((row) =>
        make(server, 'Session', { event_id: event.uuid, state: 'ACCEPTED', ...row }),
      ),
    );
    const own = await speakerOf({ user_id: ada.userId });
    await link(server, open, own);
    await link(server, locked, own);
    expect(codes(await change(own, { sessionIds: [open.id] }, ada))).toEqual(['FORBIDDEN']);
    expect(
      (await change(own, { sessionIds: [locked.id] }, ada)).data?.updateSpeaker.speaker.sessions,
    ).toEqual({ nodes: [{ id: locked.id }] });
    const unclaimed = await speakerOf({ creator_id: bob.userId });
    await link(server, hidden, unclaimed);
    expect(codes(await change(unclaimed, { sessionIds: [] }, bob))).toEqual([]);
    expect(
      await server.sql('SELECT session_id FROM session_speakers WHERE speaker_id = $1', [unclaimed.uuid]),
    ).toEqual([{ session_id: hidden.uuid }]);
  });
});

describe('deleteSpeaker', () => {
  it('is for whoever may update it, while it has no accepted or confirmed session; for the team always', async () => {
    const session = await make(server, 'Session', { event_id: event.uuid, state: 'ACCEPTED' });
    const [own, engaged] = await Promise.all([ada, bob].map(({ userId }) => speakerOf({ user_id: userId })));
    await link(server, session, engaged);
    const outcome = async (speaker: Made, who?: Person) =>
      codes(await server.ask(remove, { id: speaker.id }, who));
    expect(await outcome(own, bob)).toEqual(['NOT_FOUND']);
    expect(await outcome(own)).toEqual(['UNAUTHENTICATED']);
    expect(await server.ask(remove, { id: own.id }, ada)).toEqual({
      data: { deleteSpeaker: { deletedId: own.id } },
    });
    expect(await outcome(own, ada)).toEqual(['NOT_FOUND']);
    expect(await outcome(engaged, bob)).toEqual(['FORBIDDEN']);
    expect(await outcome(engaged, ada)).toEqual(['FORBIDDEN']);
    expect(await outcome(engaged, coorganizer)).toEqual([]);
    expect(codes(await enter({}, ada))).toEqual([]);
  });
});
