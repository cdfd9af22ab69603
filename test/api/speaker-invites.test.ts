/** Speaker invites over HTTP: from the mail to the session, with the profile that the invite offers or the own one. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPerson } from '../kit/accounts.ts';
import type { Person } from '../kit/accounts.ts';
import type { EventOptions, Made } from '../kit/event-rows.ts';
import { codes, giveRole, link, make, makeEvent, setCall } from '../kit/event-rows.ts';
import { sentMails, tokenIn } from '../kit/mails.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const create = `mutation ($input: CreateSpeakerInviteInput!) { createSpeakerInvite(input: $input) {
  speakerInvite { id eventName sessionTitle status email session { id } speaker { id } invitedBy { id } } } }`;
const update =
  'mutation ($id: ID!, $input: UpdateSpeakerInviteInput!) { updateSpeakerInvite(id: $id, input: $input) { speakerInvite { email } } }';
const onId = (verb: string) => `mutation ($id: ID!) { ${verb}(id: $id) { speakerInvite { status } } }`;
const erase = 'mutation ($id: ID!) { deleteSpeakerInvite(id: $id) { deletedId } }';
const accept = `mutation ($token: String, $id: ID) { acceptSpeakerInvite(token: $token, id: $id) {
  speakerInvite { status session { title speakers { nodes { name user { id } } } } } } }`;
const decline =
  'mutation ($token: String, $id: ID) { declineSpeakerInvite(token: $token, id: $id) { speakerInvite { status } } }';
const byToken =
  'query ($token: String!) { speakerInvite(token: $token) { eventName sessionTitle status expiresAt email session { id } speaker { id } } }';

let server: TestServer;
let owner: Person, ada: Person, bob: Person, creator: Person;

beforeAll(async () => {
  server = await startServer();
  [owner, ada, bob, creator] = await Promise.all(
    ['Owner', 'Ada', 'Bob', 'Creator'].map((publicName) => createPerson(server, { publicName })),
  );
});
afterAll(() => server.close());

async function sessionAt(
  options: EventOptions = {},
  row: Record<string, unknown> = {},
): Promise<{ event: Made; session: Made }> {
  const event = await makeEvent(server, options);
  await giveRole(server, event, owner, 'OWNER');
  return {
    event,
    session: await make(server, 'Session', { event_id: event.uuid, creator_id: creator.userId, ...row }),
  };
}

/** Invites somebody, and returns the id of the invite and the token of its mail. */
async function invited(
  session: Made,
  { email }: { email: string },
  more: object = {},
  by = owner,
): Promise<{ id: string; token: string }> {
  const answer = await server.ask(create, { input: { sessionId: session.id, email, ...more } }, by);
  expect(answer.errors).toBeUndefined();
  const [mail] = (await sentMails(server)).filter(({ to }) => to === email);
  return { id: answer.data!.createSpeakerInvite.speakerInvite.id, token: tokenIn(mail) };
}
const speakersOf = (session: Made) =>
  server.sql(
    `SELECT p.id, p.name, p.email, p.user_id FROM session_speakers l JOIN speakers p ON p.id = l.speaker_id WHERE l.session_id = $1 ORDER BY p.name`,
    [session.uuid],
  );

