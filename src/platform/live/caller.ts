/**
 * Who holds a socket. The bearer is kept; who that is and what they may do is read when the socket is opened, at
 * every operation, and whenever somebody changed it. From the moment at which a change is heard nothing is sent until
 * it is known what it means; once they may not hold the socket any more it is closed, with 4403 and a reason.
 */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Viewer } from '../../permissions/viewer.ts';
import { anonymous } from '../../permissions/viewer.ts';
import type { Authentication, Context, Contexts } from '../graphql/context.ts';
import type { Hub } from './hub.ts';
import { machineTopic, userTopic } from './rights.ts';

/** The close code for a bearer that is not good (any more). Clients connect again, with a new one. */
const refusedCode = 4403;

/** What callers are made with. */
export interface CallerOptions {
  readonly contexts: Contexts;
  readonly hub: Hub;
  readonly authenticate: (authorization: string | undefined) => Promise<Authentication>;
  readonly log: Logger;
}

/** What hangs on the rights of a caller: told who they were, of every change that was heard, before it is settled who they are. */
export interface Dependent {
  reconsider(before: Viewer): Promise<void>;
}

/** The holder of one socket. */
export class Caller {
  viewer: Viewer = anonymous;
  /** Counts the changes of rights that were heard. */
  version = 0;
  /** Resolves when it is known who the caller is, after a change of rights; null when it is. Never rejects. */
  settling: Promise<void> | null = null;
  /** They may not hold the socket any more. */
  isRefused = false;
  /** A change was heard: what they reach may be less, though they are who they were. */
  private hasHeard = false;
  private authorization: string | undefined;
  private expiry: NodeJS.Timeout | undefined;
  private readonly dependents = new Set<Dependent>();
  private readonly beginning = new Set<Promise<unknown>>();
  private unlisten: () => void = () => {};

  constructor(
    private readonly options: CallerOptions,
    private readonly socket: WebSocket,
    private readonly address: string,
  ) {}

  /** Takes the bearer of the connection. False, and a closed socket, where it is not good. */
  async identify(authorization: string | undefined): Promise<boolean> {
    this.authorization = authorization;
    await this.refresh();
    const { userId, machine, expiresAt } = this.viewer;
    if (this.isRefused) return false;
    if (expiresAt !== null) {
      this.expiry = setTimeout(
        () => this.refuse('The bearer token has expired'),
        Math.max(0, expiresAt - Date.now()),
      );
    }
    const topic = userId === null ? machine && machineTopic(machine.computeNodeId) : userTopic(userId);
    if (topic === null) return true;
    const heard = () => {
      this.hasHeard = true;
      void this.refresh();
    };
    this.unlisten = this.options.hub.listen(topic, { tell: heard, fallBehind: heard, close: () => {} });
    // What changed between the look and the listening was not heard.
    await this.refresh();
    return !this.isRefused;
  }

  /** Asks who this is, as after every change of their rights: from here on what was known does not count. Never rejects. */
  refresh(): Promise<void> {
    this.version += 1;
    return (this.settling ??= this.settle());
  }

  /** A fresh context for one query or mutation; null, and a closed socket, where the bearer is not good any more. */
  async renew(): Promise<Context | null> {
    const authentication = await this.ask();
    return authentication && this.contextOf(authentication.viewer);
  }

  /** A context of who it was found to be. */
  context(): Context {
    return this.contextOf(this.viewer);
  }

  /** Notes that a subscription begins: what is asked on the socket after it is answered after it stands. */
  begin<T>(started: Promise<T>): Promise<T> {
    this.beginning.add(started);
    return started.finally(() => this.beginning.delete(started));
  }

  /** Resolves when the subscriptions that were asked for stand, or are refused. */
  async begun(): Promise<void> {
    await Promise.allSettled(this.beginning);
  }

  /** Has somebody told of changes of rights. */
  add(dependent: Dependent): void {
    this.dependents.add(dependent);
  }

  /** Forgets somebody. */
  delete(dependent: Dependent): void {
    this.dependents.delete(dependent);
  }

  /** Stops listening; for a socket that is closed. */
  release(): void {
    this.isRefused = true;
    clearTimeout(this.expiry);
    this.unlisten();
  }

  private async settle(): Promise<void> {
    try {
      for (let version = -1; version !== this.version && !this.isRefused;) {
        ({ version } = this);
        const { hasHeard } = this;
        this.hasHeard = false;
        const found = await this.ask();
        const isSame = isDeepStrictEqual(found?.viewer, this.viewer);
        if (!found || (isSame && !hasHeard)) continue;
        const before = this.viewer;
        if (!isSame) this.viewer = found.viewer;
        for (const dependent of this.dependents) await dependent.reconsider(before);
      }
    } catch (error) {
      // Who cannot be asked about is not trusted: the client connects again when the database is back.
      this.options.log.warn(
        { error: (error as Error).message },
        'the rights of a socket could not be asked for',
      );
      this.refuse('It could not be found out whether the bearer token is still good');
    } finally {
      this.settling = null;
    }
  }

  private async ask(): Promise<Authentication | null> {
    const authentication = await this.options.authenticate(this.authorization);
    if (!authentication.isRejected) return authentication;
    this.refuse('The bearer token is bad, expired or revoked');
    return null;
  }

  private contextOf(viewer: Viewer): Context {
    return this.options.contexts.make(
      { viewer, isRejected: false },
      { id: randomUUID(), address: this.address },
    );
  }

  private refuse(reason: string): void {
    this.isRefused = true;
    this.socket.close(refusedCode, reason);
  }
}
