/** Sessions over HTTP: entering, changing, linking, locking, deleting, and who may. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { codes, giveRole, link, make, makeEvent, setCall } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const create = `mutation ($input: CreateSessionInput!) { createSession(input: $input) {
  session { id title state creator { id } submittedAt shortAbstract startsAt track { id } room { id } version speakers { nodes { id } } } } }`;
const update = `mutation ($id: ID!, $input: UpdateSessionInput!) { updateSession(id: $id, input: $input) {
  session { id title version startsAt endsAt order subtitle track { id } speakers { nodes { id } } } } }`;
const lock = `mutation ($id: ID!, $locked: Boolean!) { lockSession(id: $id, locked: $locked) { session { isLocked version } } }`;
const remove = `mutation ($id: ID!) { deleteSession(id: $id) { deletedId } }`;

let server: TestServer;
let event: Made;
let owner: Person, organizer: Person, coorganizer: Person, moderator: Person, trackOrganizer: Person;
let admin: Person, ada: Person, bob: Person, stranger: Person;

beforeAll(async () => {
  server = await startServer();
  [owner, organizer, coorganizer, moderator, trackOrganizer, ada, bob, stranger] = await Promise.all(
    Array.from({ length: 8 }, () => createPerson(server)),
  );
  admin = await createPerson(server, { isAdmin: true });
  event = await eventOf();
});
afterAll(() => server.close());

/** An event with the whole team. */
async function eventOf(options: Parameters<typeof makeEvent>[1] = {}): Promise<Made> {
  const made = await makeEvent(server, options);
  await giveRole(server, made, owner, 'OWNER');
  await giveRole(server, made, organizer, 'ORGANIZER');
  await giveRole(server, made, coorganizer, 'COORGANIZER');
  await giveRole(server, made, moderator, 'MODERATOR');
  await giveRole(server, made, trackOrganizer, 'TRACK_ORGANIZER');
  return made;
}
const enter = (input: Record<string, unknown>, who?: Person) =>
  server.ask(create, { input: { title: 'Loops', ...input } }, who);
const change = (session: Made, input: Record<string, unknown>, who?: Person) =>
  server.ask(update, { id: session.id, input }, who);
/** A session of Ada's, submitted as a registered user. */
const adas = (row: Record<string, unknown> = {}) =>
  make(server, 'Session', { event_id: event.uuid, creator_id: ada.userId, ...row });

