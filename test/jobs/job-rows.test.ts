/** Jobs in the schema: who sees which, their progress live, the rights of whoever started them, retry and discard. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { loadViewer } from '../../src/accounts/authenticate.ts';
import { serverViewer } from '../../src/permissions/viewer.ts';
import { Writer } from '../../src/platform/data/writer.ts';
import { encodeId, uuidOf } from '../../src/platform/graphql/node.ts';
import type { JobDefinition, JobKind } from '../../src/platform/jobs/job.ts';
import { PermanentError } from '../../src/platform/jobs/job.ts';
import { openQueue } from '../../src/platform/jobs/queue.ts';
import type { JobQueue } from '../../src/platform/jobs/queue.ts';
import { reconcile } from '../../src/platform/jobs/reconcile.ts';
import { recordJob } from '../../src/platform/jobs/record.ts';
import type { Workers } from '../../src/worker.ts';
import { startWorkers } from '../../src/worker.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { makeEvent } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const payload = z.object({ eventId: z.string() });
/** What `test.report` does when it runs; a test sets it. */
let work: JobDefinition['run'] = async () => {};
const report: JobDefinition<z.output<typeof payload>> = {
  name: 'test.report',
  payload,
  isFollowed: true,
  attempts: 2,
  right: ({ eventId }) => ({ action: 'update', subject: { resource: 'Event', id: eventId } }),
  run: (given, context) => work(given, context),
};
/** Its consequence, which nobody follows. */
const echo: JobDefinition<z.output<typeof payload>> = {
  name: 'test.echo',
  payload,
  async run() {
    throw new PermanentError('550 no such user eve@example.org');
  },
};

let server: TestServer;
let workers: Workers;
let queue: JobQueue;
let people: Record<'owner' | 'other' | 'staff', Person>;
let event: Made;

beforeAll(async () => {
  server = await startServer({ SHUTDOWN_SECONDS: '1' });
  workers = await startWorkers(server.app, { definitions: [report, echo] as JobDefinition[], backoffMs: 20 });
  queue = await openQueue({ databaseUrl: server.databaseUrl, log: server.app.log });
  people = {
    owner: await createPerson(server),
    other: await createPerson(server),
    staff: await createPerson(server, { isAdmin: true }),
  };
  event = await makeEvent(server);
  await server.sql(
    `INSERT INTO event_members (id, event_id, user_id, role) VALUES (gen_random_uuid(), $1, $2, 'OWNER')`,
    [event.uuid, people.owner.userId],
  );
});
afterAll(async () => {
  await queue?.close();
  await workers?.stop();
  await server?.close();
});

async function start(kind: JobKind<{ eventId: string }>, person: Person = people.owner): Promise<string> {
  const found = await loadViewer(server.app.database, {
    userId: person.userId,
    familyId: null,
    expiresAt: null,
  });
  const writer = new Writer(server.app.database, server.app.permissions, found!.viewer);
  return encodeId(
    'Job',
    await writer.transaction((changes) => changes.enqueue(kind, { eventId: event.uuid })),
  );
}
const fields = 'id kind status progress message error url attempts actor { id }';
const job = async (id: string, person: Person = people.staff) =>
  (await server.ask(`query ($id: ID!) { job(id: $id) { ${fields} } }`, { id }, person)).data!.job;
const ends = async (id: string, status: string) => until(async () => (await job(id)).status === status);
const change = async (verb: string, id: string, person?: Person) => {
  const { data, errors } = await server.ask(
    `mutation ($id: ID!) { ${verb}(id: $id) { job { status } } }`,
    { id },
    person,
  );
  return errors ? errors[0].extensions.code : data![verb].job.status;
};

