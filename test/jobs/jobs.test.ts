/** From a transaction to an effect: outbox, relay, queue and workers, on both kinds of queue. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { verificationMail } from '../../src/accounts/account.mail.ts';
import { anonymous } from '../../src/permissions/viewer.ts';
import { Writer } from '../../src/platform/data/writer.ts';
import { openQueue } from '../../src/platform/jobs/queue.ts';
import type { JobQueue } from '../../src/platform/jobs/queue.ts';
import { handOver } from '../../src/platform/jobs/relay.ts';
import { laneNames } from '../../src/platform/jobs/lanes.ts';
import { startWorkers } from '../../src/worker.ts';
import type { Workers } from '../../src/worker.ts';
import { createPerson } from '../kit/accounts.ts';
import { hasRedis, startRedis } from '../kit/redis.ts';
import type { TestRedis } from '../kit/redis.ts';
import { startServer } from '../kit/server.ts';
import type { TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';
import { definitions, effectsTable, held } from './definitions.ts';

describe.each(hasRedis ? ['PostgreSQL', 'Redis'] : ['PostgreSQL'])('jobs on %s', (kind) => {
  let redis: TestRedis | undefined;
  let server: TestServer;
  let queue: JobQueue;
  const running: Workers[] = [];

  beforeAll(async () => {
    if (kind === 'Redis') redis = await startRedis();
    server = await startServer({ SHUTDOWN_SECONDS: '1', ...(redis ? { REDIS_URL: redis.url } : {}) });
    await server.sql(effectsTable);
    queue = await openQueue({ databaseUrl: server.databaseUrl, redisUrl: redis?.url, log: server.app.log });
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((workers) => workers.stop()));
  });
  afterAll(async () => {
    await queue?.close();
    await server?.close();
    await redis?.stop();
  });

  const work = async () => {
    const workers = await startWorkers(server.app, {
      definitions,
      work: { lockDuration: 1000, stalledInterval: 500 },
      backoffMs: 20,
    });
    running.push(workers);
    return workers;
  };
  const writer = () => new Writer(server.app.database, server.app.permissions, anonymous);
  const enqueue = (name: string, payload: unknown) =>
    writer().transaction((changes) => changes.enqueue(name, payload));
  /** The effects whose note begins like this: jobs of earlier tests may be trying again meanwhile. */
  const notes = async (prefix: string) =>
    (await server.sql('SELECT note FROM effects WHERE starts_with(note, $1) ORDER BY at', [prefix])).map(
      ({ note }) => note as string,
    );
  const times = async (note: string) => (await notes(note)).length;
  const waiting = async () =>
    (await server.sql('SELECT count(*)::int AS count FROM outbox'))[0].count as number;

  it('run once for a transaction that commits, and never for one that does not', async () => {
    await work();
    await enqueue('test.note', { note: 'commit first' });
    await expect(
      writer().transaction(async (changes) => {
        await changes.enqueue('test.note', { note: 'commit never' });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await enqueue('test.note', { note: 'commit last' });
    await until(async () => (await times('commit')) >= 2);
    expect((await notes('commit')).toSorted()).toEqual(['commit first', 'commit last']);
    expect(await waiting()).toBe(0);
  });

  it('wait in the outbox while nobody works, and run once though several relays take them', async () => {
    const expected = Array.from({ length: 250 }, (_, index) => `many ${1000 + index}`);
    await writer().transaction(async (changes) => {
      for (const note of expected) await changes.enqueue('test.note', { note });
    });
    expect(await waiting()).toBe(250);
    await Promise.all([work(), work(), work()]);
    await until(async () => (await times('many')) >= 250, 30_000);
    expect((await notes('many')).toSorted()).toEqual(expected);
    expect(await waiting()).toBe(0);
  }, 60_000);

  // Two installations never share a PostgreSQL database.
  (kind === 'Redis' ? it : it.skip)(
    'are those of their own installation alone, whoever shares the Redis',
    async () => {
      const other = await startServer({ SHUTDOWN_SECONDS: '1', REDIS_URL: redis!.url });
      const theirs = await openQueue({
        databaseUrl: other.databaseUrl,
        redisUrl: redis!.url,
        log: other.app.log,
      });
      try {
        const id = '0190c8a0-0000-7000-8000-000000000002';
        await theirs.add([
          {
            id,
            name: 'test.note',
            actor: { kind: 'anonymous', userId: null },
            payload: { note: 'of another' },
          },
        ]);
        await work();
        await enqueue('test.note', { note: 'of ours' });
        await until(async () => (await times('of ours')) === 1);
        expect([await theirs.stateOf(id), await queue.stateOf(id), await times('of another')]).toEqual([
          'waiting',
          null,
          0,
        ]);
      } finally {
        await theirs.close();
        await other.close();
      }
    },
  );

  it('stay in the outbox when the queue does not take them', async () => {
    await enqueue('test.note', { note: 'kept' });
    const broken: JobQueue = { ...queue, add: () => Promise.reject(new Error('gone')) };
    await expect(handOver(server.app.database, broken, 100)).rejects.toThrow('gone');
    expect(await waiting()).toBe(1);
    await work();
    await until(async () => (await times('kept')) === 1);
  });

  it('have one effect however often they are added', async () => {
    const id = '0190c8a0-0000-7000-8000-000000000001';
    const job = {
      id,
      name: 'test.note',
      actor: { kind: 'anonymous', userId: null },
      payload: { note: 'once' },
    };
    await work();
    await Promise.all(Array.from({ length: 10 }, () => queue.add([job, job])));
    await until(async () => (await times('once')) > 0);
    await queue.add([job]);
    await enqueue('test.note', { note: 'once after' });
    await until(async () => (await times('once after')) === 1);
    expect(await notes('once')).toEqual(['once', 'once after']);
  });

  it('are tried again when they fail, five times in all, and are kept', async () => {
    const { failed } = await queue.counts();
    await work();
    await enqueue('test.fail', { note: 'again' });
    await until(async () => (await queue.counts()).failed === failed + 1);
    expect(await times('again')).toBe(5);
  });

  it.each([
    ['a fault that is for good', 'test.vain', { note: 'in vain' }, 1],
    ['an unknown name', 'test.unheard', { note: 'unheard' }, 0],
    ['a payload that is not theirs', 'test.note', { note: 7 }, 0],
  ])('fail at once and are kept after %s', async (_, name, payload, effects) => {
    const { failed } = await queue.counts();
    await work();
    await enqueue(name, payload);
    await until(async () => (await queue.counts()).failed === failed + 1);
    expect(await times(String(payload.note))).toBe(effects);
  });

  it('are left at their deadline, which is a failure', async () => {
    const { failed } = await queue.counts();
    await work();
    await enqueue('test.late', { note: 'late' });
    await until(async () => (await queue.counts()).failed === failed + 1);
    expect(await times('late')).toBe(5);
  });

  it('go back to the queue at a shutdown that they outlast', async () => {
    const first = await work();
    await enqueue('test.hang', { note: 'interrupted' });
    await until(async () => (await times('interrupted')) === 1);
    const { failed } = await queue.counts();
    await first.stop();
    running.length = 0;
    expect(await queue.counts()).toMatchObject({ active: 0, failed });
    await work();
    await until(async () => (await times('interrupted')) === 2);
  });

  it('run elsewhere when their worker is killed', async () => {
    const child = await workerProcess(server, redis);
    await enqueue('test.hang', { note: 'orphan' });
    await until(async () => (await times('orphan')) === 1);
    const [{ pid }] = await server.sql('SELECT pid FROM effects WHERE note = $1', ['orphan']);
    expect(pid).toBe(child.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await work();
    await until(async () => (await times('orphan')) === 2, 20_000);
  });

  it('go on after every connection to the database was lost', async () => {
    await work();
    await enqueue('test.note', { note: 'before' });
    await until(async () => (await times('before')) === 1);
    const admin = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    await server.sql(admin);
    await until(async () => {
      await enqueue('test.note', { note: 'after' });
      return true;
    });
    await until(async () => (await times('after')) > 0, 20_000);
  });

  if (kind === 'Redis') {
    it('wait in the outbox while Redis is away, and no transaction waits for it', async () => {
      await work();
      const { url, stop } = redis as TestRedis;
      await stop();
      await enqueue('test.note', { note: 'patient' });
      expect(await waiting()).toBe(1);
      await expect(running[0].check()).rejects.toThrow('the job queue does not answer');
      await expect(running[0].checkRedis?.()).rejects.toThrow('Redis does not answer');
      redis = await startRedis(Number(new URL(url).port));
      await until(async () => (await times('patient')) === 1, 20_000);
      expect(await waiting()).toBe(0);
    });
  }

  it.each(laneNames)(
    'of a kind that comes in masses leave the others their workers, and mails for signing in go on: %s',
    async (lane) => {
      const person = await createPerson(server, { isVerified: false });
      const { promise, resolve } = Promise.withResolvers<void>();
      held.until = promise;
      const beside = laneNames.filter((other) => other !== lane);
      try {
        await writer().transaction(async (changes) => {
          await changes.enqueueAll(
            `test.held.${lane}`,
            Array.from({ length: 120 }, (_, at) => ({ note: `flood of ${lane} ${at}` })),
          );
          if (lane !== 'urgent') await changes.enqueue(verificationMail, { email: person.email });
          for (const other of beside)
            await changes.enqueue(`test.beside.${other}`, { note: `beside ${lane}` });
        });
        await work();
        await until(async () => (await times(`beside ${lane}`)) === beside.length);
        if (lane !== 'urgent')
          await until(
            async () =>
              (await server.sql('SELECT FROM mails WHERE recipient = $1', [person.email])).length === 1,
          );
        expect(await times(`flood of ${lane} `)).toBe(0);
      } finally {
        resolve();
      }
      await until(async () => (await times(`flood of ${lane} `)) === 120, 20_000);
    },
  );

  it('of an urgent kind are handed over before those that have waited for longer', async () => {
    const outbox = [...Array.from({ length: 5 }, () => 'test.note'), 'account.verification'];
    for (const name of outbox)
      await enqueue(name, { note: 'in order', userId: '0190c8a0-0000-7000-8000-000000000003' });
    const added: string[] = [];
    const seeing: JobQueue = {
      ...queue,
      add: async (jobs) => void added.push(...jobs.map(({ name }) => name)),
    };
    await handOver(server.app.database, seeing, 2, ['account.verification']);
    expect(added).toEqual(['account.verification', 'test.note']);
    await server.sql('DELETE FROM outbox');
  });

  it('are looked after by the readiness checks', async () => {
    const workers = await work();
    expect(await workers.check()).toMatch(/^taking jobs; \d+ waiting, \d+ active, \d+ delayed, \d+ failed$/);
    expect(await workers.checkRedis?.()).toBe(kind === 'Redis' ? 'answers' : undefined);
    await workers.stop();
    running.length = 0;
    await expect(workers.check()).rejects.toThrow('no worker takes jobs');
  });

  it('prune what has served its time', async () => {
    await server.sql(
      `INSERT INTO notices (topic, payload, created_at) VALUES ('t', '{}', now() - interval '2 hours'), ('t', '{}', now())`,
    );
    await work();
    await enqueue('platform.prune', {});
    await until(async () => (await server.sql('SELECT 1 FROM notices')).length === 1);
  });
});

/** Starts worker-child.ts and waits until it works. */
async function workerProcess(server: TestServer, redis: TestRedis | undefined): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    ['--experimental-transform-types', '--no-warnings', join(import.meta.dirname, 'worker-child.ts')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'test',
        DATABASE_URL: server.databaseUrl,
        DATA_DIR: '/tmp/convoke-test',
        ...(redis ? { REDIS_URL: redis.url } : {}),
      },
    },
  );
  for await (const line of createInterface({ input: child.stdout! })) if (line === 'ready') return child;
  throw new Error('The worker ended before it worked.');
}
