/** One subscription of one socket, in the audience that it belongs to: what it still has to be sent, and its end. */
import type { GraphQLError } from 'graphql';
import { limitExceeded } from '../graphql/errors.ts';
import type { Message } from './backlog.ts';
import { Backlog } from './backlog.ts';
import type { Caller } from './caller.ts';
import type { Line, Waiting } from './line.ts';

/** What a member is made with. */
export interface MemberOptions {
  readonly caller: Caller;
  readonly line: Line;
  /** The id that the client gave the operation. */
  readonly id: string;
  /** Called once, with the error that ended it or with null. */
  readonly ended: (error: GraphQLError | null) => void;
}

/** A subscription that listens. */
export class Member implements Waiting {
  private readonly head: Buffer;
  private backlog: Backlog | null = null;
  private isEnded = false;

  constructor(private readonly options: MemberOptions) {
    this.head = Buffer.from(`{"id":${JSON.stringify(options.id)},"type":"next","payload":`);
  }

  get caller(): Caller {
    return this.options.caller;
  }

  /** Sends messages, or keeps them while the reader is slow; who falls too far behind is told so and ended. */
  offer(messages: readonly Message[]): void {
    if (this.isEnded) return;
    const sent = this.backlog === null ? this.send(messages) : 0;
    if (sent === messages.length) return;
    this.backlog ??= new Backlog(this.options.line.held);
    this.options.line.wait(this);
    for (const message of messages.slice(sent)) {
      if (this.backlog.add(message)) continue;
      this.end(limitExceeded('Messages were missed: they were not read in time. Subscribe again, then read'));
      return;
    }
  }

  flush(): boolean {
    while (this.backlog && this.options.line.hasRoom) {
      const message = this.backlog.take();
      if (message) this.send([message]);
      if (this.backlog.isEmpty) this.backlog = null;
    }
    return this.backlog === null;
  }

  /** Ends it: nothing is sent any more but the error, which is one that callers may see. */
  end(error: GraphQLError | null): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.backlog?.clear();
    this.backlog = null;
    this.options.line.forget(this);
    this.options.ended(error);
  }

  /** Answers with how many there was room for. */
  private send(messages: readonly Message[]): number {
    return this.options.line.send(
      this.head,
      messages.map(({ payload }) => payload),
    );
  }
}