describe('a job', () => {
  it('is shown to who started it and to staff, with what came of it', async () => {
    work = async (_, { progress }) => progress(0.5, 'half way', 'https://example.org/result');
    const id = await start(report);
    await ends(id, 'COMPLETED');
    const shown = {
      id,
      kind: 'test.report',
      status: 'COMPLETED',
      progress: 1,
      message: 'half way',
      error: null,
      url: 'https://example.org/result',
      attempts: 1,
    };
    expect(await job(id, people.owner)).toEqual({ ...shown, actor: { id: people.owner.id } });
    expect(await job(id)).toEqual({ ...shown, actor: { id: people.owner.id } });
    const list = async (person: Person) =>
      (await server.ask('{ jobs(filter: { kind: { equals: "test.report" } }) { totalCount } }', {}, person))
        .data!.jobs.totalCount;
    expect([await list(people.owner), await list(people.other), await list(people.staff)]).toEqual([1, 0, 1]);
    expect(await job(id, people.other)).toBeNull();
    expect((await server.ask(`{ job(id: "${id}") { id } jobs { totalCount } }`)).data).toEqual({
      job: null,
      jobs: { totalCount: 0 },
    });
    // What has been done needs no payload any more.
    expect(await server.sql('SELECT payload FROM jobs')).toEqual([{ payload: null }]);
  });

  it('that is done stays so, whatever a worker that stood still meanwhile says of it', async () => {
    work = async () => {};
    const id = await start(report);
    await ends(id, 'COMPLETED');
    const row = () => server.sql('SELECT * FROM jobs WHERE id = $1', [uuidOf('Job', id, 'id')]);
    const before = await row();
    for (const status of ['ACTIVE', 'WAITING', 'FAILED', 'COMPLETED'] as const) {
      await recordJob(server.app.database, before[0].id, { status, error: 'too late', progress: 0.1 });
    }
    expect(await row()).toEqual(before);
  });

  it('that nobody follows is for staff alone, since its error may tell of others', async () => {
    const id = await start(echo);
    await ends(id, 'FAILED');
    expect((await job(id)).error).toBe('550 no such user eve@example.org');
    expect(await job(id, people.owner)).toBeNull();
  });

  it('fails without its work being begun when whoever started it has lost the right, or is gone', async () => {
    let began = false;
    work = async () => void (began = true);
    await server.sql(`UPDATE event_members SET role = 'MODERATOR' WHERE user_id = $1`, [people.owner.userId]);
    const id = await start(report);
    await ends(id, 'FAILED');
    expect(await job(id, people.owner)).toMatchObject({
      error: 'Not done: whoever started this may no longer update the Event',
      attempts: 1,
    });
    await server.sql(`UPDATE event_members SET role = 'OWNER' WHERE user_id = $1`, [people.owner.userId]);
    // Queued in time, run too late.
    await server.sql('UPDATE users SET is_blocked = true WHERE id = $1', [people.owner.userId]);
    const [{ id: uuid }] = await server.sql(
      `WITH job AS (INSERT INTO jobs (id, kind, status, payload, actor_id, actor_kind, is_followed)
         SELECT gen_random_uuid(), 'test.report', 'WAITING', $1, $2, 'user', true RETURNING *),
       stored AS (INSERT INTO outbox (id, name, payload, actor_id, actor_kind) SELECT id, kind, payload, actor_id, actor_kind FROM job)
       SELECT id, pg_notify('outbox', '') FROM job`,
      [JSON.stringify({ eventId: event.uuid }), people.owner.userId],
    );
    const late = encodeId('Job', uuid);
    await ends(late, 'FAILED');
    expect((await job(late)).error).toBe('Not done: whoever started this is blocked or gone');
    await server.sql('UPDATE users SET is_blocked = false WHERE id = $1', [people.owner.userId]);
    expect(began).toBe(false);
  });

  it('writes with the rights of whoever started it, and not with more', async () => {
    work = async (_, { write }) =>
      write.transaction(
        async (changes) => void (await changes.authorize('delete', { resource: 'Mail', id: event.uuid })),
      );
    const id = await start(report);
    await ends(id, 'FAILED');
    expect(await job(id)).toMatchObject({ error: 'There is no such mail', attempts: 1 });
    const writer = new Writer(server.app.database, server.app.permissions, serverViewer);
    let acted: string | null = 'nobody';
    work = async (_, { actorId }) => void (acted = actorId);
    const mine = encodeId(
      'Job',
      await writer.transaction((changes) => changes.enqueue(report, { eventId: event.uuid })),
    );
    await ends(mine, 'COMPLETED');
    expect(acted).toBeNull();
  });

  it('says nothing of a bug but that there was one, and is tried as often as its kind says', async () => {
    work = async () => {
      throw new Error('connect to 10.0.0.7 with password hunter2');
    };
    const id = await start(report);
    await ends(id, 'FAILED');
    expect(await job(id, people.owner)).toMatchObject({
      error: 'The server failed at it; its log says more under the id of the job',
      attempts: 2,
    });
  });
});

