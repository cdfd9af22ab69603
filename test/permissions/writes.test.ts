/**
 * The matrix of writes: everybody of the world tries every write of the tables on every kind of row, over HTTP, and
 * is answered as the oracle says. What was allowed is put back, so that each write finds the world as it was.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { tokensFor } from './askers.ts';
import type { Verdict } from './oracle.ts';
import { Oracle } from './oracle.ts';
import type { WorldSession } from './world.ts';
import { arrangedKinds, createCopyrights, createWorld, describeWorld, nobody, states } from './world.ts';

const world = describeWorld();
const oracle = new Oracle(world);
const viewers = [
  nobody,
  'superAdmin',
  'admin',
  'registered',
  'unverified',
  'submitter',
  'formerTeam',
  'speaker',
  'ownerofOpen',
  'organizerofOpen',
  'coorganizerofOpen',
  'trackOrganizerofOpen',
  'moderatorofOpen',
  'registrarofOpen',
  'ownerofDraft',
  'ownerofGone',
];
const sessions = world.sessions.filter(({ event }) => ['Open', 'Draft', 'Gone'].includes(event));
let server: TestServer;
let tokens: ReadonlyMap<string, string>;

beforeAll(async () => {
  server = await startServer();
  await createWorld(server, world);
  tokens = await tokensFor(server, world);
});
afterAll(() => server.close());

/** What a write is answered with: OK, or the one code of its error. */
async function verdictOf(
  viewer: string,
  document: string,
  variables: Record<string, unknown>,
): Promise<string> {
  const answer = await server.ask(document, variables, { token: tokens.get(viewer) ?? null });
  if (!answer.errors) return 'OK';
  expect(answer.errors).toHaveLength(1);
  return answer.errors[0].extensions.code;
}

/** Tries a write on each of the rows, a few at a time, and compares all the verdicts at once. */
async function tryEach<T extends { name?: string; id: string }>(
  viewer: string,
  rows: readonly T[],
  document: string,
  variables: (row: T) => Record<string, unknown>,
  expected: (row: T) => Verdict,
): Promise<void> {
  const label = (row: T) => row.name ?? row.id;
  const found: [string, string][] = [];
  for (let at = 0; at < rows.length; at += 5) {
    const some = rows.slice(at, at + 5);
    const verdicts = await Promise.all(some.map((row) => verdictOf(viewer, document, variables(row))));
    some.forEach((row, index) => found.push([label(row), verdicts[index]]));
  }
  expect(found).toEqual(rows.map((row) => [label(row), expected(row)]));
}

const sessionId = ({ id }: { id: string }) => ({ id: encodeId('Session', id) });

