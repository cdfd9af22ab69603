/**
 * What waits for a slow reader: bounded, and no more of each object than the reader needs. Of several updates the
 * latest is kept; what appeared and went again meanwhile is not told at all.
 */
import { ChangeKind } from './told.ts';

/** Most messages, and most bytes of them, that wait for one subscription, and for all subscriptions of one socket. */
const most = { messages: 1000, bytes: 1_000_000, ofSocket: 4_000_000 };

/** What waits for the subscriptions of one socket. */
export interface Held {
  bytes: number;
}

/** One message of a subscription, serialised for all who get it. */
export interface Message {
  /** The object that it is about. */
  readonly id: string;
  readonly kind: ChangeKind;
  /** The payload of a `next` message as JSON, with the brace that ends the message. */
  readonly payload: Buffer;
  /** Says something of its own beside how the object is now: no later message stands for it. */
  readonly isUnique: boolean;
}

/** Messages in the order in which their objects were first told of. */
export class Backlog {
  private readonly byObject = new Map<string, Message[]>();
  private messages = 0;
  private bytes = 0;

  /** @param held counts what waits here for the socket, too */
  constructor(private readonly held: Held) {}

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.messages === 0;
  }

  /** Keeps a message; false when there are too many. */
  add(message: Message): boolean {
    const waiting = this.byObject.get(message.id) ?? [];
    this.byObject.set(message.id, waiting);
    const last = waiting.at(-1);
    if (message.isUnique || last?.isUnique) this.push(waiting, message);
    else if (message.kind === ChangeKind.REMOVED) this.remove(message, waiting);
    else {
      if (last?.kind === ChangeKind.UPDATED) this.drop(waiting);
      this.push(waiting, message);
    }
    return this.messages <= most.messages && this.bytes <= most.bytes && this.held.bytes <= most.ofSocket;
  }

  /** Takes the next message out. */
  take(): Message | null {
    for (const [id, waiting] of this.byObject) {
      const message = waiting.shift()!;
      if (waiting.length === 0) this.byObject.delete(id);
      this.count(-1, message);
      return message;
    }
    return null;
  }

  /** Drops all of it. */
  clear(): void {
    this.held.bytes -= this.bytes;
    this.byObject.clear();
    this.messages = this.bytes = 0;
  }

  private remove(message: Message, waiting: Message[]): void {
    const wasUnknown = waiting[0]?.kind === ChangeKind.CREATED;
    while (waiting.length > 0) this.drop(waiting);
    if (wasUnknown) this.byObject.delete(message.id);
    else this.push(waiting, message);
  }

  private push(waiting: Message[], message: Message): void {
    waiting.push(message);
    this.count(1, message);
  }

  private drop(waiting: Message[]): void {
    this.count(-1, waiting.pop()!);
  }

  private count(sign: 1 | -1, { payload }: Message): void {
    this.messages += sign;
    this.bytes += sign * payload.length;
    this.held.bytes += sign * payload.length;
  }
}
