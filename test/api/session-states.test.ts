/** The session state machine over HTTP: every step by every party, and what is told of it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SessionState, maySet, transitions } from '../../src/sessions/session.states.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { codes, giveRole, link, make, makeEvent, setCall } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const transition = `mutation ($id: ID!, $to: SessionState!) { transitionSession(id: $id, to: $to) {
  session { state version possibleStates } } }`;
const states = Object.values(SessionState);

let server: TestServer;
let event: Made, bobs: Made;
let owner: Person,
  coorganizer: Person,
  moderator: Person,
  admin: Person,
  ada: Person,
  bob: Person,
  stranger: Person;

beforeAll(async () => {
  server = await startServer();
  [owner, coorganizer, moderator, ada, bob, stranger] = await Promise.all(
    Array.from({ length: 6 }, () => createPerson(server)),
  );
  admin = await createPerson(server, { isAdmin: true });
  event = await makeEvent(server);
  await giveRole(server, event, owner, 'OWNER');
  await giveRole(server, event, coorganizer, 'COORGANIZER');
  await giveRole(server, event, moderator, 'MODERATOR');
  bobs = await make(server, 'Speaker', { event_id: event.uuid, user_id: bob.userId });
});
afterAll(() => server.close());

const step = (session: Made, to: string, who?: Person) => server.ask(transition, { id: session.id, to }, who);
async function sessionIn(state: string, row: Record<string, unknown> = {}): Promise<Made> {
  const session = await make(server, 'Session', {
    event_id: event.uuid,
    creator_id: ada.userId,
    state,
    ...row,
  });
  await link(server, session, bobs);
  return session;
}

describe.each(states)('from %s', (from) => {
  it.each([
    ['team', 'coorganizer', false],
    ['team', 'admin', true],
    ['submitters', 'ada', false],
    ['submitters', 'bob', true],
  ] as const)(
    '%s (%s, entered by team: %s) takes the steps of the table only',
    async (party, name, enteredByTeam) => {
      const who = { coorganizer, admin, ada, bob }[name];
      const possible = maySet(party, from, enteredByTeam);
      const session = await sessionIn(from, { entered_by_team: enteredByTeam });
      const told = await server.ask(
        'query ($id: ID!) { session(id: $id) { possibleStates } }',
        { id: session.id },
        who,
      );
      expect(new Set(told.data?.session.possibleStates)).toEqual(new Set(possible));
      for (const to of states) {
        await server.sql('UPDATE sessions SET state = $1 WHERE id = $2', [from, session.uuid]);
        const answer = await step(session, to, who);
        const isSomebodys = [...transitions[from].team, ...transitions[from].submitters].includes(to);
        const expected = to === from || possible.includes(to) ? [] : [isSomebodys ? 'FORBIDDEN' : 'CONFLICT'];
        expect([to, codes(answer)]).toEqual([to, expected]);
        const [{ state }] = await server.sql('SELECT state FROM sessions WHERE id = $1', [session.uuid]);
        expect(state).toBe(expected.length === 0 ? to : from);
      }
    },
  );
});

describe('a step', () => {
  it('is nobody else’s: not the moderator’s, not a stranger’s, not that of a creator who entered it as team', async () => {
    const session = await sessionIn('PENDING', { entered_by_team: true });
    expect(codes(await step(session, 'WITHDRAWN', moderator))).toEqual(['FORBIDDEN']);
    expect(codes(await step(session, 'PENDING', moderator))).toEqual(['FORBIDDEN']);
    expect(codes(await step(session, 'WITHDRAWN', ada))).toEqual(['NOT_FOUND']);
    expect(codes(await step(session, 'WITHDRAWN', stranger))).toEqual(['NOT_FOUND']);
    expect(codes(await step(session, 'WITHDRAWN'))).toEqual(['UNAUTHENTICATED']);
    const shown = await sessionIn('ACCEPTED');
    expect(codes(await step(shown, 'CONFIRMED', stranger))).toEqual(['FORBIDDEN']);
    const { data } = await server.ask(
      'query ($id: ID!) { session(id: $id) { possibleStates } }',
      { id: shown.id },
      stranger,
    );
    expect(data).toEqual({ session: { possibleStates: [] } });
  });

  it('out of draft needs an open call, and marks the submission', async () => {
    const session = await sessionIn('DRAFT');
    await setCall(server, event.uuid, 'closed');
    const told = await server.ask(
      'query ($id: ID!) { session(id: $id) { possibleStates } }',
      { id: session.id },
      ada,
    );
    expect(told.data?.session.possibleStates).toEqual([]);
    expect(codes(await step(session, 'PENDING', ada))).toEqual(['FORBIDDEN']);
    await setCall(server, event.uuid, 'open', { callPrivacy: 'PRIVATE' });
    expect(codes(await step(session, 'PENDING', ada))).toEqual([]);
    const [{ submitted_at: submittedAt }] = await server.sql(
      'SELECT submitted_at FROM sessions WHERE id = $1',
      [session.uuid],
    );
    expect(submittedAt).toEqual(expect.any(String));
    await step(session, 'WITHDRAWN', ada);
    expect(await server.sql('SELECT submitted_at FROM sessions WHERE id = $1', [session.uuid])).toEqual([
      { submitted_at: submittedAt },
    ]);
  });

  it('other than that needs neither an open call nor an unlocked session', async () => {
    const session = await sessionIn('ACCEPTED', { is_locked: true });
    await setCall(server, event.uuid, 'closed');
    expect(codes(await step(session, 'CONFIRMED', ada))).toEqual([]);
    await setCall(server, event.uuid, 'open');
  });

  it('to the present state changes nothing and tells nobody', async () => {
    const session = await sessionIn('PENDING');
    const notices = () => server.sql('SELECT count(*)::int FROM notices');
    const before = await notices();
    expect((await step(session, 'PENDING', ada)).data?.transitionSession.session).toMatchObject({
      state: 'PENDING',
      version: 1,
    });
    expect(await notices()).toEqual(before);
    expect((await step(session, 'ACCEPTED', owner)).data?.transitionSession.session).toMatchObject({
      state: 'ACCEPTED',
      version: 2,
    });
    expect(await notices()).not.toEqual(before);
  });

  it('by two at once: the second finds the state that the first left', async () => {
    const session = await sessionIn('PENDING');
    const [accept, withdraw] = await Promise.all([
      step(session, 'ACCEPTED', owner),
      step(session, 'WITHDRAWN', ada),
    ]);
    const [{ state, version }] = await server.sql('SELECT state, version FROM sessions WHERE id = $1', [
      session.uuid,
    ]);
    // Withdrawn after accepted and accepted after withdrawn are both steps of the table.
    expect([codes(accept), codes(withdraw)]).toEqual([[], []]);
    expect(['ACCEPTED', 'WITHDRAWN']).toContain(state);
    expect(version).toBe(3);

    const draft = await sessionIn('DRAFT');
    expect(
      (await Promise.all([step(draft, 'PENDING', ada), step(draft, 'PENDING', bob)])).flatMap(codes),
    ).toEqual([]);
    expect(await server.sql('SELECT version FROM sessions WHERE id = $1', [draft.uuid])).toEqual([
      { version: 2 },
    ]);
    const canceled = await sessionIn('ACCEPTED');
    const answers = await Promise.all([step(canceled, 'CANCELED', owner), step(canceled, 'CONFIRMED', ada)]);
    // Confirmed first: both are taken. Canceled first: the table gives a creator no way back.
    expect(codes(answers[0])).toEqual([]);
    expect([[], ['FORBIDDEN']]).toContainEqual(codes(answers[1]));
  });
});
