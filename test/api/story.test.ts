/**
 * A conference as people live it, over HTTP: an organizer calls for speakers, a coorganizer joins by invite, a speaker
 * submits twice, one is accepted and one rejected, and an anonymous visitor sees exactly the accepted one, wherever they
 * look. In the end an admin reads who did what.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Person } from '../kit/accounts.ts';
import { sentMails, tokenIn } from '../kit/mails.ts';
import type { Asker, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let admin: Person;

beforeAll(async () => {
  server = await startServer();
  admin = await createPerson(server, { isAdmin: true });
});
afterAll(() => server.close());

/** Asks, and is answered without an error. */
async function ask(
  document: string,
  variables: Record<string, unknown> = {},
  who?: Asker,
): Promise<Record<string, any>> {
  const answer = await server.ask(document, variables, who);
  expect(answer.errors).toBeUndefined();
  return answer.data!;
}
const mailTo = async (email: string) => (await sentMails(server)).filter(({ to }) => to === email);

/** Signs up, and proves the address by the mail. */
async function join(firstName: string): Promise<Asker & { email: string }> {
  const email = `${firstName.toLowerCase()}@example.org`;
  const { signUp } = await ask('mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken } }', {
    input: { email, password: 'correct horse battery staple', firstName, publicName: `${firstName} Example` },
  });
  const [mail] = await mailTo(email);
  await ask('mutation ($token: String!) { verifyEmail(token: $token) { isVerified } }', {
    token: tokenIn(mail),
  });
  return { email, token: signUp.accessToken };
}

