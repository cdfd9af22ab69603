/**
 * The way out of a server to one socket. Messages of subscriptions were serialised once for all who get them; here each
 * becomes a frame with the reader's own id, and what there is for a reader is written to the connection below the
 * WebSocket in one piece: writing is most of what many readers cost. While a
 * reader is slow its messages are kept by those who have them (member.ts), and this says when there is room again.
 */
import type { Duplex } from 'node:stream';
import pLimit from 'p-limit';
import type { WebSocket } from 'ws';
import type { Held } from './backlog.ts';

/** From how many bytes on the messages for one reader are written before more are put with them; the high-water mark of connections. */
const writtenAtOnce = 16_384;

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
  private readonly unanswered: (() => void)[] = [];
  /** What waits for the socket's subscriptions. */
  readonly held: Held = { bytes: 0 };

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
      while (!this.hasRoom && !this.connection.destroyed)
        await new Promise<void>((resolve) => this.unanswered.push(resolve));
      return this.socket.readyState === this.socket.OPEN ? work() : null;
    });
  }

  private release(): void {
    for (const resolve of this.unanswered.splice(0)) resolve();
  }

  /**
   * Sends text messages that begin with the same words, several in one write, for as long as there is room. Answers with how
   * many were sent; all of them, and nothing is, on a socket that closes.
   */
  send(head: Buffer, rests: readonly Buffer[]): number {
    if (this.socket.readyState !== this.socket.OPEN) return rests.length;
    let sent = 0;
    while (sent < rests.length && this.hasRoom) {
      const from = sent;
      for (let bytes = 0; sent < rests.length && bytes < writtenAtOnce; sent += 1)
        bytes += head.length + rests[sent].length;
      this.connection.write(textFrames(head, rests.slice(from, sent)));
    }
    return sent;
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

/** Text messages that begin with the same words, each a frame as a server sends it: final, not masked (RFC 6455, section 5.2). */
export function textFrames(head: Buffer, rests: readonly Buffer[]): Buffer {
  const lengths = rests.map((rest) => head.length + rest.length);
  const frames = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + startOf(length) + length, 0));
  let at = 0;
  for (const [index, rest] of rests.entries()) {
    const length = lengths[index];
    const start = startOf(length);
    frames[at] = 0x81;
    if (start === 2) frames[at + 1] = length;
    else if (start === 4) {
      frames[at + 1] = 126;
      frames.writeUInt16BE(length, at + 2);
    } else {
      frames[at + 1] = 127;
      frames.writeBigUInt64BE(BigInt(length), at + 2);
    }
    head.copy(frames, at + start);
    rest.copy(frames, at + start + head.length);
    at += start + length;
  }
  return frames;
}

/** How many bytes a frame has before what it carries. */
const startOf = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10);