describe('createSpeakerInvite', () => {
  it('is for the team, and for creator and speakers who may update the session', async () => {
    const { event, session } = await sessionAt();
    const ask = (who?: Person, input: object = {}) =>
      server.ask(create, { input: { sessionId: session.id, email: 'x@example.org', ...input } }, who);
    expect(codes(await ask())).toEqual(['UNAUTHENTICATED']);
    expect(codes(await ask(bob))).toEqual(['NOT_FOUND']);
    await server.sql(`UPDATE sessions SET state = 'ACCEPTED' WHERE id = $1`, [session.uuid]);
    expect(codes(await ask(bob))).toEqual(['FORBIDDEN']);
    const made = await ask(creator, { email: 'First@Example.org' });
    expect(made.data!.createSpeakerInvite.speakerInvite).toMatchObject({
      eventName: 'Open day',
      sessionTitle: 'A talk',
      status: 'PENDING',
      email: 'first@example.org',
      session: { id: session.id },
      invitedBy: { id: creator.id },
    });
    expect(codes(await ask(owner, { email: 'first@example.org' }))).toEqual(['CONFLICT']);
    await server.sql('UPDATE sessions SET is_locked = true WHERE id = $1', [session.uuid]);
    expect(codes(await ask(creator))).toEqual(['FORBIDDEN']);
    expect(codes(await ask(owner, { email: 'locked@example.org' }))).toEqual([]);
    await server.sql('UPDATE sessions SET is_locked = false WHERE id = $1', [session.uuid]);
    await setCall(server, event.uuid, 'closed');
    // What is accepted its creator completes until the event ends; what waits for a decision stays as it is.
    expect(codes(await ask(creator, { email: 'later@example.org' }))).toEqual([]);
    await server.sql(`UPDATE sessions SET state = 'PENDING' WHERE id = $1`, [session.uuid]);
    expect(codes(await ask(creator))).toEqual(['FORBIDDEN']);
    await sentMails(server);
  });

  it('offers a profile without a user of the same event only', async () => {
    const { event, session } = await sessionAt();
    const other = await makeEvent(server);
    await giveRole(server, other, owner, 'OWNER');
    const foreign = await make(server, 'Speaker', { event_id: other.uuid });
    const claimed = await make(server, 'Speaker', {
      event_id: event.uuid,
      user_id: bob.userId,
      email: bob.email,
    });
    const hidden = await make(server, 'Speaker', { event_id: event.uuid });
    const ask = (speakerId: string, who = owner) =>
      server.ask(create, { input: { sessionId: session.id, email: 'y@example.org', speakerId } }, who);
    for (const { id } of [foreign, claimed])
      expect(codes(await ask(id))).toEqual(['BAD_USER_INPUT input.speakerId']);
    expect(codes(await ask(hidden.id, creator))).toEqual(['NOT_FOUND']);
  });

  it('does not send the mail of somebody who has nothing to do with the session any more', async () => {
    const losses: [string, (event: Made, session: Made, inviter: Person) => Promise<unknown>][] = [
      [
        'the role',
        ({ uuid }, _session, { userId }) =>
          server.sql('DELETE FROM event_members WHERE event_id = $1 AND user_id = $2', [uuid, userId]),
      ],
      [
        'the profile',
        (_event, { uuid }) => server.sql('DELETE FROM session_speakers WHERE session_id = $1', [uuid]),
      ],
    ];
    for (const [what, lose] of losses) {
      const inviter = await createPerson(server);
      const { event, session } = await sessionAt();
      if (what === 'the role') await giveRole(server, event, inviter, 'ORGANIZER');
      else
        await link(
          server,
          session,
          await make(server, 'Speaker', { event_id: event.uuid, user_id: inviter.userId }),
        );
      const asking = (email: string) =>
        server.ask(create, { input: { sessionId: session.id, email } }, inviter);
      expect(codes(await asking('before@example.org'))).toEqual([]);
      expect((await sentMails(server)).map(({ to }) => to)).toEqual(['before@example.org']);
      // What the invite needed when it was made may be gone: that alone stops no mail.
      expect(codes(await asking('closed@example.org'))).toEqual([]);
      await setCall(server, event.uuid, 'closed');
      expect((await sentMails(server)).map(({ to }) => to)).toEqual(['closed@example.org']);
      await setCall(server, event.uuid, 'open');
      expect(codes(await asking('after@example.org'))).toEqual([]);
      await lose(event, session, inviter);
      expect(await sentMails(server)).toEqual([]);
    }
  });
});

describe('the bearer of the token', () => {
  it('sees event, session, status and end, and no more', async () => {
    const { session } = await sessionAt({ state: 'DRAFT' });
    const { token } = await invited(session, ada);
    for (const who of [undefined, bob]) {
      const answer = await server.ask(byToken, { token }, who);
      expect(answer.data!.speakerInvite).toEqual({
        eventName: 'Open day',
        sessionTitle: 'A talk',
        status: 'PENDING',
        expiresAt: expect.any(String),
        email: null,
        session: null,
        speaker: null,
      });
      expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual([
        'FORBIDDEN',
        'FORBIDDEN',
        'FORBIDDEN',
      ]);
    }
    await server.sql('UPDATE sessions SET deleted_at = now() WHERE id = $1', [session.uuid]);
    expect((await server.ask(byToken, { token })).data).toEqual({ speakerInvite: null });
    expect(codes(await server.ask(accept, { token }, ada))).toEqual(['NOT_FOUND']);
  });
});