describe.each(viewers)('%s', (viewer) => {
  it('updates sessions', () =>
    tryEach(
      viewer,
      sessions,
      'mutation ($id: ID!) { updateSession(id: $id, input: { subtitle: "Changed" }) { session { subtitle } } }',
      sessionId,
      (one) => oracle.verdict(viewer, oracle.seesSession(viewer, one), oracle.updatesSession(viewer, one)),
    ));

  it('locks sessions', async () => {
    await tryEach(
      viewer,
      sessions,
      'mutation ($id: ID!, $locked: Boolean!) { lockSession(id: $id, locked: $locked) { session { id } } }',
      (one) => ({ ...sessionId(one), locked: one.isLocked }),
      (one) => oracle.verdict(viewer, oracle.seesSession(viewer, one), oracle.locksSession(viewer, one)),
    );
  });

  it('deletes sessions', async () => {
    await tryEach(
      viewer,
      sessions,
      'mutation ($id: ID!) { deleteSession(id: $id) { deletedId } }',
      sessionId,
      (one) => oracle.verdict(viewer, oracle.seesSession(viewer, one), oracle.deletesSession(viewer, one)),
    );
    await server.sql(`UPDATE sessions SET deleted_at = NULL WHERE title NOT LIKE 'deleted %'`);
  });

  it('updates and deletes speakers', async () => {
    const speakers = [...world.speakers.values()].filter(({ event }) =>
      ['Open', 'Draft', 'Gone'].includes(event),
    );
    const speakerId = ({ id }: { id: string }) => ({ id: encodeId('Speaker', id) });
    await tryEach(
      viewer,
      speakers,
      'mutation ($id: ID!) { updateSpeaker(id: $id, input: { city: "Elsewhere" }) { speaker { city } } }',
      speakerId,
      (one) => oracle.verdict(viewer, oracle.seesSpeaker(viewer, one), oracle.updatesSpeaker(viewer, one)),
    );
    await tryEach(
      viewer,
      speakers,
      'mutation ($id: ID!) { deleteSpeaker(id: $id) { deletedId } }',
      speakerId,
      (one) => oracle.verdict(viewer, oracle.seesSpeaker(viewer, one), oracle.deletesSpeaker(viewer, one)),
    );
    await server.sql(`UPDATE speakers SET deleted_at = NULL WHERE name NOT LIKE 'gone %'`);
  });

  it('updates, publishes and deletes events', async () => {
    const events = [...world.events.values()];
    const eventId = ({ id }: { id: string }) => ({ id: encodeId('Event', id) });
    for (const [action, document] of [
      [
        'update',
        'mutation ($id: ID!) { updateEvent(id: $id, input: { locationName: "Elsewhere" }) { event { id } } }',
      ],
      ['publish', 'mutation ($id: ID!) { publishEvent(id: $id) { event { id } } }'],
      ['delete', 'mutation ($id: ID!) { deleteEvent(id: $id) { deletedId } }'],
    ] as const) {
      await tryEach(viewer, events, document, eventId, (one) =>
        oracle.verdict(viewer, oracle.seesEvent(viewer, one), oracle.writesEvent(viewer, one, action)),
      );
      await server.sql(
        `UPDATE events SET state = CASE WHEN name = 'Draft' THEN 'DRAFT' ELSE 'PUBLISHED' END, deleted_at = CASE WHEN name = 'Gone' THEN now() END`,
      );
      await server.sql(`UPDATE sessions SET deleted_at = NULL WHERE title NOT LIKE 'deleted %'`);
    }
  });

  it('copies and exports events that it may update, and restores nothing unless it is staff', async () => {
    const events = [...world.events.values()];
    const named =
      (kind: string) =>
      ({ id }: { id: string }) => ({ id: encodeId(kind, id) });
    for (const document of [
      'mutation ($id: ID!) { copyEvent(id: $id) { event { id } } }',
      'mutation ($id: ID!) { exportEvent(id: $id, format: SPEAKERS_CSV) { job { id } } }',
    ]) {
      await tryEach(viewer, events, document, named('Event'), (one) =>
        oracle.verdict(viewer, oracle.seesEvent(viewer, one), oracle.writesEvent(viewer, one, 'update')),
      );
    }
    await server.sql('DELETE FROM event_members WHERE NOT event_id = ANY($1)', [events.map(({ id }) => id)]);
    await server.sql(`UPDATE events SET deleted_at = '2026-01-01', name = 'Gone' WHERE NOT id = ANY($1)`, [
      events.map(({ id }) => id),
    ]);
    const deleted = world.sessions.filter(({ event, isDeleted }) => event === 'Open' && isDeleted);
    const gone = [...world.speakers.values()].filter(({ event, isDeleted }) => event === 'Open' && isDeleted);
    expect([deleted.length, gone.length].every((count) => count > 0)).toBe(true);
    for (const [kind, rows] of [
      ['Event', events],
      ['Session', deleted],
      ['Speaker', gone],
    ] as const) {
      await tryEach<{ name?: string; id: string }>(
        viewer,
        rows,
        `mutation ($id: ID!) { restore${kind}(id: $id) { ${kind.toLowerCase()} { id } } }`,
        named(kind),
        () => oracle.verdict(viewer, true, oracle.staff(viewer)),
      );
    }
    await server.sql(`UPDATE events SET deleted_at = now() WHERE name = 'Gone'`);
    await server.sql(`UPDATE events SET state = 'PUBLISHED' WHERE name <> 'Draft'`);
    await server.sql('UPDATE sessions SET deleted_at = now() WHERE id = ANY($1)', [
      deleted.map(({ id }) => id),
    ]);
    await server.sql('UPDATE speakers SET deleted_at = now() WHERE id = ANY($1)', [gone.map(({ id }) => id)]);
  });

  it('arranges tracks, rooms, session types, sponsors, social links and FAQs, and sets the copyright', async () => {
    for (const kind of arrangedKinds) {
      const rows = world.arranged.filter((one) => one.kind === kind);
      const verdict = (one: (typeof rows)[number]) =>
        oracle.verdict(viewer, oracle.seesArranged(viewer, one), oracle.arranges(viewer, one));
      const field = kind[0].toLowerCase() + kind.slice(1);
      const change = kind === 'Copyright' ? 'year: 2030' : 'position: 3';
      const named = ({ id }: { id: string }) => ({ id: encodeId(kind, id) });
      await tryEach(
        viewer,
        rows,
        `mutation ($id: ID!) { update${kind}(id: $id, input: { ${change} }) { ${field} { id } } }`,
        named,
        verdict,
      );
      const least = {
        Track: 'name: "New", color: "#123456"',
        Room: 'name: "New"',
        SessionType: 'name: "New", lengthMinutes: 30',
        Sponsor: 'name: "New"',
        SocialLink: 'name: "New", link: "https://new.example"',
        Faq: 'question: "New", answer: "Yes"',
        Copyright: 'holder: "New"',
      }[kind];
      // An event has one at most.
      if (kind === 'Copyright') await server.sql('DELETE FROM copyrights');
      await tryEach(
        viewer,
        rows,
        `mutation ($event: ID!) { create${kind}(input: { eventId: $event, ${least} }) { ${field} { id } } }`,
        (one) => ({ event: encodeId('Event', world.events.get(one.event)!.id) }),
        (one) =>
          oracle.verdict(
            viewer,
            oracle.seesEvent(viewer, world.events.get(one.event)!),
            oracle.arranges(viewer, one),
          ),
      );
    }
    await server.sql(`DELETE FROM tracks WHERE name = 'New'; DELETE FROM rooms WHERE name = 'New'; DELETE FROM session_types WHERE name = 'New'; DELETE FROM sponsors WHERE name = 'New';
      DELETE FROM social_links WHERE name = 'New'; DELETE FROM faqs WHERE question = 'New'; DELETE FROM copyrights`);
    await createCopyrights(server, world);
  });

  it('creates sessions and speakers', async () => {
    const events = [...world.events.values()];
    const eventId = ({ id }: { id: string }) => ({ event: encodeId('Event', id) });
    const verdict = (one: (typeof events)[number]) =>
      oracle.verdict(viewer, oracle.seesEvent(viewer, one), oracle.createsSession(viewer, one));
    await tryEach(
      viewer,
      events,
      'mutation ($event: ID!) { createSession(input: { eventId: $event, title: "New" }) { session { title state } } }',
      eventId,
      verdict,
    );
    await tryEach(
      viewer,
      events,
      'mutation ($event: ID!) { createSpeaker(input: { eventId: $event, name: "New", forOther: true }) { speaker { name } } }',
      eventId,
      verdict,
    );
    await server.sql(`DELETE FROM sessions WHERE title = 'New'; DELETE FROM speakers WHERE name = 'New'`);
  });

  it('updates people', async () => {
    await tryEach(
      viewer,
      [...world.people.values()],
      'mutation ($id: ID!, $name: String) { updateUser(id: $id, input: { publicName: $name }) { user { id } } }',
      (one) => ({ id: encodeId('User', one.id), name: one.name }),
      (one) => oracle.verdict(viewer, oracle.seesUser(viewer, one), oracle.updatesUser(viewer, one)),
    );
  });
});

