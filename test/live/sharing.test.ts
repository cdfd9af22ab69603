/** Subscribers who share what they are told, and those who do not: the same statements for one and for many, no right too much. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { parse } from 'graphql';
import type { Viewer } from '../../src/permissions/viewer.ts';
import { anonymous } from '../../src/permissions/viewer.ts';
import { Sharing } from '../../src/platform/live/sharing.ts';
import { toldOf } from '../../src/platform/live/told.ts';
import { publishSessionChange } from '../../src/sessions/session.topics.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import type { Instance, Listening, TestClient } from './kit.ts';
import { change, connect, startInstance } from './kit.ts';

let server: TestServer;
let here: Instance;
let there: Instance;
let eventId: string;
const owner = randomUUID();
const clients: TestClient[] = [];
const selection = 'kind session { title comments speakers { nodes { name email } } }';

beforeAll(async () => {
  server = await startServer();
  [here, there] = [await startInstance(server.databaseUrl), await startInstance(server.databaseUrl)];
  await person(owner);
});
afterAll(async () => {
  await Promise.all(clients.map(({ client }) => client.dispose()));
  await here.stop();
  await there.stop();
  await server.close();
});
beforeEach(async () => {
  eventId = randomUUID();
  await server.sql(
    `INSERT INTO events (id, identifier, name, starts_at, ends_at, state) VALUES ($1, $2, 'Day', '2027-03-01', '2027-03-02', 'PUBLISHED')`,
    [eventId, eventId.slice(0, 13)],
  );
  await hold(owner, 'OWNER');
});

async function person(id: string = randomUUID()): Promise<string> {
  await server.sql('INSERT INTO users (id, email, is_verified) VALUES ($1, $2, true)', [
    id,
    `${id}@example.org`,
  ]);
  return id;
}

function hold(userId: string, role: string): Promise<unknown> {
  return server.sql(
    'INSERT INTO event_members (id, event_id, user_id, role) VALUES (gen_random_uuid(), $1, $2, $3)',
    [eventId, userId, role],
  );
}

function listen(token?: string, instance = here, fields = selection): Promise<Listening> {
  const client = connect(instance, token);
  clients.push(client);
  return client.listen(eventId, fields);
}

function create(
  title: string,
  { creator = owner as string, state = 'ACCEPTED', on = here } = {},
): Promise<string> {
  return change(on.app, owner, async (changes) => {
    const id = randomUUID();
    await changes.query(
      `INSERT INTO sessions (id, event_id, title, state, creator_id, comments) VALUES ($1, $2, $3, $4, $5, 'for the team')`,
      [id, eventId, title, state, creator],
    );
    await publishSessionChange(changes, 'CREATED', id, eventId, null);
    return id;
  });
}

/** Takes a role away. */
function dismiss(userId: string, on = here): Promise<unknown> {
  return on.app.database.query('DELETE FROM event_members WHERE event_id = $1 AND user_id = $2', [
    eventId,
    userId,
  ]);
}

/** The statements that an instance sends until everybody has got a message. */
async function statements(work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  here.app.database.onStatement = () => (count += 1);
  await work();
  here.app.database.onStatement = null;
  return count;
}

const comments = async (listening: Listening) => {
  const message = (await listening.next())!;
  return message.data!.sessionChanged.session.comments as string | null;
};

