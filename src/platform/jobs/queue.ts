/**
 * The queue behind the jobs: BullMQ, on PostgreSQL or, where REDIS_URL is set, on Redis; inside, one queue for each lane
 * (lanes.ts). Everything else in the application knows the interface below and nothing of BullMQ. A job's id is its outbox id: adding it again while
 * the queue remembers it (a day, or the last thousand done) changes nothing.
 */
import { Queue, Worker, createPostgresBackend, runMigrations, withBackend } from 'bullmq';
import type { JobsOptions, Processor, WorkerOptions } from 'bullmq';
import { Client, Pool } from 'pg';
import type { Logger } from 'pino';
import { installationSql } from '../data/installation.ts';
import { cutWhenSilent, silentAfter } from '../data/silence.ts';
import type { Lane } from './lanes.ts';
import { laneNames, lanes } from './lanes.ts';

/** Who queued a job: what kind of viewer, and which person. */
export interface Actor {
  readonly kind: string;
  readonly userId: string | null;
}

/** What BullMQ keeps of a job beside its name and id. */
export interface JobData {
  readonly actor: Actor;
  readonly payload: unknown;
}

/** A job to be added. */
export interface NewJob extends JobData {
  readonly id: string;
  readonly name: string;
}

/** The options of a worker that we choose between. */
export type WorkOptions = Pick<WorkerOptions, 'lockDuration' | 'stalledInterval' | 'maxStalledCount'>;

/** An open queue. */
export interface JobQueue {
  /** The queues of the lanes as BullMQ has them, for the dashboard alone. */
  readonly inner: readonly Queue<JobData>[];
  /** Resolves when the queue has the jobs for good. */
  add(jobs: readonly NewJob[]): Promise<void>;
  /** Drops a job that does not run, so that its id may be added again. */
  forget(id: string): Promise<void>;
  /** Where the queue has a job; null where it does not know it. */
  stateOf(id: string): Promise<string | null>;
  /**
   * Adds jobs again and again, once per installation however many processes ask for it: names, and the time between
   * two runs in milliseconds. What is scheduled and not among them is scheduled no more.
   */
  schedule(everyMs: ReadonlyMap<string, number>): Promise<void>;
  /** Takes jobs from now on: a worker for each lane, with its share. */
  work(processor: Processor<JobData>, options: WorkOptions): readonly Worker<JobData>[];
  /** How many jobs there are, by state; throws when the queue does not answer. */
  counts(): Promise<Record<string, number>>;
  /** Asks Redis for an answer; null where the queue is in PostgreSQL. */
  readonly ping: (() => Promise<unknown>) | null;
  /** Tries no longer to reach a server that is away. */
  abandon(): void;
  /** Gives the connections back; workers are closed before. */
  close(): Promise<void>;
}

/** Where the queue is and who hears of its troubles. */
export interface QueueOptions {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  readonly log: Logger;
  /** How often jobs of a kind are tried, where that is not the usual number. */
  readonly attempts?: ReadonlyMap<string, number>;
  /** In which lane jobs of a kind wait, where that is not the usual one. */
  readonly laneOf?: ReadonlyMap<string, Lane>;
  /** How long a job rests after its first failure, in milliseconds; twice as long after each further one. */
  readonly backoffMs?: number;
}

/** The usual lane has the name that all jobs were once queued under. */
const queueName = (lane: Lane): string => (lane === 'usual' ? 'convoke' : `convoke-${lane}`);

/** How long jobs that failed for good are kept, in days. */
export const keptDays = 30;

/** Connections to PostgreSQL for the queue, per process: one for each lane listens for jobs, the others ask and answer. */
const poolSize = laneNames.length + 3;
/** The limit of the queue's statements, in milliseconds. */
const statementTimeoutMs = 30_000;

/** Five attempts with growing rests between them; what failed for good is kept for a month, for somebody to look at. */
function optionsOf({ backoffMs = 20_000 }: QueueOptions): JobsOptions {
  return {
    attempts: 5,
    backoff: { type: 'exponential', delay: backoffMs, jitter: 0.5 },
    removeOnComplete: { age: 24 * 3600, count: 1000 },
    removeOnFail: { age: keptDays * 24 * 3600, count: 10_000 },
  };
}

/** Opens the queue; throws when PostgreSQL or Redis does not answer. */
export async function openQueue(options: QueueOptions): Promise<JobQueue> {
  const jobOptions = optionsOf(options);
  const trouble = troubleLog(options.log);
  const { queues, makeWorker, ping, abandon, release } = await (options.redisUrl
    ? onRedis(options.redisUrl, await prefixOf(options.databaseUrl), trouble)
    : onPostgres(options.databaseUrl, trouble));
  for (const queue of queues.values()) queue.on('error', trouble.hear);
  const all = [...queues.values()];
  const queueOf = (name: string) => queues.get(options.laneOf?.get(name) ?? 'usual')!;
  return {
    inner: all,
    async add(jobs) {
      for (const [queue, some] of Map.groupBy(jobs, ({ name }) => queueOf(name))) {
        const entries = some.map(({ id, name, actor, payload }) => {
          const attempts = options.attempts?.get(name) ?? jobOptions.attempts;
          return { name, data: { actor, payload }, opts: { ...jobOptions, attempts, jobId: id } };
        });
        await within(15_000, queue.addBulk(entries));
      }
    },
    async forget(id) {
      for (const queue of all) await within(15_000, queue.remove(id));
    },
    async stateOf(id) {
      for (const queue of all) {
        const state = await within(5000, queue.getJobState(id));
        if (state !== 'unknown') return state;
      }
      return null;
    },
    async schedule(everyMs) {
      const data: JobData = { actor: { kind: 'server', userId: null }, payload: {} };
      for (const [name, every] of everyMs)
        await within(
          15_000,
          queueOf(name).upsertJobScheduler(name, { every }, { name, data, opts: jobOptions }),
        );
      for (const queue of all) {
        for (const { key } of await within(15_000, queue.getJobSchedulers())) {
          if (!everyMs.has(key) || queueOf(key) !== queue)
            await within(15_000, queue.removeJobScheduler(key));
        }
      }
    },
    work: (processor, work) =>
      laneNames.map((lane) => {
        const worker = makeWorker(lane, processor, { ...work, concurrency: lanes[lane] });
        worker.on('error', trouble.hear);
        return worker;
      }),
    async counts() {
      const counted = await within(
        2500,
        Promise.all(all.map((queue) => queue.getJobCounts('waiting', 'active', 'delayed', 'failed'))),
      );
      const sum: Record<string, number> = {};
      for (const counts of counted)
        for (const [state, count] of Object.entries(counts)) sum[state] = (sum[state] ?? 0) + count;
      return sum;
    },
    ping,
    abandon,
    async close() {
      trouble.end();
      // Where the server is away there is nobody to say good-bye to.
      await within(2500, Promise.all(all.map((queue) => queue.close()))).catch(() => {});
      await release();
    },
  };
}

