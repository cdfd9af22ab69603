/** What the server does of its own accord: schedules, once however many work, and what pruning does to invites and logs. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { JobDefinition } from '../../src/platform/jobs/job.ts';
import { openQueue } from '../../src/platform/jobs/queue.ts';
import { slices } from '../../src/slices.ts';
import { startWorkers } from '../../src/worker.ts';
import { createPerson } from '../kit/accounts.ts';
import { createOrganization } from '../kit/collaborations.ts';
import { makeEvent } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer({ SHUTDOWN_SECONDS: '1' });
});
afterAll(() => server.close());

describe('a schedule', () => {
  it('runs once each time, though several work, and no more when it is taken away', async () => {
    const queue = await openQueue({ databaseUrl: server.databaseUrl, log: server.app.log });
    const ran: string[] = [];
    const job: JobDefinition = {
      name: 'test.tick',
      payload: z.object({}),
      run: async (_payload, { id }) => void ran.push(id),
    };
    const all = await Promise.all(
      [1, 2, 3].map(() => startWorkers(server.app, { schedules: [{ job, everyMinutes: 0.01 }] })),
    );
    await until(async () => ran.length >= 4);
    await Promise.all(all.map((workers) => workers.stop()));
    expect(new Set(ran).size).toBe(ran.length);
    // Six hundred milliseconds apart: a second run of the same time would be one too many.
    const slots = ran.map((id) => id.split(':').at(-1));
    expect(new Set(slots).size).toBe(ran.length);
    const later = await startWorkers(server.app);
    const names = await server.sql(
      `SELECT DISTINCT name FROM bullmq.job WHERE state NOT IN ('completed', 'failed') AND name = 'test.tick'`,
    );
    expect(names).toEqual([]);
    await later.stop();
    await queue.close();
  });
});

describe('pruning', () => {
  it('expires invites, and forgets logs whose time is over', async () => {
    const { userId } = await createPerson(server);
    const { uuid } = await makeEvent(server);
    const organization = await createOrganization(server, 'Alpha');
    for (const [email, expires] of [
      ['late@example.org', '-1 hour'],
      ['early@example.org', '1 hour'],
    ]) {
      await server.sql(
        `INSERT INTO role_invites (id, event_id, email, role, invited_by_id, expires_at, token_hash)
         VALUES (gen_random_uuid(), $1, $2::text, 'MODERATOR', $3, now() + $4::interval, $2::text)`,
        [uuid, email, userId, expires],
      );
      await server.sql(
        `INSERT INTO membership_invites (id, organization_id, email, invited_by_id, expires_at, token_hash)
         VALUES (gen_random_uuid(), $1, $2::text, $3, now() + $4::interval, $2::text)`,
        [organization, email, userId, expires],
      );
    }
    for (const days of [89, 91]) {
      await server.sql(
        `INSERT INTO mails (id, kind, recipient, subject, status, at) VALUES (gen_random_uuid(), 'test', $1, 'S', 'SENT', now() - make_interval(days => $2))`,
        [`${days}@example.org`, days],
      );
      for (const status of ['COMPLETED', 'FAILED']) {
        await server.sql(
          `INSERT INTO jobs (id, kind, status, actor_kind, message, finished_at) VALUES (gen_random_uuid(), 'test', $1, 'server', $2, now() - make_interval(days => $3))`,
          [status, `${status} ${days}`, days - 88],
        );
      }
    }
    const signal = new AbortController().signal;
    for (const prune of slices.flatMap((slice) => slice.prune ?? []))
      await prune(server.app.database, { ...server.app, signal } as never);
    for (const table of ['role_invites', 'membership_invites']) {
      expect(await server.sql(`SELECT email, answer, token_hash FROM ${table} ORDER BY email`)).toEqual([
        { email: 'early@example.org', answer: 'PENDING', token_hash: 'early@example.org' },
        { email: 'late@example.org', answer: 'EXPIRED', token_hash: null },
      ]);
    }
    expect(await server.sql(`SELECT recipient FROM mails WHERE kind = 'test'`)).toEqual([
      { recipient: '89@example.org' },
    ]);
    expect(
      (await server.sql(`SELECT message FROM jobs WHERE kind = 'test' ORDER BY message`)).map(
        ({ message }) => message,
      ),
    ).toEqual(['FAILED 89', 'FAILED 91']);
  });
});
