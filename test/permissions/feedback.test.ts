/** The matrices of feedback and favourites: everybody reads and tries everything, and the tables are written once more here. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { tokensFor } from './askers.ts';
import { Oracle } from './oracle.ts';
import { tryAll } from './tries.ts';
import type { WorldEvent, WorldSession } from './world.ts';
import { createWorld, describeWorld, nobody } from './world.ts';

const world = describeWorld();
const oracle = new Oracle(world);
const viewers = [
  nobody,
  'superAdmin',
  'admin',
  'registered',
  'unverified',
  'submitter',
  'speaker',
  'ownerofOpen',
  'coorganizerofOpen',
  'moderatorofOpen',
  'ownerofDraft',
];
const events = [...world.events.values()].filter(({ name }) => name !== 'Closed');
const sessions = world.sessions.filter(({ name }) =>
  /^(plain (ACCEPTED|PENDING)|deleted ACCEPTED) at (Open|Draft|Gone)$/.test(name),
);

interface WorldFeedback {
  readonly id: string;
  readonly label: string;
  readonly by: string;
  readonly event?: WorldEvent;
  readonly session?: WorldSession;
}
// By one with a public profile and one without; of sessions also by one who was on the team.
const feedback: WorldFeedback[] = [
  ...events.flatMap((event) =>
    ['speaker', 'registered'].map((by) => ({ id: randomUUID(), label: `${by} on ${event.name}`, by, event })),
  ),
  ...sessions.flatMap((session) =>
    ['coorganizerofOpen', 'submitter'].map((by) => ({
      id: randomUUID(),
      label: `${by} on ${session.name}`,
      by,
      session,
    })),
  ),
];
const favourites = [
  ...events.flatMap((event) =>
    ['registered', 'speaker'].map((by) => ({ id: randomUUID(), by, event: event.id, session: null })),
  ),
  ...sessions.map((session) => ({ id: randomUUID(), by: 'registered', event: null, session: session.id })),
];

const isPublic = ({ state, isDeleted }: WorldEvent) => state === 'PUBLISHED' && !isDeleted;
const isLive = ({ isDeleted, event }: WorldSession) => !isDeleted && !world.events.get(event)!.isDeleted;
const rates = (viewer: string, session: WorldSession) =>
  oracle.staff(viewer) || oracle.team(viewer, session.event);
const exists = ({ event, session }: WorldFeedback) => (event ? !event.isDeleted : isLive(session!));
const sees = (viewer: string, one: WorldFeedback) =>
  exists(one) && (oracle.staff(viewer) || (one.event ? isPublic(one.event) : rates(viewer, one.session!)));
const changes = (viewer: string, one: WorldFeedback) =>
  viewer === one.by && (one.event ? isPublic(one.event) : rates(viewer, one.session!));

let server: TestServer;
let tokens: ReadonlyMap<string, string>;

beforeAll(async () => {
  server = await startServer({
    MAX_ALIASES: '500',
    MAX_TOKENS: '100000',
    MAX_COST_ANONYMOUS: '1000000',
    MAX_COST_SIGNED_IN: '1000000',
  });
  await createWorld(server, world);
  tokens = await tokensFor(server, world);
  await writeFeedback();
  const rows = favourites.map(({ id, by, event, session }) => ({
    id,
    user_id: world.people.get(by)!.id,
    event_id: event,
    session_id: session,
  }));
  await server.sql(
    'INSERT INTO favourites (id, user_id, event_id, session_id) SELECT id, user_id, event_id, session_id FROM jsonb_populate_recordset(NULL::favourites, $1::jsonb)',
    [JSON.stringify(rows)],
  );
});
afterAll(() => server.close());

async function writeFeedback(): Promise<void> {
  const rows = feedback.map(({ id, by, event, session }) => ({
    id,
    user_id: world.people.get(by)!.id,
    event_id: event?.id ?? null,
    session_id: session?.id ?? null,
    rating: by === 'submitter' ? 1 : 4,
    comment: id,
  }));
  await server.sql('DELETE FROM feedback');
  await server.sql(
    `INSERT INTO feedback (id, user_id, event_id, session_id, rating, comment)
     SELECT id, user_id, event_id, session_id, rating, comment FROM jsonb_populate_recordset(NULL::feedback, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
}

const feedbackId = ({ id }: { id: string }) => encodeId('Feedback', id);
const sorted = (texts: readonly string[]) => [...texts].sort();

describe.each(viewers)('%s', (viewer) => {
  const ask = (document: string) => server.ask(document, {}, { token: tokens.get(viewer) ?? null });

  it('sees the feedback that the table grants, with the people behind it, and counts no other', async () => {
    const nodes = await ask(
      `{ ${feedback.map((one, at) => `a${at}: node(id: "${feedbackId(one)}") { ... on Feedback { comment user { publicName } } }`).join('\n')} }`,
    );
    expect(feedback.map((_, at) => nodes.data![`a${at}`])).toEqual(
      feedback.map((one) => {
        if (!sees(viewer, one)) return null;
        const who = world.people.get(one.by)!;
        return {
          comment: one.id,
          user: who.isProfilePublic || oracle.seesUser(viewer, who) ? { publicName: who.name } : null,
        };
      }),
    );
    const byEvent = await ask(
      `{ ${events.map(({ id }, at) => `a${at}: event(id: "${encodeId('Event', id)}") { favouriteCount isFavourite feedbacks { totalCount nodes { id } } }`).join('\n')} }`,
    );
    events.forEach((event, at) => {
      const found = byEvent.data![`a${at}`];
      if (!oracle.seesEvent(viewer, event)) return expect(found).toBeNull();
      const expected = feedback.filter((one) => one.event === event && sees(viewer, one)).map(feedbackId);
      expect(sorted(found.feedbacks.nodes.map(({ id }: any) => id))).toEqual(sorted(expected));
      expect(found.feedbacks.totalCount).toBe(expected.length);
      return expect([found.favouriteCount, found.isFavourite]).toEqual([
        2,
        ['registered', 'speaker'].includes(viewer),
      ]);
    });
  });

  it('reads ratings and feedback of sessions on the team only, and counts of favourites always', async () => {
    for (const session of sessions) {
      const answer = await ask(
        `{ session(id: "${encodeId('Session', session.id)}") { averageRating ratingCount favouriteCount isFavourite feedbacks { nodes { id } } } }`,
      );
      if (!oracle.seesSession(viewer, session)) {
        expect(answer.data!.session).toBeNull();
        continue;
      }
      const marked = { favouriteCount: 1, isFavourite: viewer === 'registered' };
      if (rates(viewer, session)) {
        const expected = feedback
          .filter((one) => one.session === session)
          .map((one) => ({ id: feedbackId(one) }));
        expect(answer.data!.session).toEqual({
          ...marked,
          averageRating: 2.5,
          ratingCount: 2,
          feedbacks: { nodes: expect.arrayContaining(expected) },
        });
        continue;
      }
      expect(answer.data!.session).toEqual({
        ...marked,
        averageRating: null,
        ratingCount: null,
        feedbacks: null,
      });
      expect(sorted(answer.errors!.map(({ extensions }) => extensions.field))).toEqual([
        'Session.averageRating',
        'Session.feedbacks',
        'Session.ratingCount',
      ]);
    }
    const ordered = await ask(
      '{ events { nodes { sessions(orderBy: AVERAGE_RATING_DESC, filter: { ratingCount: { gt: 1 } }) { nodes { title } } } } }',
    );
    const isOnTeam = [...world.events.values()].some(({ name }) => oracle.team(viewer, name));
    // Who reads it of no row is not told by an order either.
    if (!isOnTeam && !oracle.staff(viewer)) expect(ordered.errors![0].extensions.code).toBe('FORBIDDEN');
    else {
      const titles = ordered.data!.events.nodes.flatMap(({ sessions: page }: any) =>
        page.nodes.map(({ title }: any) => title),
      );
      expect(sorted(titles)).toEqual(
        sorted(
          sessions
            .filter(
              (one) =>
                isLive(one) && rates(viewer, one) && oracle.listsEvent(viewer, world.events.get(one.event)!),
            )
            .map(({ name }) => name),
        ),
      );
    }
  });

  it('gives, changes and deletes the feedback that the table grants', async () => {
    const token = tokens.get(viewer);
    const tries = (may: (one: WorldFeedback) => boolean) =>
      feedback.map((one) => ({
        label: one.label,
        variables: { id: feedbackId(one) },
        expected: oracle.verdict(viewer, sees(viewer, one), may(one)),
      }));
    await tryAll(
      server,
      token,
      'mutation ($id: ID!) { updateFeedback(id: $id, input: { rating: 2 }) { feedback { rating } } }',
      tries((one) => changes(viewer, one)),
    );
    await tryAll(
      server,
      token,
      'mutation ($id: ID!) { deleteFeedback(id: $id) { deletedId } }',
      tries((one) => oracle.staff(viewer) || viewer === one.by),
    );
    await server.sql('DELETE FROM feedback');
    const create =
      'mutation ($input: CreateFeedbackInput!) { createFeedback(input: $input) { feedback { rating } } }';
    await tryAll(
      server,
      token,
      create,
      events.map((one) => ({
        label: one.name,
        variables: { input: { eventId: encodeId('Event', one.id), rating: 5 } },
        expected: oracle.verdict(viewer, oracle.seesEvent(viewer, one), isPublic(one)),
      })),
    );
    await tryAll(
      server,
      token,
      create,
      sessions.map((one) => ({
        label: one.name,
        variables: { input: { sessionId: encodeId('Session', one.id), rating: 5 } },
        expected: oracle.verdict(viewer, oracle.seesSession(viewer, one), rates(viewer, one)),
      })),
    );
    await writeFeedback();
  });

  it('sees and deletes the own favourites, and nobody else’s', async () => {
    const ids = favourites.map(({ id }) => encodeId('Favourite', id));
    const nodes = await ask(`{ ${ids.map((id, at) => `a${at}: node(id: "${id}") { id }`).join('\n')} }`);
    expect(ids.map((_, at) => nodes.data![`a${at}`])).toEqual(
      favourites.map(({ by }, at) => (by === viewer ? { id: ids[at] } : null)),
    );
    await tryAll(
      server,
      tokens.get(viewer),
      'mutation ($id: ID!) { deleteFavourite(id: $id) { deletedId } }',
      favourites.flatMap(({ by }, at) =>
        by === viewer
          ? []
          : [{ label: by, variables: { id: ids[at] }, expected: oracle.verdict(viewer, false, false) }],
      ),
    );
    if (viewer === nobody) return;
    const own = await ask(
      '{ viewer { favourites(first: 100) { totalCount nodes { id event { name } session { title } } } } }',
    );
    const mine = favourites.filter(({ by }) => by === viewer);
    expect(own.data!.viewer.favourites.totalCount).toBe(mine.length);
    for (const node of own.data!.viewer.favourites.nodes) {
      const one = mine.find(({ id }) => encodeId('Favourite', id) === node.id)!;
      const event = events.find(({ id }) => id === one.event);
      const session = sessions.find(({ id }) => id === one.session);
      expect(node.event).toEqual(event && oracle.seesEvent(viewer, event) ? { name: event.name } : null);
      expect(node.session).toEqual(
        session && oracle.seesSession(viewer, session) ? { title: session.name } : null,
      );
    }
  });
});