/** The options of the worker of a lane. */
type WorkerOf = WorkOptions & Pick<WorkerOptions, 'concurrency'>;

interface Opened {
  readonly queues: ReadonlyMap<Lane, Queue<JobData>>;
  readonly makeWorker: (lane: Lane, processor: Processor<JobData>, options: WorkerOf) => Worker<JobData>;
  readonly ping: (() => Promise<unknown>) | null;
  readonly abandon: () => void;
  readonly release: () => Promise<void>;
}

/** A queue for each lane. */
async function readyQueues(open: (name: string) => Queue<JobData>): Promise<Map<Lane, Queue<JobData>>> {
  const queues = new Map(laneNames.map((lane) => [lane, open(queueName(lane))]));
  for (const queue of queues.values()) await queue.waitUntilReady();
  return queues;
}

async function onPostgres(databaseUrl: string, trouble: TroubleLog): Promise<Opened> {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: poolSize,
    keepAlive: true,
    connectionTimeoutMillis: 5000,
    // The names of BullMQ's own SQL are found by the search path, which a pool of ours has to set.
    options: `-c search_path=bullmq -c statement_timeout=${statementTimeoutMs} -c idle_in_transaction_session_timeout=60000`,
  });
  // Each queue and each worker listens too, and there are several of both for each lane.
  pool.setMaxListeners(0);
  pool.on('error', trouble.hear);
  pool.on('connect', (client) => cutWhenSilent(client, silentAfter(statementTimeoutMs)));
  try {
    const client = await pool.connect();
    try {
      await runMigrations(client, 'bullmq');
    } finally {
      client.release();
    }
    const backend = withBackend(createPostgresBackend);
    const queues = await readyQueues(
      (name) => new backend.Queue<JobData>(name, { connection: pool }) as unknown as Queue<JobData>,
    );
    return {
      queues,
      makeWorker: (lane, processor, options) =>
        new backend.Worker<JobData>(queueName(lane), processor, {
          ...options,
          ...workerOptions,
          connection: pool,
        }) as unknown as Worker<JobData>,
      ping: null,
      abandon() {},
      release: () => pool.end(),
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** Under which a Redis keeps the jobs of this installation, and no other's. */
async function prefixOf(databaseUrl: string): Promise<string> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(installationSql);
    return `convoke:${rows[0].name}`;
  } finally {
    await client.end();
  }
}

async function onRedis(url: string, prefix: string, trouble: TroubleLog): Promise<Opened> {
  let isAbandoned = false;
  const retryStrategy = (times: number) => (isAbandoned ? null : Math.min(times * 100, 2000));
  // Only here: without REDIS_URL its client is never loaded.
  const { Redis } = await import('ioredis');
  // Whoever adds a job has the outbox to fall back on: failing soon is better than waiting for Redis.
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: 10_000,
    connectTimeout: 5000,
    retryStrategy,
    lazyConnect: true,
  });
  redis.on('error', trouble.hear);
  try {
    await redis.connect();
    const queues = await within(
      10_000,
      readyQueues((name) => new Queue<JobData>(name, { connection: redis, prefix })),
    );
    return {
      queues,
      makeWorker: (lane, processor, options) =>
        new Worker<JobData>(queueName(lane), processor, {
          ...options,
          ...workerOptions,
          prefix,
          connection: { url, retryStrategy },
        }),
      ping: () => within(2500, redis.ping()),
      abandon: () => void (isAbandoned = true),
      release: async () => redis.disconnect(),
    };
  } catch (error) {
    redis.disconnect();
    throw new Error('Redis does not answer; is REDIS_URL right?', { cause: error });
  }
}

/** A fault of the connection is waited out for a second, not for BullMQ's fifteen. */
const workerOptions = { runRetryDelay: 1000 };

interface TroubleLog {
  readonly hear: (error: Error) => void;
  /** Connections that end now were meant to. */
  readonly end: () => void;
}

/** Says what is wrong, and does not say the same again for some seconds: every connection reports a lost server. */
function troubleLog(log: Logger): TroubleLog {
  let last = { message: '', at: 0 };
  let isOver = false;
  return {
    hear({ message }) {
      if (isOver || (message === last.message && Date.now() - last.at < 10_000)) return;
      last = { message, at: Date.now() };
      log.warn({ error: message }, 'trouble with the job queue');
    },
    end: () => void (isOver = true),
  };
}

/** Rejects when the work takes longer. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('The job queue does not answer')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