describe('subscribers', () => {
  it('share one judgement and one execution, however many they are', async () => {
    const few = [await listen(), await listen(await person())];
    const tell = (all: Listening[], title: string) => async () => {
      await create(title, { on: there });
      for (const one of all) expect((await one.next())!.data!.sessionChanged.session.title).toBe(title);
    };
    const forTwo = await statements(tell(few, 'One'));
    const more = [...few];
    for (let count = 0; count < 10; count += 1) more.push(await listen(), await listen(await person()));
    expect(await statements(tell(more, 'Two'))).toBe(forTwo);
    // The notice, who is named, and for either kind of viewer a judgement and an execution.
    expect(forTwo).toBe(6);
  });

  it('get what their own rights give them, and no more', async () => {
    const [creator, speaker, stranger, organizer, moderator] = await Promise.all(
      Array.from({ length: 5 }, () => person()),
    );
    await hold(organizer, 'ORGANIZER');
    await hold(moderator, 'MODERATOR');
    const all: Listening[] = [];
    for (const token of [undefined, stranger, creator, speaker, organizer, moderator])
      all.push(await listen(token));
    const id = await create('Named', { creator });
    expect(await Promise.all(all.map(comments))).toEqual([
      null,
      null,
      'for the team',
      null,
      'for the team',
      null,
    ]);
    const profile = randomUUID();
    await change(here.app, owner, async (changes) => {
      const before = await changes.snapshot('Session', id);
      await changes.query(
        `INSERT INTO speakers (id, event_id, user_id, name, email) VALUES ($1, $2, $3, 'S', 's@example.org')`,
        [profile, eventId, speaker],
      );
      await changes.query('INSERT INTO session_speakers (session_id, speaker_id) VALUES ($1, $2)', [
        id,
        profile,
      ]);
      await publishSessionChange(changes, 'UPDATED', id, eventId, before);
    });
    const told = await Promise.all(all.map(async (one) => (await one.next())!.data!.sessionChanged.session));
    expect(told.map((session) => session.comments)).toEqual([
      null,
      null,
      'for the team',
      'for the team',
      'for the team',
      null,
    ]);
    expect(told.map((session) => session.speakers.nodes[0].email)).toEqual([
      null,
      null,
      null,
      's@example.org',
      's@example.org',
      null,
    ]);
  });

  it('are told from those whom rows name, however many they are', async () => {
    const creator = await person();
    await create('Named', { creator });
    const document = parse(
      'subscription ($id: ID!) { sessionChanged(eventId: $id) { session { title comments } } }',
    );
    const sharing = new Sharing({ ...here.app, schema: here.app.schema() }, document, {
      resource: 'Event',
      id: eventId,
    });
    const told = toldOf(
      { kind: 'UPDATED', resource: 'Session', id: randomUUID(), transaction: '1' },
      new Date(),
    );
    for (const strangers of [1, 1000]) {
      const [named, ...others] = [creator, ...Array.from({ length: strangers }, () => randomUUID())].map(
        (userId): Viewer => ({
          ...anonymous,
          kind: 'user',
          userId,
          email: `${userId}@example.org`,
          isVerified: true,
        }),
      );
      const shared = await sharing.of([named, ...others], told);
      expect([shared(named).viewer.userId, new Set(others.map((viewer) => shared(viewer).key)).size]).toEqual(
        [creator, 1],
      );
    }
  });

  it('who were named by a row before a change are told what it takes from them', async () => {
    const creator = await person();
    const [own, other] = [await listen(creator), await listen(await person())];
    const id = await create('Submitted', { creator, state: 'PENDING' });
    expect(await comments(own)).toBe('for the team');
    await change(here.app, owner, async (changes) => {
      const before = await changes.snapshot('Session', id);
      await changes.query('UPDATE sessions SET creator_id = NULL WHERE id = $1', [id]);
      await publishSessionChange(changes, 'UPDATED', id, eventId, before);
    });
    expect((await own.next())!.data!.sessionChanged).toMatchObject({ kind: 'REMOVED', session: null });
    await create('Marker');
    expect((await other.next())!.data!.sessionChanged.session.title).toBe('Marker');
  });

  it('of documents that lead to persons or hand out cursors are each told by their own rights', async () => {
    const [one, two] = [await person(), await person()];
    const cursors =
      'kind session { title speakers { edges { cursor node { name } } } creator { id sessions { nodes { title } } } }';
    const all = [await listen(one, here, cursors), await listen(two, here, cursors)];
    await create('Of one', { creator: one });
    const told = await Promise.all(
      all.map(async (listening) => (await listening.next())!.data!.sessionChanged.session),
    );
    expect(told.map(({ creator }) => creator)).toEqual([
      { id: encodeId('User', one), sessions: { nodes: [{ title: 'Of one' }] } },
      null,
    ]);
  });
});

describe('a change of rights', () => {
  it('that takes a role away ends the subscription, and nothing that was committed after it is told by the old ones', async () => {
    for (let round = 0; round < 8; round += 1) {
      const organizer = await person();
      await hold(organizer, 'ORGANIZER');
      const [near, far] = [await listen(organizer), await listen(organizer, there)];
      await create('Before');
      expect(await Promise.all([near, far].map(comments))).toEqual(['for the team', 'for the team']);
      await Promise.all([
        dismiss(organizer, round % 2 ? here : there).then(() => create('After', { state: 'PENDING' })),
        create('Beside'),
      ]);
      for (const listening of [near, far]) {
        const rest = [];
        for (let message = await listening.next(); message; message = await listening.next())
          rest.push(message);
        expect(rest.at(-1)!.errors).toEqual([
          {
            message: 'Your rights changed. Subscribe again, then read what you may see now',
            extensions: { code: 'FORBIDDEN' },
          },
        ]);
        expect(JSON.stringify(rest)).not.toContain('After');
      }
    }
  });

  it('that takes away what the subscription listens at says that there is no such thing', async () => {
    await server.sql(`UPDATE events SET state = 'DRAFT' WHERE id = $1`, [eventId]);
    const organizer = await person();
    await hold(organizer, 'MODERATOR');
    const listening = await listen(organizer, there);
    await dismiss(organizer);
    expect((await listening.next())!.errors).toEqual([
      { message: 'There is no such event', extensions: { code: 'NOT_FOUND' } },
    ]);
    expect(await listening.next()).toBeNull();
  });

  it('that gives a role, or changes one elsewhere, lets the subscription go on', async () => {
    const someone = await person();
    const listening = await listen(someone, there);
    const listened = eventId;
    await create('Before');
    expect(await comments(listening)).toBeNull();
    await hold(someone, 'ORGANIZER');
    await create('After', { state: 'PENDING' });
    expect(await comments(listening)).toBe('for the team');
    eventId = randomUUID();
    await server.sql(
      `INSERT INTO events (id, identifier, name, starts_at, ends_at) VALUES ($1, $2, 'Other', '2027-03-01', '2027-03-02')`,
      [eventId, eventId.slice(0, 13)],
    );
    await hold(someone, 'OWNER');
    await dismiss(someone);
    eventId = listened;
    await create('Still');
    expect(await comments(listening)).toBe('for the team');
  });
});