describe.each([
  nobody,
  'superAdmin',
  'ownerofOpen',
  'coorganizerofOpen',
  'moderatorofOpen',
  'submitter',
  'formerTeam',
  'speaker',
  'registered',
])('the steps of %s', (viewer) => {
  const moved = world.sessions.filter(
    ({ event, name, isDeleted }) => !isDeleted && (event === 'Open' || name.includes('DRAFT at Closed')),
  );
  const anybody = (one: WorldSession, to: string) =>
    ['superAdmin', 'submitter', 'speaker'].some((party) => {
      // The whole table for a state: what team, creator and speakers may set between them.
      const mine = { ...one, creator: 'submitter', enteredByTeam: false, speakers: [...one.speakers] };
      return [
        ...oracle.maySet(party, mine),
        ...oracle.maySet('superAdmin', { ...one, enteredByTeam: true }),
      ].includes(to as never);
    });

  it.each(states)('to %s are those of the state table', async (to) => {
    await tryEach(
      viewer,
      moved,
      'mutation ($id: ID!, $to: SessionState!) { transitionSession(id: $id, to: $to, notify: false) { session { state } } }',
      (one) => ({ ...sessionId(one), to }),
      (one) => {
        const sees = oracle.seesSession(viewer, one);
        const isParty = oracle.readsSessionFields(viewer, one);
        if (!tokens.has(viewer) || !sees || !isParty) return oracle.verdict(viewer, sees, false);
        if (one.state === to || oracle.maySet(viewer, one).includes(to)) return 'OK';
        return anybody(one, to) ? 'FORBIDDEN' : 'CONFLICT';
      },
    );
    await server.sql(
      `UPDATE sessions SET state = split_part(title, ' ', 2) WHERE title NOT LIKE '% at Gone'`,
    );
  });
});

