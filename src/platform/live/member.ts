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
  readonly ended: (error: GraphQLError | Error | null) => void;
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

  /** Sends a message, or keeps it while the reader is slow; who falls too far behind is told so and ended. */
  offer(message: Message): void {
    if (this.isEnded) return;
    const { line } = this.options;
    if (this.backlog === null && line.hasRoom) {
      this.send(message);
      return;
    }
    this.backlog ??= new Backlog();
    line.wait(this);
    if (!this.backlog.add(message)) this.end(limitExceeded('Messages were missed: they were not read in time. Subscribe again, then read'));
  }

  flush(): boolean {
    while (this.backlog && this.options.line.hasRoom) {
      const message = this.backlog.take();
      if (message) this.send(message);
      if (this.backlog.isEmpty) this.backlog = null;
    }
    return this.backlog === null;
  }

  /** Ends it: nothing is sent any more but the error. */
  end(error: GraphQLError | Error | null): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.backlog = null;
    this.options.line.forget(this);
    this.options.ended(error);
  }

  private send({ payload }: Message): void {
    this.options.line.send(this.head, payload);
  }
}