describe('the story', () => {
  let organizer: Asker & { email: string },
    coorganizer: Asker & { email: string },
    speaker: Asker & { email: string };
  let eventId: string, trackId: string, roomId: string, sessionTypeId: string;
  /** To a field that the team alone reads, and to a public one. */
  const answers = { equipment: 'A loud bell', hashtag: '#idea' };
  let topicId: string, profileId: string, coSpeakerId: string, acceptedId: string, rejectedId: string;

  it('begins with an event and its call for speakers', async () => {
    organizer = await join('Olga');
    const topic = await ask(
      'mutation { createEventTopic(input: { name: "Science" }) { eventTopic { id } } }',
      {},
      admin,
    );
    topicId = topic.createEventTopic.eventTopic.id;
    const now = Date.now();
    const at = (days: number) => new Date(now + days * 86_400_000).toISOString();
    const input = {
      name: 'Summit',
      startsAt: at(60),
      endsAt: at(62),
      timezone: 'Europe/Berlin',
      description: '<p>Come</p>',
      topicId,
    };
    ({
      createEvent: {
        event: { id: eventId },
      },
    } = await ask(
      'mutation ($input: CreateEventInput!) { createEvent(input: $input) { event { id } } }',
      { input },
      organizer,
    ));
    const make = async (kind: string, more: string) => {
      const field = kind[0].toLowerCase() + kind.slice(1);
      const data = await ask(
        `mutation ($id: ID!) { create${kind}(input: { eventId: $id, name: "Main", ${more} }) { ${field} { id } } }`,
        { id: eventId },
        organizer,
      );
      return data[`create${kind}`][field].id as string;
    };
    trackId = await make('Track', 'color: "#336699"');
    roomId = await make('Room', 'floor: 1');
    sessionTypeId = await make('SessionType', 'lengthMinutes: 45');
    const addField =
      'mutation ($input: CreateCustomFormInput!) { createCustomForm(input: $input) { customForm { position isFixed isPublic } } }';
    const field = { eventId, form: 'SESSION', type: 'TEXT' };
    await ask(
      addField,
      {
        input: {
          ...field,
          name: 'What do you need on stage?',
          fieldIdentifier: 'equipment',
          isRequired: true,
        },
      },
      organizer,
    );
    await ask(
      addField,
      { input: { ...field, name: 'Hashtag', fieldIdentifier: 'hashtag', isPublic: true } },
      organizer,
    );
    const call = { startsAt: at(-1), endsAt: at(30), announcement: '<p>Speak</p>' };
    await ask(
      'mutation ($id: ID!, $input: CallForSpeakersInput!) { setCallForSpeakers(eventId: $id, input: $input) { callForSpeakers { hash } } }',
      { id: eventId, input: call },
      organizer,
    );
    expect((await ask('query ($id: ID!) { event(id: $id) { name } }', { id: eventId })).event).toBeNull();
    await ask(
      'mutation ($id: ID!) { publishEvent(id: $id) { event { state } } }',
      { id: eventId },
      organizer,
    );
    expect(
      (await ask('{ events { nodes { name callForSpeakers { announcement } } } }')).events.nodes,
    ).toEqual([{ name: 'Summit', callForSpeakers: { announcement: '<p>Speak</p>' } }]);
  });

  it('goes on with a coorganizer who is invited and accepts', async () => {
    const email = 'carl@example.org';
    await ask(
      'mutation ($input: CreateRoleInviteInput!) { createRoleInvite(input: $input) { roleInvite { status } } }',
      { input: { eventId, email, role: 'COORGANIZER' } },
      organizer,
    );
    const [mail] = await mailTo(email);
    const token = tokenIn(mail);
    const { roleInvite } = await ask(
      'query ($token: String!) { roleInvite(token: $token) { eventName role status } }',
      { token },
    );
    expect(roleInvite).toEqual({ eventName: 'Summit', role: 'COORGANIZER', status: 'PENDING' });
    coorganizer = await join('Carl');
    await ask(
      'mutation ($token: String!) { acceptRoleInvite(token: $token) { roleInvite { status } } }',
      { token },
      coorganizer,
    );
    const { event } = await ask(
      'query ($id: ID!) { event(id: $id) { members { nodes { role user { publicName } } } viewerCan } }',
      { id: eventId },
      coorganizer,
    );
    expect(event.members.nodes).toHaveLength(2);
    expect(event.members.nodes).toContainEqual({ role: 'COORGANIZER', user: { publicName: 'Carl Example' } });
    expect(event.viewerCan).toEqual(['VIEW', 'UPDATE']);
  });

  it('has a speaker who submits twice, the second time with somebody else', async () => {
    speaker = await join('Sara');
    const create =
      'mutation ($input: CreateSpeakerInput!) { createSpeaker(input: $input) { speaker { id email } } }';
    const own = await ask(
      create,
      { input: { eventId, name: 'Sara Example', shortBiography: '<p>Hi</p>' } },
      speaker,
    );
    profileId = own.createSpeaker.speaker.id;
    coSpeakerId = (await ask(create, { input: { eventId, name: 'Her friend', forOther: true } }, speaker))
      .createSpeaker.speaker.id;
    const submit = async (title: string, speakerIds: string[]) => {
      const input = {
        eventId,
        title,
        trackId,
        sessionTypeId,
        speakerIds,
        shortAbstract: '<p>Short</p>',
        comments: 'for the team',
      };
      const enter =
        'mutation ($input: CreateSessionInput!) { createSession(input: $input) { session { id state answers } } }';
      const refused = await server.ask(
        enter,
        { input: { ...input, answers: { hashtag: '#idea' } } },
        speaker,
      );
      expect(refused.errors![0].extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        fields: [{ path: ['input', 'answers', 'equipment'] }],
      });
      const data = await ask(enter, { input: { ...input, answers } }, speaker);
      expect(data.createSession.session).toMatchObject({ state: 'PENDING', answers });
      return data.createSession.session.id as string;
    };
    acceptedId = await submit('Good idea', [profileId]);
    rejectedId = await submit('Bad idea', [profileId, coSpeakerId]);
    expect((await mailTo(organizer.email)).map(({ subject }) => subject)).toEqual([
      'New session at Summit: Good idea',
      'New session at Summit: Bad idea',
    ]);
    expect(
      (
        await ask('query ($id: ID!) { event(id: $id) { sessions { totalCount } speakers { totalCount } } }', {
          id: eventId,
        })
      ).event,
    ).toEqual({
      sessions: { totalCount: 0 },
      speakers: { totalCount: 0 },
    });
  });

  it('has a team that rates, accepts one, rejects the other, and publishes the schedule', async () => {
    await ask(
      'mutation ($id: ID!) { createFeedback(input: { sessionId: $id, rating: 5 }) { feedback { rating } } }',
      { id: acceptedId },
      coorganizer,
    );
    const { event } = await ask(
      'query ($id: ID!) { event(id: $id) { startsAt sessions(orderBy: AVERAGE_RATING_DESC) { nodes { title averageRating comments answers } } } }',
      { id: eventId },
      organizer,
    );
    const said = { comments: 'for the team', answers };
    expect(event.sessions.nodes).toEqual([
      { title: 'Good idea', averageRating: 5, ...said },
      { title: 'Bad idea', averageRating: null, ...said },
    ]);
    const start = new Date(event.startsAt).getTime();
    const input = {
      roomId,
      startsAt: new Date(start).toISOString(),
      endsAt: new Date(start + 2_700_000).toISOString(),
    };
    for (const id of [acceptedId, rejectedId]) {
      await ask(
        'mutation ($id: ID!, $input: UpdateSessionInput!) { updateSession(id: $id, input: $input) { session { id } overlaps { totalCount } } }',
        { id, input },
        coorganizer,
      );
    }
    const move =
      'mutation ($id: ID!, $to: SessionState!) { transitionSession(id: $id, to: $to) { session { state } } }';
    await ask(move, { id: acceptedId, to: 'ACCEPTED' }, coorganizer);
    await ask(move, { id: rejectedId, to: 'REJECTED' }, organizer);
    expect((await mailTo(speaker.email)).map(({ subject }) => subject)).toEqual([
      'Good idea: accepted',
      'Bad idea: rejected',
    ]);
    await ask(
      'mutation ($id: ID!) { publishSchedule(eventId: $id) { event { schedulePublishedAt } } }',
      { id: eventId },
      organizer,
    );
    const { viewer } = await ask(
      '{ viewer { unreadNotificationCount notifications { nodes { kind } } } }',
      {},
      speaker,
    );
    expect(viewer.unreadNotificationCount).toBe(3);
    expect(viewer.notifications.nodes.map(({ kind }: any) => kind).sort()).toEqual([
      'event.schedulePublished',
      'session.stateChanged',
      'session.stateChanged',
    ]);
  });

  describe('an anonymous visitor sees exactly the accepted session', () => {
    const only = { totalCount: 1, nodes: [{ title: 'Good idea' }] };
    const sessions = 'sessions(first: 10) { totalCount nodes { title } }';

    it('in the lists of the event, whatever the filter and the order, with its one speaker', async () => {
      const { events } = await ask(
        `{ events(first: 10) { totalCount nodes { ${sessions} speakers { totalCount nodes { name ${sessions} } } } } }`,
      );
      expect(events).toEqual({
        totalCount: 1,
        nodes: [
          { sessions: only, speakers: { totalCount: 1, nodes: [{ name: 'Sara Example', sessions: only }] } },
        ],
      });
      const filtered =
        'query ($id: ID!, $filter: SessionFilter, $orderBy: SessionOrder) { event(id: $id) { sessions(filter: $filter, orderBy: $orderBy) { totalCount nodes { title } edges { node { title } } pageInfo { hasNextPage } } } }';
      for (const filter of [
        { not: { state: { equals: 'ACCEPTED' } } },
        { title: { contains: 'Bad' } },
        { id: { in: [rejectedId] } },
        { state: { in: ['PENDING', 'REJECTED'] } },
      ]) {
        const { event } = await ask(filtered, { id: eventId, filter });
        expect(event.sessions).toEqual({
          totalCount: 0,
          nodes: [],
          edges: [],
          pageInfo: { hasNextPage: false },
        });
      }
      for (const orderBy of ['TITLE_ASC', 'STARTS_AT_DESC', 'STATE_ASC', 'FAVOURITE_COUNT_DESC']) {
        const { event } = await ask(filtered, { id: eventId, orderBy });
        expect(event.sessions.edges).toEqual([{ node: { title: 'Good idea' } }]);
      }
    });

    it('by id and as a node; the rejected one is as one that never was', async () => {
      const never = encodeId('Session', '01990000-0000-7000-8000-000000000000');
      for (const document of [
        'query ($id: ID!) { found: session(id: $id) { title } }',
        'query ($id: ID!) { found: node(id: $id) { ... on Session { title } } }',
      ]) {
        expect((await ask(document, { id: acceptedId })).found).toEqual({ title: 'Good idea' });
        expect(await ask(document, { id: rejectedId })).toEqual(await ask(document, { id: never }));
      }
      const speakers = 'query ($id: ID!) { speaker(id: $id) { name } }';
      expect((await ask(speakers, { id: coSpeakerId })).speaker).toBeNull();
      const { permission } = await ask(
        'query ($id: ID!) { permission(action: UPDATE, id: $id) { allowed reason } }',
        { id: rejectedId },
      );
      expect(permission).toEqual({ allowed: false, reason: 'NOT_FOUND' });
    });

    it('through topic, track, room, session type and speaker', async () => {
      const { eventTopic } = await ask(
        `query ($id: ID!) { eventTopic(id: $id) { events(first: 5) { nodes { name ${sessions} } } } }`,
        { id: topicId },
      );
      expect(eventTopic.events.nodes).toEqual([{ name: 'Summit', sessions: only }]);
      for (const [kind, id] of [
        ['Track', trackId],
        ['Room', roomId],
        ['SessionType', sessionTypeId],
        ['Speaker', profileId],
      ]) {
        expect(
          (await ask(`query ($id: ID!) { node(id: $id) { ... on ${kind} { ${sessions} } } }`, { id })).node
            .sessions,
        ).toEqual(only);
      }
      const { session } = await ask(
        `query ($id: ID!) { session(id: $id) { track { ${sessions} } room { ${sessions} } sessionType { ${sessions} } event { ${sessions} } speakers { nodes { ${sessions} } } } }`,
        { id: acceptedId },
      );
      expect(session).toEqual({
        track: { sessions: only },
        room: { sessions: only },
        sessionType: { sessions: only },
        event: { sessions: only },
        speakers: { nodes: [{ sessions: only }] },
      });
    });

    it('by a search for words of both', async () => {
      const { events } = await ask(
        '{ events(filter: { search: "summ" }) { nodes { found: sessions(filter: { search: "idea" }) { totalCount nodes { title } } bad: sessions(filter: { search: "bad" }) { totalCount nodes { title } } } } }',
      );
      expect(events.nodes).toEqual([{ found: only, bad: { totalCount: 0, nodes: [] } }]);
    });

    it('with the answers to public fields alone, like anybody who is not of the team', async () => {
      const read =
        'query ($id: ID!, $event: ID!) { session(id: $id) { answers event { sessions { nodes { answers } } } } event(id: $event) { customForms(filter: { fieldIdentifier: { in: ["equipment", "hashtag"] } }) { totalCount } } }';
      const part = { hashtag: '#idea' };
      const seen = { answers: part, event: { sessions: { nodes: [{ answers: part }] } } };
      const variables = { id: acceptedId, event: eventId };
      expect(await ask(read, variables)).toEqual({
        session: seen,
        event: { customForms: { totalCount: 0 } },
      });
      expect(await ask(read, variables, await createPerson(server))).toEqual({
        session: seen,
        event: { customForms: { totalCount: 2 } },
      });
      for (const who of [coorganizer, speaker, admin])
        expect((await ask(read, variables, who)).session.answers).toEqual(answers);
    });

    it('and nothing of what is the team’s', async () => {
      const answer = await server.ask(
        'query ($id: ID!) { session(id: $id) { title comments averageRating feedbacks { totalCount } speakers { nodes { email } } speakerInvites { totalCount } } }',
        { id: acceptedId },
      );
      expect(answer.data!.session).toEqual({
        title: 'Good idea',
        comments: null,
        averageRating: null,
        feedbacks: null,
        speakers: { nodes: [{ email: null }] },
        speakerInvites: { totalCount: 0 },
      });
      expect(answer.errors!.map(({ extensions }) => extensions.field).sort()).toEqual([
        'Session.averageRating',
        'Session.comments',
        'Session.feedbacks',
        'Speaker.email',
      ]);
    });
  });

  it('ends with an admin who reads who did what', async () => {
    const read =
      'query ($filter: ActivityFilter) { activities(first: 100, filter: $filter) { totalCount nodes { action mutation objectType objectId actor { email } } } }';
    const { activities } = await ask(read, {}, admin);
    const lines = activities.nodes.map(
      ({ action, objectType, actor }: any) => `${actor?.email.split('@')[0]} ${action} ${objectType}`,
    );
    for (const line of [
      'olga CREATE Event',
      'olga PUBLISH Event',
      'olga CREATE CallForSpeakers',
      'olga CREATE Track',
      'olga CREATE RoleInvite',
      'carl ACCEPT RoleInvite',
      'carl CREATE EventMember',
      'sara CREATE Speaker',
      'sara CREATE Session',
      'carl CREATE Feedback',
      'carl TRANSITION Session',
      'olga TRANSITION Session',
      'olga PUBLISH_SCHEDULE Event',
    ]) {
      expect(lines).toContain(line);
    }
    const ofOne = await ask(read, { filter: { object: { equals: acceptedId } } }, admin);
    expect(ofOne.activities.nodes.map(({ mutation }: any) => mutation)).toEqual([
      'transitionSession',
      'updateSession',
      'createSession',
    ]);
    for (const who of [undefined, organizer, speaker])
      expect((await ask(read, {}, who)).activities).toEqual({ totalCount: 0, nodes: [] });
  });
});