describe('createSession', () => {
  it('lets a registered user answer an open call: pending, submitted now, the viewer its creator', async () => {
    const { data, errors } = await enter(
      { eventId: event.id, title: '  Loops ', shortAbstract: '<b>x</b><script>y</script>' },
      ada,
    );
    expect(errors).toBeUndefined();
    expect(data?.createSession.session).toMatchObject({
      title: 'Loops',
      state: 'PENDING',
      creator: { id: ada.id },
      shortAbstract: '<b>x</b>',
      submittedAt: expect.any(String),
    });
  });

  it('keeps a draft unsubmitted', async () => {
    const { data } = await enter({ eventId: event.id, state: 'DRAFT' }, ada);
    expect(data?.createSession.session).toMatchObject({ state: 'DRAFT', submittedAt: null });
  });

  it.each(['closed', 'future', 'disabled', 'none'] as const)(
    'is FORBIDDEN to registered users while the call is %s, not to the team',
    async (call) => {
      const made = await eventOf({ call });
      expect(codes(await enter({ eventId: made.id }, ada))).toEqual(['FORBIDDEN']);
      expect(codes(await enter({ eventId: made.id }, moderator))).toEqual(['FORBIDDEN']);
      expect(codes(await enter({ eventId: made.id }, coorganizer))).toEqual([]);
      expect(codes(await enter({ eventId: made.id }, admin))).toEqual([]);
    },
  );

  it('takes late answers until softEndsAt', async () => {
    expect(codes(await enter({ eventId: (await eventOf({ call: 'late' })).id }, ada))).toEqual([]);
  });

  it('asks nobody but the team in a draft event, and does not tell that it exists', async () => {
    const made = await eventOf({ state: 'DRAFT' });
    expect(codes(await enter({ eventId: made.id }, ada))).toEqual(['NOT_FOUND']);
    expect(codes(await enter({ eventId: made.id }, moderator))).toEqual(['FORBIDDEN']);
    expect(codes(await enter({ eventId: made.id }, owner))).toEqual([]);
  });

  it('needs the hash of a private call, and says the same without one as where the call is closed', async () => {
    const made = await eventOf({ callPrivacy: 'PRIVATE', hash: 'the-hash-of-it' });
    const closed = await enter({ eventId: (await eventOf({ call: 'closed' })).id }, ada);
    for (const callHash of [undefined, null, '', 'the-hash-of-i', 'the-hash-of-it '] as const) {
      const answer = await enter({ eventId: made.id, callHash }, ada);
      expect(answer.errors?.map(({ message }) => message)).toEqual(
        closed.errors?.map(({ message }) => message),
      );
      expect(codes(answer)).toEqual(['FORBIDDEN']);
    }
    expect(codes(await enter({ eventId: made.id, callHash: 'the-hash-of-it' }, ada))).toEqual([]);
    expect(codes(await enter({ eventId: made.id }, organizer))).toEqual([]);
  });

  it('is FORBIDDEN to registered users where the event takes no sessions; its team still enters them', async () => {
    const made = await eventOf({ isSessionsSpeakersEnabled: false });
    expect(codes(await enter({ eventId: made.id }, ada))).toEqual(['FORBIDDEN']);
    expect(codes(await enter({ eventId: made.id }, owner))).toEqual([]);
  });

  it('lets team and staff say any state, others PENDING and DRAFT only', async () => {
    for (const state of ['ACCEPTED', 'CONFIRMED', 'REJECTED', 'CANCELED', 'WITHDRAWN']) {
      expect(codes(await enter({ eventId: event.id, state }, ada))).toEqual(['FORBIDDEN']);
      expect((await enter({ eventId: event.id, state }, coorganizer)).data?.createSession.session.state).toBe(
        state,
      );
    }
  });

  it('is UNAUTHENTICATED to nobody, and reads ids strictly', async () => {
    expect(codes(await enter({ eventId: event.id }))).toEqual(['UNAUTHENTICATED']);
    expect(codes(await enter({ eventId: 'x' }, ada))).toEqual(['BAD_USER_INPUT input.eventId']);
    expect(codes(await enter({ eventId: ada.id }, ada))).toEqual(['NOT_FOUND']);
  });

  it('refuses fields of the team to others, a null too', async () => {
    const room = await make(server, 'Room', { event_id: event.uuid });
    const named = {
      startsAt: '2027-03-01T09:00:00Z',
      endsAt: '2027-03-01T10:00:00Z',
      order: 3,
      roomId: room.id,
    };
    for (const [key, value] of Object.entries(named)) {
      const answer = await enter({ eventId: event.id, [key]: value }, ada);
      expect(codes(answer)).toEqual(['FORBIDDEN']);
      expect(answer.errors?.[0].extensions.field).toBe(`Session.${key === 'roomId' ? 'room' : key}`);
      expect(codes(await enter({ eventId: event.id, [key]: null }, ada))).toEqual(['FORBIDDEN']);
    }
    expect((await enter({ eventId: event.id, ...named }, owner)).data?.createSession.session).toMatchObject({
      startsAt: '2027-03-01T09:00:00Z',
      room: { id: room.id },
    });
  });

  it('tells what is wrong with the input, and where', async () => {
    expect(codes(await enter({ eventId: event.id, title: '  ', level: 'x'.repeat(1001) }, ada))).toEqual([
      'BAD_USER_INPUT input.title input.level',
    ]);
    const times = { startsAt: '2027-03-01T10:00:00Z', endsAt: '2027-03-01T10:00:00Z' };
    expect(codes(await enter({ eventId: event.id, ...times }, owner))).toEqual([
      'BAD_USER_INPUT input.endsAt',
    ]);
  });

  it('gives one entered as team nothing once the role is gone', async () => {
    const past = await createPerson(server);
    await giveRole(server, event, past, 'ORGANIZER');
    const { id } = (await enter({ eventId: event.id }, past)).data!.createSession.session as { id: string };
    await server.sql('DELETE FROM event_members WHERE user_id = $1', [past.userId]);
    expect(await server.ask('query ($id: ID!) { session(id: $id) { title } }', { id }, past)).toEqual({
      data: { session: null },
    });
  });
});