describe('jobProgressed', () => {
  it('tells who may see the job how far it is, and nobody else', async () => {
    let go = () => {};
    const gate = new Promise<void>((resolve) => (go = resolve));
    work = async (_, { progress }) => {
      await gate;
      await progress(0.25, 'a quarter');
    };
    const id = await start(report);
    const document =
      'subscription ($id: ID!) { jobProgressed(jobId: $id) { at job { status progress message } } }';
    const url = `${server.url.replace('http', 'ws')}/graphql`;
    const other = createClient({
      url,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${people.other.token}` },
    });
    const refusal: any = await other
      .iterate({ query: document, variables: { id } })
      .next()
      .catch((errors: unknown) => ({ value: { errors } }));
    expect(refusal.value.errors[0].extensions.code).toBe('NOT_FOUND');
    const client = createClient({
      url,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${people.owner.token}` },
    });
    type Progress = { jobProgressed: { job: { status: string; progress: number; message: string } } };
    const told: Progress['jobProgressed']['job'][] = [];
    const next = ({ data }: { data?: Progress | null }) => void told.push(data!.jobProgressed.job);
    client.subscribe<Progress>(
      { query: document, variables: { id } },
      { next, error: () => {}, complete: () => {} },
    );
    // The socket answers in order: once this query is answered, the subscription before it stands.
    for await (const _ of client.iterate({ query: '{ __typename }' }));
    go();
    await until(async () => told.at(-1)?.status === 'COMPLETED');
    expect(told.at(-1)).toEqual({ status: 'COMPLETED', progress: 1, message: 'a quarter' });
    await Promise.all([client.dispose(), other.dispose()]);
  });
});

describe('a dead letter', () => {
  it('is tried again when staff says so, and nobody else can', async () => {
    work = async () => {
      throw new PermanentError('not today');
    };
    const id = await start(report);
    await ends(id, 'FAILED');
    expect(await change('retryJob', id)).toBe('UNAUTHENTICATED');
    expect(await change('retryJob', id, people.other)).toBe('NOT_FOUND');
    expect(await change('retryJob', id, people.owner)).toBe('FORBIDDEN');
    work = async () => {};
    expect(await change('retryJob', id, people.staff)).toBe('WAITING');
    await ends(id, 'COMPLETED');
    expect(await job(id)).toMatchObject({ error: null, attempts: 1 });
    expect(await change('retryJob', id, people.staff)).toBe('CONFLICT');
    expect(await change('discardJob', id, people.staff)).toBe('CONFLICT');
  });

  it('is discarded when staff says so: the queue forgets it, and it never runs', async () => {
    const id = await start(echo);
    await ends(id, 'FAILED');
    const { failed } = await queue.counts();
    expect(await change('discardJob', id, people.owner)).toBe('NOT_FOUND');
    expect(await change('discardJob', id, people.staff)).toBe('CANCELED');
    await until(async () => (await queue.counts()).failed === failed - 1);
    expect(await change('retryJob', id, people.staff)).toBe('CONFLICT');
    expect(await change('discardJob', id, people.staff)).toBe('CANCELED');
  });
});

describe('reconciling', () => {
  it('hands a job over again that the queue has lost, and catches up with one that it knows more of', async () => {
    work = async () => {};
    const [lost, done] = [await start(report), await start(report)];
    await ends(lost, 'COMPLETED');
    await ends(done, 'COMPLETED');
    await server.sql(
      `UPDATE jobs SET status = 'ACTIVE', updated_at = now() - interval '1 hour', payload = $1, attempts = 0 WHERE status = 'COMPLETED'`,
      [JSON.stringify({ eventId: event.uuid })],
    );
    const [{ id }] = await server.sql(
      `SELECT id FROM jobs WHERE attempts = 0 AND status = 'ACTIVE' ORDER BY id DESC OFFSET 1 LIMIT 1`,
    );
    await queue.forget(id);
    expect(encodeId('Job', id)).toBe(lost);
    expect(await reconcile(server.app.database, queue, server.app.log)).toBe(1);
    await ends(lost, 'COMPLETED');
    expect(await job(lost)).toMatchObject({ attempts: 1 });
    expect(await job(done)).toMatchObject({ status: 'COMPLETED', attempts: 0 });
    expect(await reconcile(server.app.database, queue, server.app.log)).toBe(0);
  });
});
