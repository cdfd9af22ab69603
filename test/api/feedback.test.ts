/** Feedback and favourites over HTTP: giving, counting, and what is refused. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPerson } from '../kit/accounts.ts';
import type { Person } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { codes, giveRole, make, makeEvent } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const create =
  'mutation ($input: CreateFeedbackInput!) { createFeedback(input: $input) { feedback { id rating comment event { id } session { id } } } }';
const update =
  'mutation ($id: ID!, $input: UpdateFeedbackInput!) { updateFeedback(id: $id, input: $input) { feedback { rating comment } } }';

let server: TestServer;
let owner: Person, coorganizer: Person, ada: Person;
let event: Made, session: Made;

beforeAll(async () => {
  server = await startServer();
  [owner, coorganizer, ada] = await Promise.all(Array.from({ length: 3 }, () => createPerson(server)));
  event = await makeEvent(server);
  await giveRole(server, event, owner, 'OWNER');
  await giveRole(server, event, coorganizer, 'COORGANIZER');
  session = await make(server, 'Session', { event_id: event.uuid, state: 'ACCEPTED' });
});
afterAll(() => server.close());

describe('feedback', () => {
  it('is given once for each subject, changed, cleaned, and averaged', async () => {
    const give = (who: Person, input: object) => server.ask(create, { input }, who);
    const first = await give(ada, { eventId: event.id, rating: 4, comment: '<b onclick="x">Good</b>' });
    expect(first.data!.createFeedback.feedback).toMatchObject({
      rating: 4,
      comment: '<b>Good</b>',
      event: { id: event.id },
      session: null,
    });
    expect(codes(await give(ada, { eventId: event.id, rating: 1 }))).toEqual(['CONFLICT']);
    const { id } = first.data!.createFeedback.feedback;
    expect(
      (await server.ask(update, { id, input: { comment: null } }, ada)).data!.updateFeedback.feedback,
    ).toEqual({ rating: 4, comment: null });
    expect(codes(await server.ask(update, { id, input: { rating: 3 } }, owner))).toEqual(['FORBIDDEN']);
    expect(codes(await give(owner, { sessionId: session.id, rating: 5 }))).toEqual([]);
    expect(codes(await give(coorganizer, { sessionId: session.id, rating: 4 }))).toEqual([]);
    const read =
      'query ($id: ID!) { session(id: $id) { averageRating ratingCount feedbacks(orderBy: RATING_DESC) { totalCount nodes { rating } } } }';
    const answer = await server.ask(read, { id: session.id }, owner);
    expect(answer.data!.session).toEqual({
      averageRating: 4.5,
      ratingCount: 2,
      feedbacks: { totalCount: 2, nodes: [{ rating: 5 }, { rating: 4 }] },
    });
    const statements = await server.statements(() => server.ask(read, { id: session.id }, owner));
    expect(statements.filter((text) => text.includes('feedback'))).toHaveLength(1);
  });

  it('given by one person twice at once is one', async () => {
    const other = await makeEvent(server);
    const input = { eventId: other.id, rating: 3 };
    const answers = await Promise.all([
      server.ask(create, { input }, ada),
      server.ask(create, { input }, ada),
    ]);
    expect(answers.flatMap(codes)).toEqual(['CONFLICT']);
  });

  it('names one subject and a rating of one to five', async () => {
    const give = (input: object) => server.ask(create, { input }, owner);
    for (const rating of [0, 6])
      expect(codes(await give({ eventId: event.id, rating }))).toEqual(['BAD_USER_INPUT input.rating']);
    for (const input of [{ rating: 3 }, { rating: 3, eventId: event.id, sessionId: session.id }]) {
      expect(codes(await give(input))).toEqual(['BAD_USER_INPUT input.eventId']);
    }
    expect(codes(await give({ rating: 3, eventId: session.id }))).toEqual(['NOT_FOUND']);
  });
});

describe('favourites', () => {
  const mark = 'mutation ($id: ID!) { favouriteSession(id: $id) { session { favouriteCount isFavourite } } }';
  const unmark =
    'mutation ($id: ID!) { unfavouriteSession(id: $id) { session { favouriteCount isFavourite } } }';
  const shown = (answer: { data?: any }) => Object.values(answer.data as Record<string, any>)[0].session;

  it('are set and taken away as often as one likes, also at once', async () => {
    const answers = await Promise.all([
      server.ask(mark, { id: session.id }, ada),
      server.ask(mark, { id: session.id }, ada),
    ]);
    for (const answer of answers) expect(shown(answer)).toEqual({ favouriteCount: 1, isFavourite: true });
    expect(shown(await server.ask(mark, { id: session.id }, owner))).toEqual({
      favouriteCount: 2,
      isFavourite: true,
    });
    expect(
      (
        await server.ask('query ($id: ID!) { session(id: $id) { favouriteCount isFavourite } }', {
          id: session.id,
        })
      ).data,
    ).toEqual({
      session: { favouriteCount: 2, isFavourite: false },
    });
    for (let time = 0; time < 2; time += 1)
      expect(shown(await server.ask(unmark, { id: session.id }, ada))).toEqual({
        favouriteCount: 1,
        isFavourite: false,
      });
    const events = await server.ask(
      'mutation ($id: ID!) { favouriteEvent(id: $id) { event { favouriteCount isFavourite } } }',
      { id: event.id },
      ada,
    );
    expect(events.data!.favouriteEvent.event).toEqual({ favouriteCount: 1, isFavourite: true });
  });

  it('are of what the viewer may see; what is hidden by now can be let go', async () => {
    const hidden = await make(server, 'Session', { event_id: event.uuid, state: 'PENDING' });
    expect(codes(await server.ask(mark, { id: hidden.id }))).toEqual(['UNAUTHENTICATED']);
    expect(codes(await server.ask(mark, { id: hidden.id }, ada))).toEqual(['NOT_FOUND']);
    await server.sql(`UPDATE sessions SET state = 'ACCEPTED' WHERE id = $1`, [hidden.uuid]);
    await server.ask(mark, { id: hidden.id }, ada);
    await server.sql(`UPDATE sessions SET state = 'REJECTED' WHERE id = $1`, [hidden.uuid]);
    const { data } = await server.ask(
      '{ viewer { favourites { nodes { id event { name } session { title } } } } }',
      {},
      ada,
    );
    const [dangling] = data!.viewer.favourites.nodes.filter(
      (node: any) => node.event === null && node.session === null,
    );
    expect(
      codes(
        await server.ask(
          'mutation ($id: ID!) { deleteFavourite(id: $id) { deletedId } }',
          { id: dangling.id },
          ada,
        ),
      ),
    ).toEqual([]);
    const permission =
      'query ($in: ID!) { permission(action: CREATE, type: "Feedback", in: $in) { allowed reason } }';
    expect((await server.ask(permission, { in: session.id }, ada)).data!.permission).toEqual({
      allowed: false,
      reason: 'FORBIDDEN',
    });
    expect((await server.ask(permission, { in: session.id }, owner)).data!.permission).toEqual({
      allowed: true,
      reason: 'ALLOWED',
    });
    expect((await server.ask(permission, { in: event.id }, ada)).data!.permission).toEqual({
      allowed: true,
      reason: 'ALLOWED',
    });
  });
});
