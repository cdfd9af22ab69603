/**
 * Hears what PostgreSQL tells a channel (LISTEN), over a connection of its own that is made again when it is lost.
 * What was told in between is not heard: `onConnect` is the time to look for what was missed.
 */
import { Client } from 'pg';
import type { Logger } from 'pino';

/** What to hear, and who is told. */
export interface ListenerOptions {
  readonly url: string;
  readonly channel: string;
  readonly onNotify: (payload: string) => void;
  /** Called whenever the channel is heard from now on, the first time included. */
  readonly onConnect?: () => void;
  readonly log: Logger;
}

const firstDelayMs = 200;
const longestDelayMs = 10_000;

/** A channel that is listened to until it is closed. */
export class Listener {
  private client: Client | null = null;
  private timer: NodeJS.Timeout | undefined;
  private delayMs = firstDelayMs;
  private isClosed = false;

  constructor(private readonly options: ListenerOptions) {
    void this.connect();
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    const { client } = this;
    this.client = null;
    await client?.end().catch(() => {});
  }

  private async connect(): Promise<void> {
    const { url, channel, onNotify, onConnect } = this.options;
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000, keepAlive: true, keepAliveInitialDelayMillis: 10_000 });
    this.client = client;
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client, new Error('the connection was ended')));
    client.on('notification', ({ payload }) => onNotify(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
      if (this.client !== client) return;
      this.delayMs = firstDelayMs;
      onConnect?.();
    } catch (error) {
      this.lost(client, error as Error);
    }
  }

  private lost(client: Client, { message }: Error): void {
    // A dying connection reports itself several times.
    if (this.client !== client || this.isClosed) return;
    this.client = null;
    client.end().catch(() => {});
    this.options.log.warn({ channel: this.options.channel, error: message }, 'the connection that listens was lost');
    const jittered = this.delayMs * (0.5 + Math.random() / 2);
    this.timer = setTimeout(() => void this.connect(), jittered);
    this.delayMs = Math.min(this.delayMs * 2, longestDelayMs);
  }
}
