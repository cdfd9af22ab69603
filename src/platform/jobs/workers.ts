/**
 * The workers of a process: relay, queue and the loop that runs jobs, started and stopped together. At a shutdown no
 * job is taken any more; those that run may finish, and what is not done in time goes back to the queue.
 */
import { UnrecoverableError } from 'bullmq';
import type { Job } from 'bullmq';
import { messageOf } from '../observe/database-faults.ts';
import type { JobDefinition } from './job.ts';
import { openQueue } from './queue.ts';
import { reconcile } from './reconcile.ts';
import { recordJob } from './record.ts';
import type { JobData, WorkOptions } from './queue.ts';
import { Relay } from './relay.ts';
import { processorOf } from './run.ts';
import type { Surroundings } from './run.ts';
import type { Schedule } from './schedule.ts';

/** Running workers. */
export interface Workers {
  /** Takes no more jobs, lets those that run end within SHUTDOWN_SECONDS, and gives everything back. */
  stop(): Promise<void>;
  /** A few words about the workers and their queue; throws where they do not work. For readiness. */
  check(): Promise<string>;
  /** How many jobs the queue has, by state; throws when it does not answer. */
  counts(): Promise<Readonly<Record<string, number>>>;
  /** The same as `check` about Redis; null where the queue is in PostgreSQL. */
  readonly checkRedis: (() => Promise<string>) | null;
}

/** What the workers are made of. */
export interface WorkersOptions extends Surroundings {
  readonly databaseUrl: string;
  readonly definitions: readonly JobDefinition[];
  /** What runs again and again; its jobs need not be in `definitions`. */
  readonly schedules: readonly Schedule[];
  readonly work?: Partial<WorkOptions>;
  /** See QueueOptions. */
  readonly backoffMs?: number;
}

/**
 * A worker that died is noticed after the lock's duration at the latest; one that is alive renews it all the time. A
 * job that takes its worker down with it is given up the fourth time.
 */
const standardWork: WorkOptions = { lockDuration: 15_000, stalledInterval: 5000, maxStalledCount: 3 };

const reminderMs = 5 * 60_000;

/** How long jobs that were told to end get for going back to the queue, in milliseconds. */
const graceMs = 5000;

/** Starts to relay and to run jobs. */
export async function runWorkers(options: WorkersOptions): Promise<Workers> {
  const { databaseUrl, config, database, storage, decoder, ask, mailer } = options;
  const log = options.log.child({ part: 'jobs' });
  const shutdown = new AbortController();
  const { schedules, backoffMs, writerOf, nobody } = options;
  const definitions = [...options.definitions, ...schedules.map(({ job }) => job)];
  const processor = processorOf(
    definitions,
    { config, database, storage, decoder, ask, mailer, log, writerOf, nobody },
    shutdown.signal,
  );
  const attempts = new Map(
    definitions.flatMap((definition) =>
      definition.attempts ? [[definition.name, definition.attempts]] : [],
    ),
  );
  const laneOf = new Map(definitions.flatMap(({ name, lane }) => (lane ? [[name, lane] as const] : [])));
  const queue = await openQueue({
    databaseUrl,
    redisUrl: config.redis.url,
    backoffMs,
    attempts,
    laneOf,
    log,
  });
  const schedule = () =>
    queue.schedule(new Map(schedules.map(({ job, everyMinutes }) => [job.name, everyMinutes * 60_000])));
  try {
    await schedule();
  } catch (error) {
    await queue.close();
    throw error;
  }
  // Said again now and then: a Redis that lost its memory has forgotten the schedules, and nobody writes them to an outbox.
  const remind = () => schedule().then(() => reconcile(database, queue, log));
  const reminder = setInterval(() => {
    remind().catch((error: Error) =>
      log.warn({ error: error.message }, 'the queue could not be reminded of what it is to do'),
    );
  }, reminderMs).unref();
  const urgent = [...laneOf].flatMap(([name, lane]) => (lane === 'urgent' ? [name] : []));
  const relay = new Relay({ database, databaseUrl, queue, urgent, log });
  const workers = queue.work(processor, { ...standardWork, ...options.work });
  const failed = (job: Job<JobData> | undefined, err: Error): void => {
    const about = { job: job?.name, jobId: job?.id, attempt: job?.attemptsMade, err };
    const isForGood = !job || job.finishedOn !== undefined;
    if (isForGood) log.error(about, 'a job failed for good and is kept');
    else log.warn(about, 'a job failed and will be tried again');
    if (job)
      recordFault(job, err, isForGood).catch((error: Error) =>
        log.warn({ ...about, error: error.message }, 'the fault of a job could not be kept'),
      );
  };
  for (const worker of workers) {
    worker.on('failed', failed);
    worker.on('stalled', (jobId) => log.warn({ jobId }, 'a worker went away from a job; it runs again'));
  }

  /** Who follows a job reads our words; of a bug only that there was one. Staff reads what it was. */
  async function recordFault(job: Job<JobData>, fault: Error, isForGood: boolean): Promise<void> {
    const isFollowed = definitions.some(({ name, isFollowed: followed }) => name === job.name && followed);
    const isTold = !isFollowed || fault instanceof UnrecoverableError;
    const error = isTold
      ? messageOf(fault)
      : 'The server failed at it; its log says more under the id of the job';
    await recordJob(database, job.id as string, { status: isForGood ? 'FAILED' : 'WAITING', error });
  }

  return {
    async stop() {
      clearInterval(reminder);
      await relay.stop();
      // Closing in good order waits for the queue's server, for ever where that is away; nothing could be recorded then.
      const isThere = await queue.counts().then(
        () => true,
        () => false,
      );
      const closed = Promise.all(workers.map((worker) => worker.close(!isThere)));
      const interrupt = () => {
        if (isThere) log.warn('jobs have not ended in time; they go back to the queue');
        shutdown.abort(new Error('The server is shutting down'));
      };
      const timer = setTimeout(interrupt, isThere ? config.run.shutdownSeconds * 1000 : 0);
      if (!(await endsWithin(config.run.shutdownSeconds * 1000 + graceMs, closed))) {
        log.error('jobs did not end in time; they run again elsewhere');
      }
      clearTimeout(timer);
      if (!isThere) queue.abandon();
      mailer.close();
      await endsWithin(graceMs, Promise.all([closed, queue.close()]));
    },
    async check() {
      if (workers.some((worker) => !worker.isRunning() || worker.isPaused()))
        throw new Error('no worker takes jobs');
      const counts = await queue.counts().catch(() => {
        throw new Error('the job queue does not answer');
      });
      return `taking jobs; ${Object.entries(counts)
        .map(([state, count]) => `${count} ${state}`)
        .join(', ')}`;
    },
    counts: () => queue.counts(),
    checkRedis:
      queue.ping &&
      (async () => {
        await queue.ping?.().catch(() => {
          throw new Error('Redis does not answer');
        });
        return 'answers';
      }),
  };
}

/** Whether the work ends in time. */
async function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
