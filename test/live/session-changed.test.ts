/** Who is told of which changes of sessions: real sockets, two instances on one database. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  publishSessionChange,
  publishSessionsOfSpeaker,
  sessionTopic,
  speakersBefore,
} from '../../src/sessions/session.topics.ts';
import { deleteEvent, publishEvent, unpublishEvent } from '../../src/events/event.service.ts';
import { publishRightsChange } from '../../src/platform/live/rights.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import type { Instance, TestClient } from './kit.ts';
import { until } from '../kit/until.ts';
import { change, connect, startInstance } from './kit.ts';

let server: TestServer;
let here: Instance;
let there: Instance;
const [owner, creator, speaker, stranger] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
const clients: TestClient[] = [];
let eventId: string;
let draftId: string;

beforeAll(async () => {
  server = await startServer();
  here = await startInstance(server.databaseUrl);
  there = await startInstance(server.databaseUrl);
  for (const id of [owner, creator, speaker, stranger]) {
    await server.sql(`INSERT INTO users (id, email, is_verified) VALUES ($1, $2, true)`, [
      id,
      `${id}@example.org`,
    ]);
  }
});
afterAll(async () => {
  await Promise.all(clients.map(({ client }) => client.dispose()));
  await here.stop();
  await there.stop();
  await server.close();
});
beforeEach(async () => {
  [eventId, draftId] = [randomUUID(), randomUUID()];
  for (const [id, state] of [
    [eventId, 'PUBLISHED'],
    [draftId, 'DRAFT'],
  ]) {
    await server.sql(
      `INSERT INTO events (id, identifier, name, starts_at, ends_at, state) VALUES ($1, $2, 'Day', '2027-03-01', '2027-03-02', $3)`,
      [id, id.slice(0, 13), state],
    );
    await server.sql(
      `INSERT INTO event_members (id, event_id, user_id, role) VALUES (gen_random_uuid(), $1, $2, 'OWNER')`,
      [id, owner],
    );
  }
});

function open(token?: string, instance = here, headers = {}): TestClient {
  const client = connect(instance, token, headers);
  clients.push(client);
  return client;
}

/** Makes a session and tells of it. */
function create(
  title: string,
  { state = 'ACCEPTED', event = eventId, by = owner, on = here } = {},
): Promise<string> {
  return change(on.app, by, async (changes) => {
    const id = randomUUID();
    await changes.query(
      `INSERT INTO sessions (id, event_id, title, state, creator_id) VALUES ($1, $2, $3, $4, $5)`,
      [id, event, title, state, by],
    );
    await publishSessionChange(changes, 'CREATED', id, event, null);
    return id;
  });
}

/** Changes a session and tells of it. */
function update(
  id: string,
  set: string,
  { kind = 'UPDATED' as 'UPDATED' | 'REMOVED', event = eventId, on = here } = {},
): Promise<void> {
  return change(on.app, owner, async (changes) => {
    const before = await changes.snapshot('Session', id);
    await changes.query(`UPDATE sessions SET ${set} WHERE id = $1`, [id]);
    await publishSessionChange(changes, kind, id, event, before);
  });
}

