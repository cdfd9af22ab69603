/** The life of sessions over HTTP: who is told of steps, many steps at once, the schedule, the order, the end. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tellMovesJob } from '../../src/sessions/session.moves.ts';
import { closeSessionsJob } from '../../src/sessions/session.jobs.ts';
import { writerOf } from '../../src/worker.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Person } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { codes, giveRole, link, make, makeEvent } from '../kit/event-rows.ts';
import { sentMails } from '../kit/mails.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const move = `mutation ($id: ID!, $to: SessionState!, $notify: Boolean) { transitionSession(id: $id, to: $to, notify: $notify) { session { state } } }`;
const create =
  'mutation ($input: CreateSessionInput!) { createSession(input: $input) { session { id state } overlaps { totalCount nodes { title } } } }';
const change =
  'mutation ($id: ID!, $input: UpdateSessionInput!) { updateSession(id: $id, input: $input) { session { startsAt } overlaps { nodes { title } } } }';

let server: TestServer;
let owner: Person, coorganizer: Person, moderator: Person, ada: Person, bob: Person;

beforeAll(async () => {
  server = await startServer();
  [owner, coorganizer, moderator, ada, bob] = await Promise.all(
    Array.from({ length: 5 }, () => createPerson(server)),
  );
});
afterAll(() => server.close());

async function eventOf(options: Parameters<typeof makeEvent>[1] = {}): Promise<Made> {
  const event = await makeEvent(server, options);
  await giveRole(server, event, owner, 'OWNER');
  await giveRole(server, event, coorganizer, 'COORGANIZER');
  await giveRole(server, event, moderator, 'MODERATOR');
  return event;
}
const told = async () => {
  const rows = await server.sql('DELETE FROM notifications RETURNING kind, user_id');
  return rows
    .map(({ kind, user_id: user }) => [
      kind,
      [owner, coorganizer, moderator, ada, bob].find(({ userId }) => userId === user)?.email,
    ])
    .sort();
};
const mails = async () => (await sentMails(server)).map(({ to, subject }) => [to, subject]).sort();

describe('a step', () => {
  it('is told to those who speak in the session and who submitted it, by notification and mail, where that is wished', async () => {
    const event = await eventOf();
    const session = await make(server, 'Session', { event_id: event.uuid, creator_id: bob.userId });
    await link(
      server,
      session,
      await make(server, 'Speaker', { event_id: event.uuid, user_id: ada.userId, email: ada.email }),
    );
    await link(
      server,
      session,
      await make(server, 'Speaker', { event_id: event.uuid, email: 'guest@example.org' }),
    );
    await link(server, session, await make(server, 'Speaker', { event_id: event.uuid, email: null }));
    expect(codes(await server.ask(move, { id: session.id, to: 'ACCEPTED' }, owner))).toEqual([]);
    expect(await mails()).toEqual(
      [
        [ada.email, 'A talk: accepted'],
        [bob.email, 'A talk: accepted'],
        ['guest@example.org', 'A session: accepted'],
      ].sort(),
    );
    expect(await told()).toEqual(
      [
        ['session.stateChanged', ada.email],
        ['session.stateChanged', bob.email],
      ].sort(),
    );
    expect(codes(await server.ask(move, { id: session.id, to: 'REJECTED', notify: false }, owner))).toEqual(
      [],
    );
    expect([await mails(), await told()]).toEqual([[], []]);
    expect(codes(await server.ask(move, { id: session.id, to: 'REJECTED' }, owner))).toEqual([]);
    expect([await mails(), await told()]).toEqual([[], []]);
  });

  it('of a speaker is told to the team, and never to who took it', async () => {
    const event = await eventOf();
    const session = await make(server, 'Session', { event_id: event.uuid, state: 'ACCEPTED' });
    await link(
      server,
      session,
      await make(server, 'Speaker', { event_id: event.uuid, user_id: ada.userId, email: ada.email }),
    );
    expect(codes(await server.ask(move, { id: session.id, to: 'CONFIRMED' }, ada))).toEqual([]);
    expect(await told()).toEqual(
      [
        ['session.moved', coorganizer.email],
        ['session.moved', owner.email],
      ].sort(),
    );
    expect(await mails()).toEqual([]);
  });

  it('that submits a session is told to the owner', async () => {
    const event = await eventOf();
    const input = { eventId: event.id, title: 'Fresh' };
    const draft = await server.ask(create, { input: { ...input, state: 'DRAFT' } }, ada);
    await server.ask(create, { input }, owner);
    expect([await mails(), await told()]).toEqual([[], []]);
    const { id } = draft.data!.createSession.session;
    expect(codes(await server.ask(move, { id, to: 'PENDING' }, ada))).toEqual([]);
    expect(codes(await server.ask(create, { input }, ada))).toEqual([]);
    expect(await mails()).toEqual([
      [owner.email, 'New session at Open day: Fresh'],
      [owner.email, 'New session at Open day: Fresh'],
    ]);
    expect(await told()).toEqual([
      ['session.submitted', owner.email],
      ['session.submitted', owner.email],
    ]);
  });
});

describe('a mail that waits', () => {
  it('is not sent to who has no more to do with the session, or owns the event no more', async () => {
    const event = await eventOf();
    const session = await make(server, 'Session', { event_id: event.uuid, creator_id: bob.userId });
    const [speaker, guest, other] = [
      await make(server, 'Speaker', { event_id: event.uuid, user_id: ada.userId, email: ada.email }),
      await make(server, 'Speaker', { event_id: event.uuid, email: 'guest@example.org' }),
      await make(server, 'Speaker', { event_id: event.uuid, email: 'other@example.org' }),
    ];
    for (const one of [speaker, guest, other]) await link(server, session, one);
    expect(codes(await server.ask(move, { id: session.id, to: 'ACCEPTED' }, owner))).toEqual([]);
    expect(
      codes(await server.ask(create, { input: { eventId: event.id, title: 'Fresh' } }, moderator)),
    ).toEqual([]);
    await server.sql('DELETE FROM session_speakers WHERE speaker_id IN ($1, $2)', [speaker.uuid, guest.uuid]);
    await server.sql('UPDATE sessions SET entered_by_team = true WHERE id = $1', [session.uuid]);
    await server.sql(`UPDATE event_members SET role = 'ORGANIZER' WHERE event_id = $1 AND role = 'OWNER'`, [
      event.uuid,
    ]);
    expect(await mails()).toEqual([['other@example.org', 'A session: accepted']]);
    await told();
  });

  it('tells of a schedule only those who still speak, while it is published', async () => {
    const publish = 'mutation ($eventId: ID!) { publishSchedule(eventId: $eventId) { event { id } } }';
    const event = await eventOf();
    const session = await make(server, 'Session', { event_id: event.uuid, state: 'CONFIRMED' });
    const [first, second] = [ada, bob].map((person) =>
      make(server, 'Speaker', { event_id: event.uuid, user_id: person.userId, email: person.email }),
    );
    for (const speaker of [await first, await second]) await link(server, session, speaker);
    expect(codes(await server.ask(publish, { eventId: event.id }, owner))).toEqual([]);
    await server.sql('DELETE FROM session_speakers WHERE speaker_id = $1', [(await first).uuid]);
    expect(await mails()).toEqual([[bob.email, 'The schedule of Open day']]);
    expect(
      codes(
        await server.ask(
          'mutation ($eventId: ID!) { unpublishSchedule(eventId: $eventId) { event { id } } }',
          { eventId: event.id },
          owner,
        ),
      ),
    ).toEqual([]);
    expect(codes(await server.ask(publish, { eventId: event.id }, owner))).toEqual([]);
    await server.sql('UPDATE events SET schedule_published_at = NULL WHERE id = $1', [event.uuid]);
    expect(await mails()).toEqual([]);
    await told();
  });
});

describe('bulkTransitionSessions', () => {
  const bulk = `mutation ($ids: [ID!]!, $to: SessionState!) { bulkTransitionSessions(ids: $ids, to: $to, notify: false) {
    results { id session { state } error { code message } } } }`;

  it('answers for each, and what is refused for one keeps none of the others', async () => {
    const [event, other] = [await eventOf(), await makeEvent(server)];
    const pending = await make(server, 'Session', { event_id: event.uuid });
    const draft = await make(server, 'Session', { event_id: event.uuid, state: 'DRAFT' });
    const hidden = await make(server, 'Session', { event_id: other.uuid });
    const last = await make(server, 'Session', { event_id: event.uuid });
    const ids = [pending.id, draft.id, hidden.id, 'nonsense', event.id, last.id, pending.id];
    const answer = await server.ask(bulk, { ids, to: 'ACCEPTED' }, coorganizer);
    const { results } = answer.data!.bulkTransitionSessions;
    expect(results.map(({ session, error }: any) => session?.state ?? error.code)).toEqual([
      'ACCEPTED',
      'CONFLICT',
      'NOT_FOUND',
      'BAD_USER_INPUT',
      'NOT_FOUND',
      'ACCEPTED',
      'ACCEPTED',
    ]);
    expect(results.map(({ id }: any) => id)).toEqual(ids);
    const states = await server.sql('SELECT state FROM sessions WHERE id = ANY($1)', [
      [pending, draft, hidden, last].map(({ uuid }) => uuid),
    ]);
    expect(states.map(({ state }) => state).sort()).toEqual(['ACCEPTED', 'ACCEPTED', 'DRAFT', 'PENDING']);
    const refused = await server.ask(bulk, { ids: [pending.id], to: 'REJECTED' }, ada);
    expect(refused.data!.bulkTransitionSessions.results[0].error.code).toBe('FORBIDDEN');
    expect(codes(await server.ask(bulk, { ids, to: 'REJECTED' }))).toEqual(['UNAUTHENTICATED']);
    expect(
      codes(
        await server.ask(bulk, { ids: Array.from({ length: 101 }, () => last.id), to: 'REJECTED' }, owner),
      ),
    ).toEqual(['BAD_USER_INPUT ids']);
  });
});

describe('the schedule', () => {
  it('is within the days of the event, in its time zone', async () => {
    const event = await eventOf();
    await server.sql(
      `UPDATE events SET timezone = 'America/New_York', starts_at = '2027-03-01T14:00Z', ends_at = '2027-03-02T22:00Z' WHERE id = $1`,
      [event.uuid],
    );
    const ask = (times: object) =>
      server.ask(create, { input: { eventId: event.id, title: 'Timed', ...times } }, owner);
    expect(codes(await ask({ startsAt: '2027-03-01T05:00:00Z', endsAt: '2027-03-03T04:59:59Z' }))).toEqual(
      [],
    );
    expect(codes(await ask({ startsAt: '2027-03-01T04:59:59Z' }))).toEqual(['BAD_USER_INPUT input.startsAt']);
    expect(codes(await ask({ startsAt: '2027-03-01T15:00:00Z', endsAt: '2027-03-03T05:00:00Z' }))).toEqual([
      'BAD_USER_INPUT input.endsAt',
    ]);
    expect(codes(await ask({ startsAt: '2026-03-01T15:00:00Z', endsAt: '2026-03-01T14:00:00Z' }))).toEqual([
      'BAD_USER_INPUT input.endsAt',
    ]);
    const made = await ask({ startsAt: '2027-03-01T15:00:00Z' });
    await server.sql(`UPDATE events SET starts_at = '2027-05-01', ends_at = '2027-05-02' WHERE id = $1`, [
      event.uuid,
    ]);
    const { id } = made.data!.createSession.session;
    expect(codes(await server.ask(change, { id, input: { subtitle: 'As it stands' } }, owner))).toEqual([]);
    expect(codes(await server.ask(change, { id, input: { endsAt: '2027-03-01T16:00:00Z' } }, owner))).toEqual(
      ['BAD_USER_INPUT input.endsAt'],
    );
  });

  it('warns of others in the same room at the same time that the viewer may see, and refuses nothing', async () => {
    const event = await eventOf();
    const [room, another] = [
      await make(server, 'Room', { event_id: event.uuid }),
      await make(server, 'Room', { event_id: event.uuid }),
    ];
    const at = (title: string, from: string, to: string, more: object = {}) =>
      make(server, 'Session', {
        event_id: event.uuid,
        title,
        room_id: room.uuid,
        starts_at: `2027-03-01T${from}Z`,
        ends_at: `2027-03-01T${to}Z`,
        ...more,
      });
    await at('Before', '08:00', '09:00');
    await at('Clash', '09:30', '10:30');
    await at('Inside', '09:10', '09:20', { state: 'ACCEPTED' });
    await at('Rejected', '09:00', '10:00', { state: 'REJECTED' });
    await at('Elsewhere', '09:00', '10:00', { room_id: another.uuid });
    await at('Gone', '09:00', '10:00', { deleted_at: '2026-01-01' });
    const input = {
      eventId: event.id,
      title: 'New',
      roomId: room.id,
      startsAt: '2027-03-01T09:00:00Z',
      endsAt: '2027-03-01T10:00:00Z',
    };
    const { overlaps, session } = (await server.ask(create, { input }, owner)).data!.createSession;
    expect([overlaps.totalCount, overlaps.nodes.map(({ title }: any) => title).sort()]).toEqual([
      2,
      ['Clash', 'Inside'],
    ]);
    await server.sql(
      'UPDATE sessions SET creator_id = $2, entered_by_team = false WHERE id IN (SELECT id FROM sessions WHERE title = $1)',
      ['New', ada.userId],
    );
    const seen = await server.ask(change, { id: session.id, input: { subtitle: 'Mine' } }, ada);
    expect(seen.data!.updateSession.overlaps.nodes).toEqual([{ title: 'Inside' }]);
  });

  it('is published with a date and a word to those who speak, and hides nothing', async () => {
    const event = await eventOf();
    const session = await make(server, 'Session', {
      event_id: event.uuid,
      state: 'CONFIRMED',
      starts_at: '2027-03-01T09:00Z',
    });
    const rejected = await make(server, 'Session', { event_id: event.uuid, state: 'REJECTED' });
    await link(
      server,
      session,
      await make(server, 'Speaker', { event_id: event.uuid, user_id: ada.userId, email: ada.email }),
    );
    await link(
      server,
      rejected,
      await make(server, 'Speaker', { event_id: event.uuid, user_id: bob.userId, email: bob.email }),
    );
    const ask = (verb: string, who?: Person) =>
      server.ask(
        `mutation ($id: ID!) { ${verb}(eventId: $id) { event { schedulePublishedAt } } }`,
        { id: event.id },
        who,
      );
    expect(codes(await ask('publishSchedule'))).toEqual(['UNAUTHENTICATED']);
    for (const who of [ada, moderator])
      expect(codes(await ask('publishSchedule', who))).toEqual(['FORBIDDEN']);
    const shows = () =>
      server.ask('query ($id: ID!) { session(id: $id) { startsAt event { schedulePublishedAt } } }', {
        id: session.id,
      });
    expect((await shows()).data!.session).toEqual({
      startsAt: '2027-03-01T09:00:00Z',
      event: { schedulePublishedAt: null },
    });
    const date = (await ask('publishSchedule', coorganizer)).data!.publishSchedule.event.schedulePublishedAt;
    expect(Math.abs(Date.now() - Date.parse(date))).toBeLessThan(60_000);
    expect((await ask('publishSchedule', owner)).data!.publishSchedule.event.schedulePublishedAt).toBe(date);
    expect(await mails()).toEqual([[ada.email, 'The schedule of Open day']]);
    expect((await told()).filter(([kind]) => kind !== 'session.inConflict')).toEqual([
      ['event.schedulePublished', ada.email],
    ]);
    expect(
      (await ask('unpublishSchedule', owner)).data!.unpublishSchedule.event.schedulePublishedAt,
    ).toBeNull();
    expect([await mails(), await told()]).toEqual([[], []]);
    expect((await shows()).data!.session.startsAt).toBe('2027-03-01T09:00:00Z');
  });
});

describe('conflicts of the schedule', () => {
  const read =
    'query ($id: ID!) { event(id: $id) { scheduleConflicts { kind sessions { title } room { name } speaker { name email } } } }';

  it('are told to the team: rooms and speakers booked twice, sessions outside of the event and longer than their types', async () => {
    const event = await eventOf();
    const [hall, lab] = [
      await make(server, 'Room', { event_id: event.uuid, name: 'Hall' }),
      await make(server, 'Room', { event_id: event.uuid, name: 'Lab' }),
    ];
    const short = await make(server, 'SessionType', { event_id: event.uuid, length_minutes: 30 });
    const at = (title: string, from: string, to: string, more: object = {}) =>
      make(server, 'Session', {
        event_id: event.uuid,
        title,
        starts_at: `2027-03-0${from}Z`,
        ends_at: `2027-03-0${to}Z`,
        ...more,
      });
    const [first, second] = [
      await at('First', '1T09:00', '1T10:00', { room_id: hall.uuid }),
      await at('Second', '1T09:30', '1T10:30', { room_id: hall.uuid }),
    ];
    const third = await at('Third', '1T10:00', '1T10:20', { room_id: lab.uuid, session_type_id: short.uuid });
    await at('Next', '1T10:30', '1T11:00', { room_id: hall.uuid });
    await at('Rejected', '1T09:00', '1T11:00', { room_id: hall.uuid, state: 'REJECTED' });
    await at('Deleted', '1T09:00', '1T11:00', { room_id: hall.uuid, deleted_at: new Date() });
    await at('Long', '1T20:00', '1T21:00', { session_type_id: short.uuid });
    await at('Late', '2T23:00', '3T00:30');
    const speaker = await make(server, 'Speaker', {
      event_id: event.uuid,
      name: 'Ada',
      email: 'ada@stage.example',
      user_id: ada.userId,
    });
    for (const session of [second, third]) await link(server, session, speaker);
    const expected = [
      {
        kind: 'ROOM',
        sessions: [{ title: 'First' }, { title: 'Second' }],
        room: { name: 'Hall' },
        speaker: null,
      },
      {
        kind: 'SPEAKER',
        sessions: [{ title: 'Second' }, { title: 'Third' }],
        room: null,
        speaker: { name: 'Ada', email: 'ada@stage.example' },
      },
      { kind: 'TOO_LONG', sessions: [{ title: 'Long' }], room: null, speaker: null },
      { kind: 'OUTSIDE_EVENT', sessions: [{ title: 'Late' }], room: null, speaker: null },
    ];
    for (const who of [owner, coorganizer])
      expect((await server.ask(read, { id: event.id }, who)).data!.event.scheduleConflicts).toEqual(expected);
    for (const who of [moderator, ada, undefined]) {
      const { data, errors } = await server.ask(read, { id: event.id }, who);
      expect([
        data!.event.scheduleConflicts,
        codes({ errors: errors! }),
        errors![0].extensions.field,
      ]).toEqual([null, ['FORBIDDEN'], 'Event.scheduleConflicts']);
    }
    const sent = await server.statements(() => server.ask(read, { id: event.id }, owner));
    await server.sql('DELETE FROM sessions WHERE id = ANY($1)', [[first.uuid]]);
    expect(
      (await server.statements(() => server.ask(read, { id: event.id }, owner))).length,
    ).toBeLessThanOrEqual(sent.length);
    expect(sent.filter((text) => /"rooms"|"speakers"|"sessions"/.test(text)).length).toBeLessThanOrEqual(3);
  });

  it('are told to the rest of the team by the write that makes one', async () => {
    const event = await eventOf();
    const room = await make(server, 'Room', { event_id: event.uuid });
    await make(server, 'Session', {
      event_id: event.uuid,
      room_id: room.uuid,
      starts_at: '2027-03-01T09:00Z',
      ends_at: '2027-03-01T10:00Z',
    });
    const scheduled =
      'mutation ($input: CreateSessionInput!) { createSession(input: $input) { session { event { scheduleConflicts { kind } } } } }';
    const ask = async (startsAt: string, endsAt: string) =>
      (
        await server.ask(
          scheduled,
          { input: { eventId: event.id, title: 'New', roomId: room.id, startsAt, endsAt } },
          owner,
        )
      ).data!.createSession.session.event.scheduleConflicts;
    await told();
    expect(await ask('2027-03-01T10:00:00Z', '2027-03-01T11:00:00Z')).toEqual([]);
    expect(await told()).toEqual([]);
    expect(await ask('2027-03-01T09:30:00Z', '2027-03-01T09:45:00Z')).toEqual([{ kind: 'ROOM' }]);
    expect(await told()).toEqual([['session.inConflict', coorganizer.email]]);
  });
});

describe('a published schedule', () => {
  const publish = (event: Made) =>
    server.ask(
      'mutation ($id: ID!) { publishSchedule(eventId: $id) { event { id } } }',
      { id: event.id },
      owner,
    );
  /** Runs the job that tells of moves, as if so many minutes had passed. */
  const pass = async (minutes: number) => {
    await server.sql(`UPDATE moved_sessions SET changed_at = changed_at - make_interval(mins => $1)`, [
      minutes,
    ]);
    await tellMovesJob.run({}, {
      database: server.app.database,
      write: (await writerOf(server.app, { kind: 'server', userId: null }))!,
      signal: new AbortController().signal,
    } as never);
  };
  const calendarsOf = (sent: readonly { calendar?: string | null }[]) =>
    sent.map(({ calendar }) =>
      calendar?.match(/^(SUMMARY|DTSTART|STATUS):.*$/gm)?.map((line) => line.trim()),
    );

  async function onStage() {
    const event = await eventOf();
    const room = await make(server, 'Room', { event_id: event.uuid, name: 'Hall' });
    const session = await make(server, 'Session', {
      event_id: event.uuid,
      title: 'Boats',
      state: 'ACCEPTED',
      starts_at: '2027-03-01T09:00Z',
      ends_at: '2027-03-01T10:00Z',
      room_id: room.uuid,
    });
    await link(
      server,
      session,
      await make(server, 'Speaker', { event_id: event.uuid, user_id: ada.userId, email: ada.email }),
    );
    await link(
      server,
      session,
      await make(server, 'Speaker', { event_id: event.uuid, email: 'guest@example.org' }),
    );
    const pending = await make(server, 'Session', {
      event_id: event.uuid,
      title: 'Pending',
      starts_at: '2027-03-01T09:00Z',
      ends_at: '2027-03-01T10:00Z',
    });
    await link(
      server,
      pending,
      await make(server, 'Speaker', { event_id: event.uuid, user_id: bob.userId, email: bob.email }),
    );
    const update = async (input: object, id = session.id) =>
      expect(
        codes(
          await server.ask(
            'mutation ($id: ID!, $input: UpdateSessionInput!) { updateSession(id: $id, input: $input) { session { id } } }',
            { id, input },
            owner,
          ),
        ),
      ).toEqual([]);
    return { event, room, session, pending, update };
  }

  it('is told to its speakers, with an account or without, with their sessions for their calendars', async () => {
    const { event } = await onStage();
    await server.sql(`UPDATE events SET contact_email = 'team@harbour.example' WHERE id = $1`, [event.uuid]);
    await publish(event);
    const sent = await sentMails(server);
    expect(sent.map(({ to, replyTo }) => [to, replyTo]).sort()).toEqual(
      [
        [ada.email, 'team@harbour.example'],
        ['guest@example.org', 'team@harbour.example'],
      ].sort(),
    );
    expect(calendarsOf(sent)).toEqual(
      Array.from({ length: 2 }, () => ['DTSTART:20270301T090000Z', 'SUMMARY:Boats', 'STATUS:CONFIRMED']),
    );
    expect(await told()).toEqual([['event.schedulePublished', ada.email]]);
  });

  it('is told once of a move, however many edits there were in ten minutes, with the old place and the new one', async () => {
    const { event, update, pending } = await onStage();
    await update({ startsAt: '2027-03-01T11:00:00Z', endsAt: '2027-03-01T12:00:00Z' });
    await pass(11);
    expect(await sentMails(server)).toEqual([]);
    await publish(event);
    await sentMails(server);
    await told();
    await update({ title: 'Boats & more' });
    await pass(11);
    expect([await sentMails(server), await told()]).toEqual([[], []]);
    await update({ startsAt: '2027-03-01T13:00:00Z', endsAt: '2027-03-01T14:00:00Z' });
    await update({ startsAt: '2027-03-01T14:00:00Z', endsAt: '2027-03-01T15:00:00Z' }, pending.id);
    await pass(9);
    expect(await sentMails(server)).toEqual([]);
    await update({ startsAt: '2027-03-01T15:00:00Z', endsAt: '2027-03-01T16:00:00Z', roomId: null });
    await pass(2);
    const sent = await sentMails(server);
    expect(sent.map(({ to, replyTo }) => [to, replyTo]).sort()).toEqual(
      [
        [ada.email, owner.email],
        ['guest@example.org', owner.email],
      ].sort(),
    );
    for (const { to, text, subject } of sent) {
      expect(subject).toBe(
        to === ada.email ? 'New time or room: Boats & more' : 'New time or room: A session',
      );
      expect(text).toMatch(/Now\W+.*3:00\sPM UTC\W+Before\W+.*11:00\sAM UTC, Hall/s);
    }
    expect(calendarsOf(sent)[0]).toEqual([
      'DTSTART:20270301T150000Z',
      'SUMMARY:Boats & more',
      'STATUS:CONFIRMED',
    ]);
    expect(await told()).toEqual([['session.rescheduled', ada.email]]);
    await pass(60);
    expect(await sentMails(server)).toEqual([]);
  });

  it('is not told of a session that is back where it was, nor of one that does not take place', async () => {
    const { event, room, session, update } = await onStage();
    await publish(event);
    await update({ roomId: null });
    await update({ roomId: room.id });
    await sentMails(server);
    await pass(11);
    expect(await sentMails(server)).toEqual([]);
    await update({ roomId: null });
    expect(codes(await server.ask(move, { id: session.id, to: 'CANCELED' }, owner))).toEqual([]);
    const sent = await sentMails(server);
    expect(calendarsOf(sent)[0]).toEqual(['DTSTART:20270301T090000Z', 'SUMMARY:Boats', 'STATUS:CANCELLED']);
    await told();
    await pass(11);
    expect([await sentMails(server), await told()]).toEqual([[], []]);
  });

  it('has a contact, which only its team and staff read and set', async () => {
    const event = await eventOf();
    const set = (who?: Person) =>
      server.ask(
        'mutation ($id: ID!) { updateEvent(id: $id, input: { contactEmail: "Team@Harbour.example" }) { event { contactEmail } } }',
        { id: event.id },
        who,
      );
    expect(codes(await set(ada))).toEqual(['FORBIDDEN']);
    expect((await set(coorganizer)).data!.updateEvent.event.contactEmail).toBe('team@harbour.example');
    for (const [who, shown] of [
      [owner, 'team@harbour.example'],
      [moderator, null],
      [ada, null],
      [undefined, null],
    ] as const) {
      const { data, errors = [] } = await server.ask(
        'query ($id: ID!) { event(id: $id) { contactEmail } }',
        { id: event.id },
        who,
      );
      expect([data!.event.contactEmail, errors.map(({ extensions }) => extensions.field)]).toEqual([
        shown,
        shown === null ? ['Event.contactEmail'] : [],
      ]);
    }
  });
});

