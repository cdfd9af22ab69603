/**
 * The way out of a server to one socket. Messages of subscriptions go out as text that was serialised once for all who
 * get it; while a reader is slow they are kept by its members (backlog.ts), and this says when there is room again.
 */
import type { WebSocket } from 'ws';

/** Most bytes that wait in a socket before its reader counts as slow. */
const roomBytes = 65_536;

/** Somebody with messages for a line that was full. */
export interface Waiting {
  /** Sends what there is room for; false when there is more. */
  flush(): boolean;
}

/** One socket, as those see it who have something to say. */
export class Line {
  private readonly waiting = new Set<Waiting>();

  constructor(private readonly socket: WebSocket) {}

  /** Whether the reader keeps up. */
  get hasRoom(): boolean {
    return this.socket.bufferedAmount < roomBytes;
  }

  /** Sends a message. Nothing is sent on a socket that closes. */
  send(text: string): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(text, this.sent);
  }

  /** Has somebody flushed once there is room. */
  wait(member: Waiting): void {
    this.waiting.add(member);
  }

  /** Forgets somebody who waited. */
  forget(member: Waiting): void {
    this.waiting.delete(member);
  }

  private readonly sent = (): void => {
    if (this.waiting.size === 0) return;
    for (const member of this.waiting) {
      if (!this.hasRoom) return;
      if (member.flush()) this.waiting.delete(member);
    }
  };
}
