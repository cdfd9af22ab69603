/**
 * The hub: hears of every committed notice, from PostgreSQL or Redis, and hands it to the subscribers of its topic in this
 * process. One connection of its own listens; when it is lost it is made again, and what was told meanwhile is read
 * from the table. A notice reaches each subscriber at least once, in the order of commits while the connection holds.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../data/database.ts';
import type { Hearing } from './hearing.ts';
import { PostgresHearing, keptMs } from './hearing.ts';
import { RedisHearing, Relay } from './hearing.redis.ts';
import { machineTopic, userTopic } from './rights.ts';
import { Subscriber } from './subscriber.ts';
import type { Listener } from './subscriber.ts';
import { toldOf } from './told.ts';
import type { StoredPayload } from './told.ts';

/** Ids are drawn before they commit, so a gap may hold ids a little below the last one heard: so many are read again. */
const overlap = 1000;
const backOff = { firstMs: 100, mostMs: 1000 };

/** What the hub needs. */
export interface HubOptions {
  /** The database's. */
  readonly url: string;
  /** Where notices go over Redis. */
  readonly redisUrl?: string | undefined;
  readonly database: Database;
  readonly log: Logger;
}

/** A notice as it is stored. */
type NoticeRow = { id: string; topic: string; payload: StoredPayload; created_at: Date };

/** The notices of one process. */
export class Hub {
  private readonly topics = new Map<string, Set<Listener>>();
  private readonly heardIds = new Set<number>();
  private readonly pending: number[] = [];
  private readonly stopping = new AbortController();
  private lastId: number | null = null;
  private lostAt: number | null = null;
  private isReading = false;
  private catching: Promise<void> = Promise.resolve();
  private running: Promise<void> | null = null;
  private readonly hearing: Hearing;
  private readonly relay: Relay | null;

  constructor(private readonly options: HubOptions) {
    const { url, redisUrl, database, log } = options;
    this.hearing = redisUrl ? new RedisHearing(redisUrl, database, log) : new PostgresHearing(url, log);
    this.relay = redisUrl ? new Relay(redisUrl, url, database, log) : null;
  }

  /** How many listeners a topic has in this process. */
  count(topic: string): number {
    return this.topics.get(topic)?.size ?? 0;
  }

  /** Starts to listen; resolves when it does. */
  async start(): Promise<void> {
    this.relay?.start();
    await new Promise<void>((ready) => (this.running = this.run(ready)));
  }

  /** Hears a topic from now on, until the subscriber is closed. */
  subscribe(topic: string): Subscriber {
    const subscriber = new Subscriber(() => leave());
    const leave = this.listen(topic, subscriber);
    return subscriber;
  }

  /** Hears a topic from now on, until the function that is returned is called. */
  listen(topic: string, listener: Listener): () => void {
    const listeners = this.topics.get(topic) ?? new Set();
    this.topics.set(topic, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.topics.get(topic) === listeners) this.topics.delete(topic);
    };
  }

  /** Ends every subscription and the connection. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const listener of this.everyone()) listener.close();
    this.hearing.end();
    await Promise.all([this.running, this.relay?.stop()]);
  }

  /** All listeners, as a list of its own: those that end leave their topics meanwhile. */
  private everyone(): Listener[] {
    return [...this.topics.values()].flatMap((listeners) => [...listeners]);
  }

  private async run(ready: () => void): Promise<void> {
    const { signal } = this.stopping;
    let waitMs = backOff.firstMs;
    const hear = (id: number, topic: string) => this.hear(id, topic);
    const standing = async () => {
      await this.catchUp();
      waitMs = backOff.firstMs;
      ready();
    };
    while (!signal.aborted) {
      try {
        await this.hearing.listen({ hear, standing });
      } catch (error) {
        this.options.log.warn(
          { error: (error as Error).message },
          'the connection that hears live notices could not be made',
        );
      }
      if (signal.aborted) break;
      this.lostAt ??= Date.now();
      await delay(waitMs, undefined, { signal }).catch(() => {});
      waitMs = Math.min(waitMs * 2, backOff.mostMs);
      // Until there is a connection again, the table is asked: a right that was taken away is heard of by then too.
      if (!signal.aborted) await this.catchUp().then(ready, () => {});
    }
  }

  /** Reads what was told and not heard, after whoever does so already. */
  private catchUp(): Promise<void> {
    const reading = this.catching.then(() => this.readMissed());
    this.catching = reading.catch(() => {});
    return reading;
  }

  /** Reads what was told while nobody listened. The first time there is nothing to catch up with, only to remember. */
  private async readMissed(): Promise<void> {
    const isFirst = this.lastId === null;
    const from = isFirst ? '(SELECT coalesce(max(id), 0) FROM notices)' : String(this.lastId);
    const rows = await this.options.database.query<{ id: string; topic: string }>(
      // The order of commits is lost here: rights first, so that nobody is told anything by old ones.
      `SELECT id, topic FROM notices WHERE id > ${from} - ${overlap} ORDER BY NOT topic LIKE ANY (ARRAY['${userTopic('%')}', '${machineTopic('%')}']), id`,
    );
    this.lastId ??= 0;
    for (const { id, topic } of rows) {
      if (isFirst) this.remember(Number(id));
      else this.hear(Number(id), topic);
    }
    const missed = this.lostAt !== null && Date.now() - this.lostAt > keptMs;
    this.lostAt = null;
    if (!missed) return;
    for (const listener of this.everyone()) listener.fallBehind();
  }

  private remember(id: number): void {
    this.lastId = Math.max(this.lastId ?? 0, id);
    this.heardIds.add(id);
    if (this.heardIds.size > 4 * overlap) {
      for (const old of this.heardIds) {
        this.heardIds.delete(old);
        if (this.heardIds.size <= 2 * overlap) break;
      }
    }
  }

  private hear(id: number, topic: string): void {
    if (this.heardIds.has(id)) return;
    this.remember(id);
    if (!this.topics.has(topic)) return;
    this.pending.push(id);
    if (!this.isReading) void this.read();
  }

  /** Reads the notices that were heard of, in their order, and hands them out. */
  private async read(): Promise<void> {
    this.isReading = true;
    while (this.pending.length > 0 && !this.stopping.signal.aborted) {
      const ids = this.pending.slice(0, 200);
      const rows = await this.rowsOf(ids);
      if (!rows) continue;
      this.pending.splice(0, ids.length);
      const byId = new Map(rows.map((row) => [Number(row.id), row]));
      for (const id of ids) {
        const row = byId.get(id);
        if (!row) continue;
        const told = toldOf(row.payload, new Date(row.created_at));
        for (const listener of this.topics.get(row.topic) ?? []) listener.tell(told);
      }
    }
    this.isReading = false;
  }

  /** The rows of notices; null, after a rest, where they could not be read. */
  private async rowsOf(ids: readonly number[]): Promise<NoticeRow[] | null> {
    try {
      return await this.options.database.query<NoticeRow>(
        'SELECT id, topic, payload, created_at FROM notices WHERE id = ANY($1::bigint[])',
        [ids],
      );
    } catch (error) {
      this.options.log.warn(
        { error: (error as Error).message },
        'live notices could not be read; trying again',
      );
      await delay(500, undefined, { signal: this.stopping.signal }).catch(() => {});
      return null;
    }
  }
}