describe('links', () => {
  it('go to tracks and types of the same event only', async () => {
    const other = await eventOf();
    const foreign = await makeEvent(server);
    for (const [key, type] of [
      ['trackId', 'Track'],
      ['sessionTypeId', 'SessionType'],
      ['roomId', 'Room'],
    ]) {
      const [own, others, strange] = await Promise.all(
        [event, other, foreign].map(({ uuid }) => make(server, type, { event_id: uuid })),
      );
      expect(codes(await enter({ eventId: event.id, [key]: own.id }, owner))).toEqual([]);
      expect(codes(await enter({ eventId: event.id, [key]: others.id }, owner))).toEqual([
        `BAD_USER_INPUT input.${key}`,
      ]);
      expect(codes(await enter({ eventId: event.id, [key]: strange.id }, owner))).toEqual(['NOT_FOUND']);
      expect(codes(await enter({ eventId: event.id, [key]: event.id }, owner))).toEqual(['NOT_FOUND']);
      if (key !== 'roomId')
        expect(codes(await enter({ eventId: event.id, [key]: others.id }, ada))).toEqual(['NOT_FOUND']);
    }
  });

  it('add speakers that the viewer may update, and no others', async () => {
    const own = await make(server, 'Speaker', { event_id: event.uuid, user_id: ada.userId });
    const unclaimed = await make(server, 'Speaker', { event_id: event.uuid, creator_id: ada.userId });
    const bobs = await make(server, 'Speaker', { event_id: event.uuid, user_id: bob.userId });
    const elsewhere = await make(server, 'Speaker', {
      event_id: (await makeEvent(server)).uuid,
      user_id: ada.userId,
    });
    const { data } = await enter({ eventId: event.id, speakerIds: [own.id, unclaimed.id, own.id] }, ada);
    expect(data?.createSession.session.speakers.nodes).toHaveLength(2);
    expect(codes(await enter({ eventId: event.id, speakerIds: [bobs.id] }, ada))).toEqual(['NOT_FOUND']);
    expect(codes(await enter({ eventId: event.id, speakerIds: [own.id, elsewhere.id] }, ada))).toEqual([
      'BAD_USER_INPUT input.speakerIds.1',
    ]);
    expect(codes(await enter({ eventId: event.id, speakerIds: [bobs.id] }, owner))).toEqual([]);
    const [{ count }] =
      await server.sql(`SELECT count(*)::int FROM session_speakers l JOIN sessions s ON s.id = l.session_id
      JOIN speakers p ON p.id = l.speaker_id WHERE s.event_id <> p.event_id`);
    expect(count).toBe(0);
    await server.sql('UPDATE speakers SET deleted_at = now() WHERE event_id = $1', [event.uuid]);
  });

  it('that stand may be repeated and left out; a co-speaker takes only the own profile away', async () => {
    const [adasOwn, bobs] = await Promise.all(
      [ada, bob].map(({ userId }) => make(server, 'Speaker', { event_id: event.uuid, user_id: userId })),
    );
    const session = await adas();
    await link(server, session, adasOwn);
    await link(server, session, bobs);
    expect(codes(await change(session, { speakerIds: [adasOwn.id, bobs.id] }, ada))).toEqual([]);
    expect(codes(await change(session, { speakerIds: [bobs.id] }, bob))).toEqual(['FORBIDDEN']);
    expect(codes(await change(session, { speakerIds: null }, bob))).toEqual(['FORBIDDEN']);
    // Bob goes, and sees the session no more: it is pending.
    expect(await change(session, { speakerIds: [adasOwn.id] }, bob)).toEqual({
      data: { updateSession: { session: null } },
    });
    expect(codes(await change(session, { speakerIds: [adasOwn.id, bobs.id] }, ada))).toEqual(['NOT_FOUND']);
    expect(codes(await change(session, { speakerIds: [] }, ada))).toEqual([]);
    await server.sql('UPDATE speakers SET deleted_at = now() WHERE event_id = $1', [event.uuid]);
  });

  it('are not made by registered users in an event that is not published; the team makes them', async () => {
    const draft = await eventOf({ state: 'DRAFT' });
    const session = await make(server, 'Session', { event_id: draft.uuid, creator_id: ada.userId });
    const own = await make(server, 'Speaker', { event_id: draft.uuid, user_id: ada.userId });
    const track = await make(server, 'Track', { event_id: draft.uuid });
    expect(codes(await change(session, { speakerIds: [own.id] }, ada))).toEqual(['NOT_FOUND']);
    expect(codes(await change(session, { trackId: track.id }, ada))).toEqual(['NOT_FOUND']);
    expect(codes(await change(session, { speakerIds: [own.id], trackId: track.id }, coorganizer))).toEqual(
      [],
    );
    expect(codes(await change(session, { speakerIds: [own.id], trackId: track.id }, ada))).toEqual([]);
  });

  it('between events are refused by the database itself', async () => {
    const other = await makeEvent(server);
    const [speaker, track] = await Promise.all(
      ['Speaker', 'Track'].map((type) => make(server, type, { event_id: other.uuid })),
    );
    const session = await adas();
    await expect(link(server, session, speaker)).rejects.toThrow('of one event');
    await expect(
      server.sql('UPDATE sessions SET track_id = $1 WHERE id = $2', [track.uuid, session.uuid]),
    ).rejects.toThrow('of one event');
  });
});

