/** The real server with what the explorer's tests look at: an event, a speaker with an address, an owner who reads it. */
import { Secret, TOTP } from 'otpauth';
import { issueTokens } from '../../src/platform/auth/tokens.ts';
import { hashPassword } from '../../src/platform/auth/passwords.ts';
import { createPerson } from '../kit/accounts.ts';
import { startServer as startTestServer } from '../kit/server.ts';

/** A running server and what the tests need to know of its data. */
export interface RunningServer {
  /** Address without a trailing slash. */
  url: string;
  /** Somebody who may read the e-mail of the speaker below. */
  account: { login: string; password: string; publicName: string };
  /** An event that everybody sees, and a speaker's e-mail in it that only the account above reads. */
  eventName: string;
  protectedEmail: string;
  /** A subscription, a text that each of its notices contains, and a way to bring one about. */
  subscription: { query: string; text: string; trigger(): Promise<void> };
  /** Switches the account's second factor on: a code that gets in once, and how to switch it off. */
  secondFactor(): Promise<{ code: string; off(): Promise<void> }>;
  /** Makes the account staff; the function returned takes that away again. */
  makeAdmin(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Starts the server with one published event, one accepted session and one speaker. */
export async function startServer(): Promise<RunningServer> {
  const server = await startTestServer();
  const account = { login: 'ada@example.org', password: 'correct horse', publicName: 'Ada Owner' };
  const owner = await createPerson(server, { email: account.login, publicName: account.publicName });
  await server.sql('UPDATE users SET password_hash = $2 WHERE id = $1', [
    owner.userId,
    await hashPassword(account.password),
  ]);
  const tokens = await issueTokens(server.app.database, server.app.config, owner.userId);
  const ask = async (document: string, variables: object): Promise<Record<string, any>> => {
    const { data, errors } = await server.ask(document, variables as Record<string, unknown>, {
      token: tokens.accessToken,
    });
    if (errors) throw new Error(JSON.stringify(errors));
    return data!;
  };
  const eventName = 'Numbers in public';
  const protectedEmail = 'grace.private@example.org';
  const { createEvent } = await ask(
    'mutation ($input: CreateEventInput!) { createEvent(input: $input) { event { id } } }',
    {
      input: {
        name: eventName,
        startsAt: '2030-01-01T09:00:00Z',
        endsAt: '2030-01-02T18:00:00Z',
        timezone: 'UTC',
      },
    },
  );
  const eventId = createEvent.event.id as string;
  await ask('mutation ($id: ID!) { publishEvent(id: $id) { event { id } } }', { id: eventId });
  const { createSpeaker } = await ask(
    'mutation ($input: CreateSpeakerInput!) { createSpeaker(input: $input) { speaker { id } } }',
    {
      input: { eventId, name: 'Grace', email: protectedEmail },
    },
  );
  const { createSession } = await ask(
    'mutation ($input: CreateSessionInput!) { createSession(input: $input) { session { id } } }',
    {
      input: {
        eventId,
        title: 'Numbers that talk',
        state: 'ACCEPTED',
        speakerIds: [createSpeaker.speaker.id],
      },
    },
  );
  const sessionId = createSession.session.id as string;
  return {
    url: server.url,
    account,
    eventName,
    protectedEmail,
    subscription: {
      query: `subscription { sessionChanged(eventId: "${eventId}") { kind session { title } } }`,
      text: 'Numbers that talk',
      trigger: async () => {
        await ask(
          'mutation ($id: ID!) { updateSession(id: $id, input: { level: "Everybody" }) { session { id } } }',
          { id: sessionId },
        );
      },
    },
    async secondFactor() {
      const { startTwoFactor } = await ask(
        'mutation ($password: String!) { startTwoFactor(password: $password) { secret } }',
        account,
      );
      const code = new TOTP({ secret: Secret.fromBase32(startTwoFactor.secret) }).generate();
      const { confirmTwoFactor } = await ask(
        'mutation ($code: String!) { confirmTwoFactor(code: $code) { recoveryCodes } }',
        { code },
      );
      const off = async () =>
        void (await server.sql('UPDATE users SET has_two_factor = false WHERE id = $1', [owner.userId]));
      return { code: confirmTwoFactor.recoveryCodes[0], off };
    },
    async makeAdmin() {
      const set = async (isAdmin: boolean) =>
        void (await server.sql('UPDATE users SET is_admin = $2 WHERE id = $1', [owner.userId, isAdmin]));
      await set(true);
      return () => set(false);
    },
    close: () => server.close(),
  };
}