describe('accepting', () => {
  it('makes a profile where there is none, though the event is a draft, the call closed and the session locked', async () => {
    const { event, session } = await sessionAt({ state: 'DRAFT', call: 'closed' }, { is_locked: true });
    const { token } = await invited(session, ada);
    const answer = await server.ask(accept, { token }, ada);
    expect(answer).toEqual({
      data: {
        acceptSpeakerInvite: {
          speakerInvite: {
            status: 'ACCEPTED',
            session: { title: 'A talk', speakers: { nodes: [{ name: 'Ada', user: { id: ada.id } }] } },
          },
        },
      },
    });
    expect(
      await server.sql('SELECT 1 FROM notices WHERE topic = $1', [`session:${event.uuid}`]),
    ).toHaveLength(1);
    expect(codes(await server.ask(accept, { token }, ada))).toEqual(['CONFLICT']);
    expect(await speakersOf(session)).toHaveLength(1);
  });

  it('shows nothing of the address where the person has no public name, and takes the name that they give', async () => {
    for (const [given, shown] of [
      [{}, 'Unnamed speaker'],
      [{ name: ' Grace ' }, 'Grace'],
    ] as const) {
      const { session } = await sessionAt();
      const hidden = await createPerson(server, { email: `grace.secret${shown.length}@example.org` });
      const { token } = await invited(session, hidden);
      const named =
        'mutation ($token: String, $name: String) { acceptSpeakerInvite(token: $token, name: $name) { speakerInvite { status } } }';
      expect(codes(await server.ask(named, { token, name: ' ' }, hidden))).toEqual(['BAD_USER_INPUT name']);
      expect(codes(await server.ask(named, { token, ...given }, hidden))).toEqual([]);
      expect((await speakersOf(session)).map(({ name }) => name)).toEqual([shown]);
    }
  });

  it('gives the invite’s profile its user', async () => {
    const { event, session } = await sessionAt();
    const profile = await make(server, 'Speaker', { event_id: event.uuid, name: 'To be announced' });
    await link(server, session, profile);
    const { token } = await invited(session, ada, { speakerId: profile.id });
    expect(codes(await server.ask(accept, { token }, ada))).toEqual([]);
    expect(await speakersOf(session)).toEqual([
      { id: profile.uuid, name: 'To be announced', email: ada.email, user_id: ada.userId },
    ]);
  });

  it('links the own profile where there is one, and takes over one without a user under the same address', async () => {
    const { event, session } = await sessionAt();
    const mine = await make(server, 'Speaker', {
      event_id: event.uuid,
      name: 'Ada herself',
      user_id: ada.userId,
      email: ada.email,
    });
    const offered = await make(server, 'Speaker', { event_id: event.uuid, name: 'Offered' });
    const { token } = await invited(session, ada, { speakerId: offered.id });
    expect(codes(await server.ask(accept, { token }, ada))).toEqual([]);
    expect((await speakersOf(session)).map(({ id }) => id)).toEqual([mine.uuid]);
    const standing = await make(server, 'Speaker', {
      event_id: event.uuid,
      name: 'Bob as entered',
      email: bob.email,
    });
    const second = await invited(session, bob);
    expect(codes(await server.ask(accept, { token: second.token }, bob))).toEqual([]);
    expect((await speakersOf(session)).map(({ id, user_id: user }) => [id, user])).toEqual([
      [mine.uuid, ada.userId],
      [standing.uuid, bob.userId],
    ]);
  });

  it('of two invites at once makes one profile', async () => {
    const { event, session } = await sessionAt();
    const another = await make(server, 'Session', { event_id: event.uuid });
    const invites = [await invited(session, ada), await invited(another, ada)];
    const answers = await Promise.all(invites.map(({ token }) => server.ask(accept, { token }, ada)));
    expect(answers.flatMap(codes)).toEqual([]);
    expect(await server.sql('SELECT 1 FROM speakers WHERE event_id = $1', [event.uuid])).toHaveLength(1);
  });

  it('is for the verified owner of the address, while the invite is pending', async () => {
    const { session } = await sessionAt();
    const late = await createPerson(server, { isVerified: false });
    const { token, id } = await invited(session, late);
    expect(codes(await server.ask(accept, { token }))).toEqual(['UNAUTHENTICATED']);
    for (const who of [late, ada, owner])
      expect(codes(await server.ask(accept, { token }, who))).toEqual(['FORBIDDEN']);
    expect(codes(await server.ask(accept, { id }, ada))).toEqual(['NOT_FOUND']);
    expect(codes(await server.ask(accept, { token: 'guess' }, ada))).toEqual(['NOT_FOUND']);
    await server.sql('UPDATE users SET is_verified = true WHERE id = $1', [late.userId]);
    const { data } = await server.ask(
      '{ viewer { speakerInvites { nodes { id sessionTitle } } } }',
      {},
      late,
    );
    expect(data!.viewer.speakerInvites.nodes).toEqual([{ id, sessionTitle: 'A talk' }]);
    await server.sql('UPDATE speaker_invites SET expires_at = now() WHERE session_id = $1', [session.uuid]);
    expect(codes(await server.ask(accept, { token }, late))).toEqual(['CONFLICT']);
    expect(
      (await server.ask(onId('resendSpeakerInvite'), { id }, owner)).data!.resendSpeakerInvite.speakerInvite
        .status,
    ).toBe('PENDING');
    const [mail] = await sentMails(server);
    expect(codes(await server.ask(accept, { token }, late))).toEqual(['NOT_FOUND']);
    expect(
      (await server.ask(decline, { token: tokenIn(mail) }, late)).data!.declineSpeakerInvite.speakerInvite
        .status,
    ).toBe('DECLINED');
    expect(codes(await server.ask(accept, { token: tokenIn(mail) }, late))).toEqual(['CONFLICT']);
    expect(await speakersOf(session)).toEqual([]);
  });
});