describe('the order', () => {
  it('of sessions and speakers is the team’s to arrange', async () => {
    const [event, other] = [await eventOf(), await eventOf()];
    for (const [type, list] of [
      ['Session', 'sessions'],
      ['Speaker', 'speakers'],
    ] as const) {
      const name = type === 'Session' ? 'title' : 'name';
      const rows = [];
      for (const label of ['a', 'b', 'c'])
        rows.push(
          await make(server, type, {
            event_id: event.uuid,
            [name]: label,
            ...(type === 'Session' ? { state: 'ACCEPTED' } : {}),
          }),
        );
      const foreign = await make(server, type, { event_id: other.uuid });
      const verb = `reorder${type}s`;
      const ask = (ids: string[], who?: Person) =>
        server.ask(
          `mutation ($id: ID!, $ids: [ID!]!) { ${verb}(eventId: $id, ids: $ids) { event { ${list}(orderBy: ORDER_ASC) { nodes { ${name} order } } } } }`,
          { id: event.id, ids },
          who,
        );
      const [a, b, c] = rows.map(({ id }) => id);
      const { data } = await ask([c, a, b], coorganizer);
      expect(data![verb].event[list].nodes).toEqual([
        { [name]: 'c', order: 1 },
        { [name]: 'a', order: 2 },
        { [name]: 'b', order: 3 },
      ]);
      expect(codes(await ask([a, b], ada))).toEqual(['FORBIDDEN']);
      expect(codes(await ask([a, b], moderator))).toEqual(['FORBIDDEN']);
      expect(codes(await ask([a, foreign.id], owner))).toEqual(['NOT_FOUND']);
      expect(codes(await ask([a, a], owner))).toEqual(['BAD_USER_INPUT ids']);
    }
    const locked = await make(server, 'Session', { event_id: event.uuid, is_locked: true });
    const ask = (who: Person) =>
      server.ask(
        'mutation ($id: ID!, $ids: [ID!]!) { reorderSessions(eventId: $id, ids: $ids) { event { id } } }',
        { id: event.id, ids: [locked.id] },
        who,
      );
    expect(codes(await ask(coorganizer))).toEqual(['FORBIDDEN']);
    expect(codes(await ask(owner))).toEqual([]);
  });
});