describe('a subscriber', () => {
  it('who is nobody hears of public sessions only, from when they are public until they are not', async () => {
    const listening = await open().listen(eventId);
    const hidden = await create('Hidden', { state: 'PENDING' });
    await update(hidden, `title = 'Still hidden'`);
    const open1 = await create('Open');
    expect(await listening.told()).toEqual(['CREATED', 'Open', encodeId('Session', open1)]);
    await update(open1, `title = 'Open again'`);
    expect(await listening.told()).toEqual(['UPDATED', 'Open again', encodeId('Session', open1)]);
    await update(hidden, `state = 'ACCEPTED', title = 'Shown'`);
    expect(await listening.told()).toEqual(['CREATED', 'Shown', encodeId('Session', hidden)]);
    await update(hidden, `state = 'REJECTED'`);
    expect(await listening.told()).toEqual(['REMOVED', null, encodeId('Session', hidden)]);
    await update(hidden, `comments = 'secret'`);
    await update(hidden, `deleted_at = now()`, { kind: 'REMOVED' });
    await update(open1, `deleted_at = now()`, { kind: 'REMOVED' });
    expect(await listening.told()).toEqual(['REMOVED', null, encodeId('Session', open1)]);
  });

  it('gets the time of the change, and fields by the table', async () => {
    const listening = await open(creator).listen(eventId, 'at session { title comments creator { id } }');
    await create('Of another');
    const { data, errors } = (await listening.next())!;
    expect(new Date(data!.sessionChanged.at).toISOString()).toBe(data!.sessionChanged.at);
    expect(data!.sessionChanged.session).toEqual({ title: 'Of another', comments: null, creator: null });
    expect(errors!.map(({ extensions }) => extensions)).toEqual([
      { code: 'FORBIDDEN', field: 'Session.comments' },
      { code: 'FORBIDDEN', field: 'Session.creator' },
    ]);
    await create('Own', { state: 'PENDING', by: creator });
    expect((await listening.next())!.data!.sessionChanged.session).toEqual({
      title: 'Own',
      comments: null,
      creator: { id: encodeId('User', creator) },
    });
  });

  it('who submitted a session hears of it in every state, and a stranger of none', async () => {
    const [own, strange, team] = [
      await open(creator).listen(eventId),
      await open(stranger).listen(eventId),
      await open(owner).listen(eventId),
    ];
    const id = await create('Mine', { state: 'PENDING', by: creator });
    const both = () => Promise.all([own.told(), team.told()]);
    const twice = (kind: string, title: string | null) => [
      [kind, title, encodeId('Session', id)],
      [kind, title, encodeId('Session', id)],
    ];
    expect(await both()).toEqual(twice('CREATED', 'Mine'));
    await update(id, `title = 'Mine still', state = 'REJECTED'`);
    expect(await both()).toEqual(twice('UPDATED', 'Mine still'));
    await update(id, `deleted_at = now()`, { kind: 'REMOVED' });
    expect(await both()).toEqual(twice('REMOVED', null));
    await create('Marker');
    expect((await strange.told())[1]).toBe('Marker');
  });

  it('who is slow is told once that a session is gone, however many changes came before', async () => {
    const listening = await open().listen(eventId);
    const id = await create('Short-lived');
    await change(here.app, owner, async (changes) => {
      for (const set of [`title = 'Renamed'`, `state = 'CANCELED'`]) {
        const before = await changes.snapshot('Session', id);
        await changes.query(`UPDATE sessions SET ${set} WHERE id = $1`, [id]);
        await publishSessionChange(changes, 'UPDATED', id, eventId, before);
      }
    });
    await create('Marker');
    const told = [];
    for (let one = await listening.told(); one[1] !== 'Marker'; one = await listening.told())
      told.push(one[0]);
    expect(told.at(-1)).toBe('REMOVED');
    expect(told.filter((kind) => kind === 'REMOVED')).toHaveLength(1);
  });

  it('who speaks no more in a session that only its speakers saw is told that it is gone', async () => {
    const id = await create('Between us', { state: 'PENDING' });
    const profile = randomUUID();
    await server.sql(`INSERT INTO speakers (id, event_id, user_id, name) VALUES ($1, $2, $3, 'S')`, [
      profile,
      eventId,
      speaker,
    ]);
    const listening = await open(speaker).listen(eventId);
    const link = (sql: string) =>
      change(here.app, owner, async (changes) => {
        const [before, beside] = [await changes.snapshot('Session', id), await speakersBefore(changes, id)];
        await changes.query(sql, [id, profile]);
        await publishSessionChange(changes, 'UPDATED', id, eventId, before, beside);
      });
    await link('INSERT INTO session_speakers (session_id, speaker_id) VALUES ($1, $2)');
    expect(await listening.told()).toEqual(['CREATED', 'Between us', encodeId('Session', id)]);
    await link('DELETE FROM session_speakers WHERE session_id = $1 AND speaker_id = $2');
    expect(await listening.told()).toEqual(['REMOVED', null, encodeId('Session', id)]);
    await link('INSERT INTO session_speakers (session_id, speaker_id) VALUES ($1, $2)');
    expect((await listening.told())[0]).toBe('CREATED');
    await change(here.app, owner, async (changes) => {
      const before = await changes.snapshot('Speaker', profile);
      await changes.query('UPDATE speakers SET user_id = NULL WHERE id = $1', [profile]);
      await publishSessionsOfSpeaker(changes, profile, before!);
    });
    expect(await listening.told()).toEqual(['REMOVED', null, encodeId('Session', id)]);
  });

  it('hears nothing of what was rolled back', async () => {
    const listening = await open(owner).listen(eventId);
    await expect(
      change(here.app, owner, async (changes) => {
        const id = randomUUID();
        await changes.query(`INSERT INTO sessions (id, event_id, title) VALUES ($1, $2, 'Never')`, [
          id,
          eventId,
        ]);
        await publishSessionChange(changes, 'CREATED', id, eventId, null);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await create('Kept');
    expect((await listening.told())[1]).toBe('Kept');
  });

  it('may listen to an event that it may view, and to no other: hidden and never issued look the same', async () => {
    const document = 'subscription ($id: ID!) { sessionChanged(eventId: $id) { kind } }';
    const answers = [];
    for (const id of [
      encodeId('Event', draftId),
      encodeId('Event', randomUUID()),
      encodeId('Session', eventId),
    ]) {
      answers.push(await open().run(document, { id }));
    }
    for (const answer of answers)
      expect(answer).toEqual({
        errors: [{ message: 'There is no such event', extensions: { code: 'NOT_FOUND' } }],
      });
    expect((await open().run(document, { id: 'nonsense' })).errors![0].extensions.code).toBe(
      'BAD_USER_INPUT',
    );
    const team = await open(owner).listen(draftId);
    await create('In the draft', { event: draftId });
    expect((await team.told())[1]).toBe('In the draft');
  });
});

describe('a change of the event', () => {
  it('shows and hides its sessions to those who see them through it alone', async () => {
    const early = await open(owner).listen(eventId);
    await create('Talk');
    await create('Plan', { state: 'PENDING' });
    // Both were told of before the others listen.
    expect([(await early.told())[1], (await early.told())[1]]).toEqual(['Talk', 'Plan']);
    const [nobody, team] = [await open().listen(eventId), await open(owner).listen(eventId)];
    const id = encodeId('Event', eventId);
    await change(here.app, owner, (changes) => unpublishEvent(changes, id));
    expect((await nobody.told()).slice(0, 2)).toEqual(['REMOVED', null]);
    const hidden = await create('While hidden');
    await change(here.app, owner, (changes) => publishEvent(changes, id));
    const shown = [await nobody.told(), await nobody.told()];
    expect(shown.map(([kind, title]) => `${kind} ${title}`).sort()).toEqual([
      'CREATED Talk',
      'CREATED While hidden',
    ]);
    expect(await team.told()).toEqual(['CREATED', 'While hidden', encodeId('Session', hidden)]);
    await change(here.app, owner, (changes) => deleteEvent(changes, id));
    expect((await Promise.all([nobody.told(), nobody.told()])).map(([kind]) => kind)).toEqual([
      'REMOVED',
      'REMOVED',
    ]);
    expect((await Promise.all([team.told(), team.told(), team.told()])).map(([kind]) => kind)).toEqual([
      'REMOVED',
      'REMOVED',
      'REMOVED',
    ]);
  });
});

describe('several instances', () => {
  it('tell each other', async () => {
    const listening = await open(undefined, there).listen(eventId);
    await create('From afar', { on: here });
    expect((await listening.told())[1]).toBe('From afar');
  });

  it('make a lost connection again and read what was told meanwhile, each notice once and late commits too', async () => {
    const listening = await open().listen(eventId);
    // A transaction that draws its notice's id first and commits last.
    const late = await server.app.database.pool.connect();
    const lateId = randomUUID();
    await late.query('BEGIN');
    await late.query(
      `INSERT INTO sessions (id, event_id, title, state) VALUES ($1, $2, 'Late', 'ACCEPTED')`,
      [lateId, eventId],
    );
    const payload = { kind: 'CREATED', resource: 'Session', id: lateId, before: null, transaction: '3' };
    await late.query('INSERT INTO notices (topic, payload) VALUES ($1, $2)', [
      `session:${eventId}`,
      JSON.stringify(payload),
    ]);
    await create('Before');
    expect((await listening.told())[1]).toBe('Before');

    const ended = await server.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'convoke live'`);
    expect(ended).toHaveLength(3);
    await late.query('COMMIT');
    late.release();
    await create('Meanwhile');
    const told = [await listening.told(), await listening.told()].map(([, title]) => title);
    expect(told.sort()).toEqual(['Late', 'Meanwhile']);
    await create('After');
    expect((await listening.told())[1]).toBe('After');
  });
});

describe('a socket', () => {
  it('is served by the application as it starts', async () => {
    const client = open(undefined, { ...here, url: `${server.url.replace('http', 'ws')}/graphql` });
    expect((await client.run('{ events { totalCount } }')).data).toBeTruthy();
  });

  it('is refused with a bad bearer', async () => {
    expect(await open('nonsense').closed).toMatchObject({
      code: 4403,
      reason: 'The bearer token is bad, expired or revoked',
    });
  });

  it('ends when its token does', async () => {
    const client = open(`${creator}:${Date.now() + 400}`);
    expect(await client.closed).toMatchObject({ code: 4403, reason: 'The bearer token has expired' });
  });

  it('ends with the rights of its holder, before anything is told that was changed after them', async () => {
    const listening = open(stranger);
    const idle = open(speaker);
    const ended = expect((await listening.listen(eventId)).next()).rejects.toMatchObject({ code: 4403 });
    expect((await idle.run('{ events { totalCount } }')).data).toBeTruthy();
    await change(here.app, owner, async (changes) => {
      await changes.query('UPDATE users SET is_blocked = true WHERE id = ANY($1)', [[stranger, speaker]]);
      for (const person of [stranger, speaker]) await publishRightsChange(changes, person);
    });
    await create('Not for the blocked');
    await ended;
    expect(await idle.closed).toMatchObject({ code: 4403 });
  });

  it('is opened by our own pages and programs only', async () => {
    const host = new URL(here.url).host;
    expect(
      (await open(undefined, here, { origin: `http://${host}` }).run('{ events { totalCount } }')).data,
    ).toBeTruthy();
    const strange = open(undefined, here, { origin: 'https://elsewhere.example' });
    await expect(strange.run('{ events { totalCount } }')).rejects.toBeTruthy();
  });

  it('is closed with 1012 when the server stops, and the others of an address are refused', async () => {
    const small = await startInstance(server.databaseUrl, { MAX_SOCKETS_PER_ADDRESS: '1' });
    const client = open(undefined, small);
    const listening = await client.listen(eventId);
    await expect(open(undefined, small).run('{ events { totalCount } }')).rejects.toBeTruthy();
    const ended = expect(listening.next()).rejects.toMatchObject({ code: 1012 });
    await small.stop();
    await ended;
  });

  it('forgets the subscriptions of clients that leave', async () => {
    const count = () => here.live.count(sessionTopic(eventId));
    const client = open();
    const one = await client.listen(eventId);
    await client.listen(eventId);
    await one.end();
    await until(() => count() === 1);
    await client.client.dispose();
    await until(() => count() === 0);
  });
});