describe('changing an invite', () => {
  it('goes to another address with a new token, is taken back, and is kept once accepted', async () => {
    const { session } = await sessionAt();
    const { id, token } = await invited(session, ada, {}, creator);
    expect(codes(await server.ask(update, { id, input: { email: bob.email } }, ada))).toEqual(['FORBIDDEN']);
    expect(
      (await server.ask(update, { id, input: { email: bob.email } }, creator)).data!.updateSpeakerInvite
        .speakerInvite.email,
    ).toBe(bob.email);
    const [mail] = await sentMails(server);
    expect([mail.to, codes(await server.ask(accept, { token }, ada))]).toEqual([bob.email, ['NOT_FOUND']]);
    expect(codes(await server.ask(accept, { token: tokenIn(mail) }, bob))).toEqual([]);
    expect(codes(await server.ask(onId('cancelSpeakerInvite'), { id }, owner))).toEqual(['FORBIDDEN']);
    expect(codes(await server.ask(erase, { id }, creator))).toEqual(['FORBIDDEN']);
    const second = await invited(session, ada);
    const list =
      'query ($id: ID!) { session(id: $id) { speakerInvites { totalCount nodes { id status } } } }';
    expect(
      (await server.ask(list, { id: session.id }, creator)).data!.session.speakerInvites.totalCount,
    ).toBe(2);
    await server.sql(`UPDATE sessions SET state = 'ACCEPTED' WHERE id = $1`, [session.uuid]);
    expect((await server.ask(list, { id: session.id })).data!.session.speakerInvites).toEqual({
      totalCount: 0,
      nodes: [],
    });
    expect(codes(await server.ask(onId('cancelSpeakerInvite'), { id: second.id }, creator))).toEqual([]);
    expect(codes(await server.ask(accept, { token: second.token }, ada))).toEqual(['CONFLICT']);
    expect(codes(await server.ask(erase, { id: second.id }, creator))).toEqual([]);
    expect(codes(await server.ask(accept, { token: second.token }, ada))).toEqual(['NOT_FOUND']);
  });
});
