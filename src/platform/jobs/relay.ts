/**
 * The relay: hands the jobs of the outbox to the queue, at least once, and takes them out of the outbox when the
 * queue has them. A job's id in the queue is its outbox id, so that a hand-over that is repeated (a crash between the
 * two, several relays at once) starts nothing twice. Runs in every process that runs workers.
 */
import type { Logger } from 'pino';
import type { Database } from '../data/database.ts';
import { Listener } from '../data/listener.ts';
import type { JobQueue } from './queue.ts';

/** What a relay stands between. */
export interface RelayOptions {
  readonly database: Database;
  readonly databaseUrl: string;
  readonly queue: JobQueue;
  /** The kinds of jobs that go before others which have waited for longer. */
  readonly urgent?: readonly string[];
  readonly log: Logger;
  /** How often to look without being told; told of every commit, it only matters after a lost connection. */
  readonly pollMs?: number;
  /** Most jobs that are handed over in one transaction. */
  readonly batchSize?: number;
}

/** A relay that runs until it is stopped. */
export class Relay {
  private readonly listener: Listener;
  private readonly loop: Promise<void>;
  private isStopping = false;
  private isTold = false;
  private wake: () => void = () => {};

  constructor(private readonly options: RelayOptions) {
    const tell = () => {
      this.isTold = true;
      this.wake();
    };
    const { databaseUrl: url, log } = options;
    this.listener = new Listener({ url, channel: 'outbox', onNotify: tell, onConnect: tell, log });
    this.loop = this.run();
  }

  /** Ends after the batch that is on its way. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.wake();
    await this.loop;
    await this.listener.close();
  }

  private async run(): Promise<void> {
    const { pollMs = 5000, batchSize = 100, log, database, queue, urgent } = this.options;
    while (!this.isStopping) {
      this.isTold = false;
      let restMs = pollMs;
      try {
        if ((await handOver(database, queue, batchSize, urgent)) === batchSize) continue;
      } catch (error) {
        log.warn(
          { error: (error as Error).message },
          'jobs wait in the outbox: they could not be handed to the queue',
        );
        // Commits go on telling of new jobs: whatever is broken is not asked again at once.
        this.isTold = false;
        restMs = Math.min(1000, pollMs);
      }
      if (!this.isTold) await this.rest(restMs);
    }
  }

  private rest(ms: number): Promise<void> {
    if (this.isStopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/**
 * Hands the oldest jobs over, those of urgent kinds first; rows that another relay has in hand are passed by.
 * @returns how many there were
 */
export function handOver(
  database: Database,
  queue: JobQueue,
  limit: number,
  urgent: readonly string[] = [],
): Promise<number> {
  return database.transaction(async ({ query }) => {
    const rows = await query(
      'SELECT id, name, payload, actor_id, actor_kind, operation FROM outbox ORDER BY name = ANY($2) DESC, id LIMIT $1 FOR UPDATE SKIP LOCKED',
      [limit, urgent],
    );
    if (rows.length === 0) return 0;
    for (const { id, operation } of rows) if (operation !== 'ADD') await queue.forget(String(id));
    const added = rows.filter(({ operation }) => operation !== 'DROP');
    await queue.add(
      added.map(({ id, name, payload, actor_id: userId, actor_kind: kind }) => ({
        id: String(id),
        name: String(name),
        payload,
        actor: { kind: String(kind), userId: userId as string | null },
      })),
    );
    await query('DELETE FROM outbox WHERE id = ANY($1::uuid[])', [rows.map(({ id }) => id)]);
    return rows.length;
  });
}
