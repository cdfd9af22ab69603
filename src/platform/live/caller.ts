/**
 * Who holds a socket. The bearer is kept, the person is not: every operation and every message asks again who that
 * is, and once they may not hold the socket any more it is closed, with 4403 and a reason.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Viewer } from '../../permissions/viewer.ts';
import type { Authentication, Context, Contexts } from '../graphql/context.ts';
import type { Hub } from './hub.ts';
import { machineTopic, userTopic } from './rights.ts';
import type { Subscriber } from './subscriber.ts';

/** The close code for a bearer that is not good (any more). Clients connect again, with a new one. */
const refusedCode = 4403;

/** What callers are made with. */
export interface CallerOptions {
  readonly contexts: Contexts;
  readonly hub: Hub;
  readonly authenticate: (authorization: string | undefined) => Promise<Authentication>;
  readonly log: Logger;
}

/** The holder of one socket. */
export class Caller {
  private authorization: string | undefined;
  private expiry: NodeJS.Timeout | undefined;
  private rights: Subscriber | null = null;

  constructor(
    private readonly options: CallerOptions,
    private readonly socket: WebSocket,
    private readonly address: string,
  ) {}

  /** Takes the bearer of the connection. False, and a closed socket, where it is not good. */
  async identify(authorization: string | undefined): Promise<boolean> {
    this.authorization = authorization;
    const context = await this.renew();
    if (!context) return false;
    this.watch(context.viewer);
    return true;
  }

  /** A fresh context for one operation or message; null, and a closed socket, where the bearer is not good any more. */
  async renew(): Promise<Context | null> {
    const authentication = await this.options.authenticate(this.authorization);
    if (authentication.isRejected) {
      this.refuse('The bearer token is bad, expired or revoked');
      return null;
    }
    return this.options.contexts.make(authentication, { id: randomUUID(), address: this.address });
  }

  /** Stops watching; for a socket that is closed. */
  release(): void {
    clearTimeout(this.expiry);
    this.rights?.close();
  }

  private watch({ userId, machine, expiresAt }: Viewer): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (expiresAt !== null) {
      this.expiry = setTimeout(() => this.refuse('The bearer token has expired'), Math.max(0, expiresAt - Date.now()));
    }
    const topic = userId === null ? machine && machineTopic(machine.computeNodeId) : userTopic(userId);
    if (topic === null) return;
    this.rights = this.options.hub.subscribe(topic);
    void this.obey(this.rights);
  }

  /** Asks again whenever somebody changed the person's rights. */
  private async obey(rights: Subscriber): Promise<void> {
    try {
      while ((await rights.take()) && (await this.renew()));
    } catch (error) {
      // Who cannot be asked about is not trusted: the client connects again when the database is back.
      this.options.log.warn({ error: (error as Error).message }, 'the rights of a socket could not be asked for');
      this.refuse('It could not be found out whether the bearer token is still good');
    }
  }

  private refuse(reason: string): void {
    this.socket.close(refusedCode, reason);
  }
}