describe.each([
  { label: 'the call is over', hasEnded: false, allowsEditsAfterEnd: false },
  { label: 'the call is over and allows edits', hasEnded: false, allowsEditsAfterEnd: true },
  { label: 'the event is over', hasEnded: true, allowsEditsAfterEnd: false },
  { label: 'the event is over and its call allows edits', hasEnded: true, allowsEditsAfterEnd: true },
])('once $label', ({ hasEnded, allowsEditsAfterEnd }) => {
  const closed = world.events.get('Closed')!;
  const later = new Oracle({
    ...world,
    events: new Map(world.events).set('Closed', { ...closed, hasEnded, allowsEditsAfterEnd }),
  });
  const itsSessions = world.sessions.filter(({ event }) => event === 'Closed');
  beforeAll(async () => {
    await server.sql('UPDATE calls_for_speakers SET allows_edits_after_end = $2 WHERE event_id = $1', [
      closed.id,
      allowsEditsAfterEnd,
    ]);
    const [from, to] = hasEnded ? ['2021-03-01', '2021-03-03'] : ['2030-03-01', '2030-03-03'];
    await server.sql('UPDATE events SET starts_at = $2, ends_at = $3 WHERE id = $1', [closed.id, from, to]);
  });

  it.each([
    nobody,
    'admin',
    'registered',
    'submitter',
    'formerTeam',
    'speaker',
    'shySpeaker',
    'coorganizerofClosed',
    'moderatorofClosed',
    'ownerofOpen',
  ])('%s updates sessions', (viewer) =>
    tryEach(
      viewer,
      itsSessions,
      'mutation ($id: ID!) { updateSession(id: $id, input: { slidesUrl: "https://slides.example" }) { session { slidesUrl } } }',
      sessionId,
      (one) => later.verdict(viewer, later.seesSession(viewer, one), later.updatesSession(viewer, one)),
    ),
  );
});
