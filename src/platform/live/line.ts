/**
 * The way out of a server to one socket. Messages of subscriptions were serialised once for all who get them; here each
 * becomes a frame with the reader's own id and is written to the connection below the WebSocket, in one piece. While a
 * reader is slow its messages are kept by those who have them (member.ts), and this says when there is room again.
 */
import type { Duplex } from 'node:stream';
import pLimit from 'p-limit';
import type { WebSocket } from 'ws';

/** Most answers that are worked out for one socket at once: as many as browsers ask of one server over HTTP. */
const mostAtOnce = 6;

/** Somebody with messages for a line that was full. */
export interface Waiting {
  /** Sends what there is room for; false when there is more. */
  flush(): boolean;
}

/** One socket, as those see it who have something to say. */
export class Line {
  private readonly waiting = new Set<Waiting>();
  private readonly turns = pLimit(mostAtOnce);
  private readonly held: (() => void)[] = [];

  /** @param connection what the WebSocket was made on; nothing that is sent on it is compressed, so frames may go between its own */
  constructor(
    private readonly socket: WebSocket,
    private readonly connection: Duplex,
  ) {
    connection.on('drain', () => {
      for (const member of this.waiting) {
        if (!this.hasRoom) return;
        if (member.flush()) this.waiting.delete(member);
      }
      this.release();
    });
    connection.on('close', () => this.release());
  }

  /** Whether the reader keeps up: less waits for it than the connection's high-water mark, some ten kilobytes. */
  get hasRoom(): boolean {
    return !this.connection.writableNeedDrain;
  }

  /** Works out an answer once its reader has room for it, few at a time; null where the socket closed before. */
  answer<T>(work: () => Promise<T>): Promise<T | null> {
    return this.turns(async () => {
      while (!this.hasRoom && !this.connection.destroyed) await new Promise<void>((resolve) => this.held.push(resolve));
      return this.socket.readyState === this.socket.OPEN ? work() : null;
    });
  }

  private release(): void {
    for (const resolve of this.held.splice(0)) resolve();
  }

  /** Sends a text message in two parts. Nothing is sent on a socket that closes. */
  send(head: Buffer, rest: Buffer): void {
    if (this.socket.readyState === this.socket.OPEN) this.connection.write(textFrame(head, rest));
  }

  /** Has somebody flushed once there is room. */
  wait(member: Waiting): void {
    this.waiting.add(member);
  }

  /** Forgets somebody who waited. */
  forget(member: Waiting): void {
    this.waiting.delete(member);
  }
}

/** The frame of a text message, as a server sends it: final, not masked (RFC 6455, section 5.2). */
export function textFrame(head: Buffer, rest: Buffer): Buffer {
  const length = head.length + rest.length;
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = 0x81;
  if (start === 2) frame[1] = length;
  else if (start === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  head.copy(frame, start);
  rest.copy(frame, start + head.length);
  return frame;
}