describe('the end of an event', () => {
  it('rejects what is pending there, and tells nobody', async () => {
    const [over, coming] = [await eventOf(), await eventOf()];
    await server.sql(`UPDATE events SET starts_at = '2020-01-01', ends_at = '2020-01-02' WHERE id = $1`, [
      over.uuid,
    ]);
    await server.sql(`UPDATE sessions SET state = 'WITHDRAWN' WHERE state = 'PENDING'`);
    const titles = {
      pending: [over, 'PENDING'],
      accepted: [over, 'ACCEPTED'],
      draft: [over, 'DRAFT'],
      coming: [coming, 'PENDING'],
    } as const;
    for (const [title, [event, state]] of Object.entries(titles))
      await make(server, 'Session', { event_id: event.uuid, title: `end ${title}`, state });
    const write = await writerOf(server.app, { kind: 'server', userId: null });
    const { database } = server.app;
    for (let run = 0; run < 2; run += 1)
      await closeSessionsJob.run({}, { database, write, signal: new AbortController().signal } as never);
    const states = await server.sql(
      `SELECT title, state FROM sessions WHERE title LIKE 'end %' ORDER BY title`,
    );
    expect(states.map(({ title, state }) => `${title} ${state}`)).toEqual([
      'end accepted ACCEPTED',
      'end coming PENDING',
      'end draft DRAFT',
      'end pending REJECTED',
    ]);
    expect([await mails(), await told()]).toEqual([[], []]);
  });
});
