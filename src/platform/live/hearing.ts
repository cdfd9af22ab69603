/** How a process hears of committed notices: from PostgreSQL, here, or from Redis (hearing.redis.ts). The hub knows only this. */
import { Client } from 'pg';
import type { Logger } from 'pino';

/** How long notices are kept for instances that lost their connection. */
export const keptMs = 3_600_000;
/** How often a connection is tried, and old notices are swept away. */
const sweepMs = 30_000;

/** Whoever hears. */
export interface Ears {
  hear(id: number, topic: string): void;
  /** Notices from now on are heard: those before are to be read. Also called when some may have been lost on the way. */
  standing(): Promise<void>;
}

/** A connection that tells of notices. */
export interface Hearing {
  /** Tells until the connection is lost or ended. Throws where it cannot be made. */
  listen(ears: Ears): Promise<void>;
  /** Ends the connection, whether or not the other side still answers. */
  end(): void;
}

/** PostgreSQL itself, by NOTIFY; which is also what the relay to Redis hears by. */
export class PostgresHearing implements Hearing {
  private client: Client | null = null;
  private hasBegun = false;

  constructor(
    private readonly url: string,
    private readonly log: Logger,
  ) {}

  async listen({ hear, standing }: Ears): Promise<void> {
    await this.listenAs(async () => true, hear, standing);
  }

  /**
   * Listens once its turn has come.
   * @param isTurn asked again and again, over the connection
   */
  async listenAs(
    isTurn: (client: Client) => Promise<boolean>,
    hear: Ears['hear'],
    standing: () => Promise<void>,
  ): Promise<void> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'convoke live',
      keepAlive: true,
      connectionTimeoutMillis: 5000,
      query_timeout: 10_000,
    });
    this.client = client;
    this.hasBegun = false;
    let hasEnded = false;
    const ended = new Promise<void>((resolve) => client.once('end', () => ((hasEnded = true), resolve())));
    client.on('error', (error) =>
      this.log.warn({ error: error.message }, 'the connection that hears live notices was lost'),
    );
    client.on('notification', ({ payload }) => {
      const [id, topic] = JSON.parse(payload ?? '[]') as [string, string];
      hear(Number(id), topic);
    });
    let sweeping: NodeJS.Timeout | undefined;
    try {
      await client.connect();
      this.hasBegun = true;
      while (!(await isTurn(client))) if (hasEnded) return;
      await client.query('LISTEN notices');
      await standing();
      const sweep = () =>
        client.query(`DELETE FROM notices WHERE created_at < now() - interval '${keptMs} milliseconds'`);
      // A connection that does not answer any more may never say that it ended: then it is cut here.
      sweeping = setInterval(() => void sweep().catch(() => cut(client)), sweepMs);
      await ended;
    } finally {
      clearInterval(sweeping);
      this.client = null;
      cut(client);
    }
  }

  end(): void {
    const { client } = this;
    if (!client) return;
    if (this.hasBegun) client.end().catch(() => cut(client));
    else cut(client);
  }
}

/** Ends a connection at once, whether or not the other side still answers. */
function cut(client: Client): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