describe('updateSession', () => {
  it('changes what is named and counts the version', async () => {
    const session = await adas({ subtitle: 'before' });
    expect((await change(session, { title: ' After ' }, ada)).data?.updateSession.session).toMatchObject({
      title: 'After',
      subtitle: 'before',
      version: 2,
    });
    expect((await change(session, { subtitle: null }, ada)).data?.updateSession.session).toMatchObject({
      subtitle: null,
      version: 3,
    });
    expect(codes(await change(session, { title: null }, ada))).toEqual(['BAD_USER_INPUT input.title']);
    expect(codes(await change(session, { title: 'Old', version: 2 }, ada))).toEqual(['CONFLICT']);
    expect(codes(await change(session, { title: 'New', version: 3 }, ada))).toEqual([]);
  });

  it('lets one of two who name the same version win', async () => {
    const session = await adas();
    const answers = await Promise.all(
      ['One', 'Two'].map((title) => change(session, { title, version: 1 }, ada)),
    );
    expect(answers.flatMap(codes)).toEqual(['CONFLICT']);
  });

  it('is for creator and speakers while the call is open and the session not locked, for the team always', async () => {
    const made = await eventOf();
    const session = await make(server, 'Session', { event_id: made.uuid, creator_id: ada.userId });
    const bobs = await make(server, 'Speaker', { event_id: made.uuid, user_id: bob.userId });
    await link(server, session, bobs);
    const outcomes = async () => {
      const found: string[][] = [];
      for (const who of [ada, bob, coorganizer, organizer, admin, moderator, stranger, undefined])
        found.push(codes(await change(session, { subtitle: 's' }, who)));
      return found.map(([code]) => code ?? 'ok');
    };
    const never = ['FORBIDDEN', 'NOT_FOUND', 'UNAUTHENTICATED'];
    expect(await outcomes()).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', ...never]);
    await server.sql('UPDATE sessions SET is_locked = true WHERE id = $1', [session.uuid]);
    expect(await outcomes()).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'ok', 'ok', ...never]);
    await server.sql('UPDATE sessions SET is_locked = false WHERE id = $1', [session.uuid]);
    await setCall(server, made.uuid, 'closed');
    expect(await outcomes()).toEqual(['FORBIDDEN', 'FORBIDDEN', 'ok', 'ok', 'ok', ...never]);
  });

  it('leaves times, room and order to team and staff', async () => {
    const session = await adas();
    for (const input of [
      { startsAt: null },
      { endsAt: '2027-03-01T10:00:00Z' },
      { order: 1 },
      { roomId: null },
    ]) {
      expect(codes(await change(session, input, ada))).toEqual(['FORBIDDEN']);
      expect(codes(await change(session, input, coorganizer))).toEqual([]);
    }
    expect(codes(await change(session, { startsAt: '2027-03-01T10:00:00Z' }, owner))).toEqual([
      'BAD_USER_INPUT input.endsAt',
    ]);
  });

  it('has no state', async () => {
    expect(codes(await change(await adas(), { state: 'ACCEPTED' }, owner))[0]).toMatch('BAD_USER_INPUT');
  });
});

