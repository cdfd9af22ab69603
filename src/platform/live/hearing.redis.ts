/**
 * Notices over Redis, so that a change wakes one connection of PostgreSQL however many instances there are. PostgreSQL
 * still decides what was committed, and in which order: one instance, whichever holds the lock, is the relay and passes on
 * what it hears, which are ids and topics and never content. A relay that loses one of its two sides gives the lock up;
 * the next one begins by saying that notices may have been lost, and all read what they missed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Client } from 'pg';
import type { Logger } from 'pino';
import type { Database } from '../data/database.ts';
import { installationSql } from '../data/installation.ts';
import type { Ears, Hearing } from './hearing.ts';
import { PostgresHearing } from './hearing.ts';

/** How often the relay says that it is there, how long others wait to hear so, and how often they try to take its place. */
const pace = { beatMs: 1000, patienceMs: 3500, turnMs: 500 };
/** What the relay says beside notices. */
const [beat, lost] = ['beat', 'lost'];
const lockOf = "hashtext('convoke live relay')";

/** Channels are of a whole Redis, whatever the number in its URL: each installation has its own. Asked at every connection. */
async function channelOf(database: Database): Promise<string> {
  const [{ name }] = await database.query<{ name: string }>(installationSql);
  return `convoke:notices:${name}`;
}

/** A connection to Redis that is not made again by itself: who has it begins anew. */
async function connect(url: string): Promise<Redis> {
  // Only here: without REDIS_URL its client is never loaded.
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 5000,
    connectTimeout: 5000,
    disconnectTimeout: 200,
  });
  // What is wrong is said by the command that fails, or by the end.
  redis.on('error', () => {});
  try {
    await redis.connect();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}

/** Hears of notices from Redis. */
export class RedisHearing implements Hearing {
  private redis: Redis | null = null;
  private isEnded = false;

  constructor(
    private readonly url: string,
    private readonly database: Database,
    private readonly log: Logger,
  ) {}

  async listen({ hear, standing }: Ears): Promise<void> {
    const redis = await connect(this.url);
    this.redis = redis;
    const ended = new Promise<void>((resolve) => redis.once('end', resolve));
    let failure: Error | null = null;
    const stood = () => standing().catch((error: Error) => ((failure = error), redis.disconnect()));
    // Where there is no relay, or Redis does not answer any more, nothing comes.
    const patience = setTimeout(() => {
      this.log.warn('nothing is heard of live notices from Redis');
      redis.disconnect();
    }, pace.patienceMs);
    redis.on('message', (_channel, text) => {
      patience.refresh();
      if (text === beat) return;
      if (text === lost) void stood();
      else {
        const [id, topic] = JSON.parse(text) as [string, string];
        hear(Number(id), topic);
      }
    });
    try {
      await redis.subscribe(await channelOf(this.database));
      await stood();
      if (this.isEnded) return;
      await ended;
      if (failure) throw failure as Error;
    } finally {
      clearTimeout(patience);
      redis.disconnect();
      this.redis = null;
    }
  }

  end(): void {
    this.isEnded = true;
    this.redis?.disconnect();
  }
}

/** Passes notices on from PostgreSQL to Redis, while it is this process that does. */
export class Relay {
  private readonly stopping = new AbortController();
  private readonly hearing: PostgresHearing;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly url: string,
    databaseUrl: string,
    private readonly database: Database,
    private readonly log: Logger,
  ) {
    this.hearing = new PostgresHearing(databaseUrl, log);
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.hearing.end();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.relay().catch((error: Error) =>
        this.log.warn({ error: error.message }, 'live notices could not be passed on to Redis'),
      );
      await this.rest();
    }
  }

  private rest(): Promise<void> {
    return delay(pace.turnMs, undefined, { signal: this.stopping.signal }).catch(() => {});
  }

  /** Connects to both sides, waits for its turn, and passes on until one of them is lost. */
  private async relay(): Promise<void> {
    const channel = await channelOf(this.database);
    const redis = await connect(this.url);
    const tell = (text: string) => void redis.publish(channel, text).catch(() => redis.disconnect());
    let beating: NodeJS.Timeout | undefined;
    redis.once('end', () => this.hearing.end());
    try {
      await this.hearing.listenAs(
        (client) => this.isTurn(client),
        (id, topic) => tell(JSON.stringify([String(id), topic])),
        async () => {
          if (redis.status !== 'ready' || this.stopping.signal.aborted) this.hearing.end();
          tell(lost);
          beating = setInterval(() => tell(beat), pace.beatMs);
        },
      );
    } finally {
      clearInterval(beating);
      redis.disconnect();
    }
  }

  private async isTurn(client: Client): Promise<boolean> {
    if (this.stopping.signal.aborted) return true;
    const { rows } = await client.query<{ held: boolean }>(`SELECT pg_try_advisory_lock(${lockOf}) AS held`);
    if (!rows[0].held) await this.rest();
    return rows[0].held;
  }
}