describe('lockSession', () => {
  it('is for owner, organizers and staff', async () => {
    const session = await adas();
    for (const who of [ada, coorganizer, moderator])
      expect(codes(await server.ask(lock, { id: session.id, locked: true }, who))).toEqual(['FORBIDDEN']);
    expect(codes(await server.ask(lock, { id: session.id, locked: true }, stranger))).toEqual(['NOT_FOUND']);
    expect(codes(await server.ask(lock, { id: session.id, locked: true }))).toEqual(['UNAUTHENTICATED']);
    const locked = { data: { lockSession: { session: { isLocked: true, version: 2 } } } };
    expect(await server.ask(lock, { id: session.id, locked: true }, organizer)).toEqual(locked);
    const [{ before }] = await server.sql('SELECT count(*)::int AS before FROM notices');
    expect(await server.ask(lock, { id: session.id, locked: true }, owner)).toEqual(locked);
    expect(await server.sql('SELECT count(*)::int AS before FROM notices')).toEqual([{ before }]);
    expect(codes(await server.ask(lock, { id: session.id, locked: false }, admin))).toEqual([]);
  });
});

describe('deleteSession', () => {
  it('is for the creator early, and for the team', async () => {
    for (const [state, expected] of [
      ['DRAFT', []],
      ['PENDING', []],
      ['REJECTED', []],
      ['WITHDRAWN', []],
      ['ACCEPTED', ['FORBIDDEN']],
      ['CONFIRMED', ['FORBIDDEN']],
      ['CANCELED', ['FORBIDDEN']],
    ] as const) {
      const session = await adas({ state });
      expect([state, codes(await server.ask(remove, { id: session.id }, ada))]).toEqual([state, expected]);
      if (expected.length > 0)
        expect(await server.ask(remove, { id: session.id }, owner)).toEqual({
          data: { deleteSession: { deletedId: session.id } },
        });
      expect(codes(await server.ask(remove, { id: session.id }, owner))).toEqual(['NOT_FOUND']);
    }
  });

  it('is not for a speaker, a coorganizer on a locked one, or a stranger', async () => {
    const session = await adas({ is_locked: true });
    const bobs = await make(server, 'Speaker', { event_id: event.uuid, user_id: bob.userId });
    await link(server, session, bobs);
    const outcome = async (who?: Person) => codes(await server.ask(remove, { id: session.id }, who));
    for (const who of [ada, bob, coorganizer, moderator]) expect(await outcome(who)).toEqual(['FORBIDDEN']);
    expect(await outcome(stranger)).toEqual(['NOT_FOUND']);
    expect(await outcome()).toEqual(['UNAUTHENTICATED']);
    expect(await outcome(organizer)).toEqual([]);
  });
});

describe('notices', () => {
  it('are written with each change, with the row as it was', async () => {
    const session = (await enter({ eventId: event.id }, ada)).data?.createSession.session as Made;
    await change(session, { title: 'Changed' }, ada);
    await server.ask(remove, { id: session.id }, ada);
    const notices = await server.sql(
      `SELECT payload FROM notices WHERE topic = $1 ORDER BY id DESC LIMIT 3`,
      [`session:${event.uuid}`],
    );
    expect(notices.map(({ payload }) => [payload.kind, payload.before?.title]).reverse()).toEqual([
      ['CREATED', undefined],
      ['UPDATED', 'Loops'],
      ['REMOVED', 'Changed'],
    ]);
  });
});
