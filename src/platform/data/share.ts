/**
 * Shares of a pool of connections: how many statements run at once in all, and how many for one network address. What
 * finds no room waits for a while; what would wait behind too many others is refused at once, so that whoever floods
 * holds up nobody else's requests.
 */
import { PublicError, unavailable } from '../graphql/errors.ts';

/** The bounds of a share. */
export interface ShareLimits {
  /** Statements that run at once. */
  readonly most: number;
  /** Those of one address. */
  readonly mostOfOne: number;
  /** Statements that wait. */
  readonly waiting: number;
  /** How long one waits, in milliseconds. */
  readonly patienceMs: number;
}

interface Waiter {
  readonly address: string;
  readonly start: () => void;
}

/** After how many seconds whoever has too much underway may try again. */
const retryAfter = 2;

/** One share. */
export class Share {
  private readonly running = new Map<string, number>();
  private readonly waiters = new Set<Waiter>();
  private underway = 0;

  constructor(private readonly limits: ShareLimits) {}

  /** How many statements wait. */
  get waiting(): number {
    return this.waiters.size;
  }

  /**
   * Runs a statement once there is room for it.
   * @param address whose it is; empty for work of the server's own, which only the whole share bounds
   * @throws RATE_LIMITED where the address has too much underway, UNAVAILABLE where all together have
   */
  async run<T>(address: string, work: () => Promise<T>): Promise<T> {
    if (!this.hasRoom(address)) await this.room(address);
    else this.enter(address);
    try {
      return await work();
    } finally {
      this.leave(address);
    }
  }

  private hasRoom(address: string): boolean {
    return this.underway < this.limits.most && !this.isAtItsShare(address);
  }

  private isAtItsShare(address: string): boolean {
    return address !== '' && (this.running.get(address) ?? 0) >= this.limits.mostOfOne;
  }

  private enter(address: string): void {
    this.underway += 1;
    this.running.set(address, (this.running.get(address) ?? 0) + 1);
  }

  private leave(address: string): void {
    this.underway -= 1;
    const rest = (this.running.get(address) ?? 1) - 1;
    if (rest > 0) this.running.set(address, rest);
    else this.running.delete(address);
    for (const waiter of this.waiters) {
      if (this.underway >= this.limits.most) return;
      if (this.hasRoom(waiter.address)) waiter.start();
    }
  }

  private async room(address: string): Promise<void> {
    if (this.waiters.size >= this.limits.waiting) throw this.refusal(address);
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        address,
        start: () => {
          clearTimeout(timer);
          this.waiters.delete(waiter);
          this.enter(address);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.waiters.delete(waiter);
        reject(this.refusal(address));
      }, this.limits.patienceMs);
      this.waiters.add(waiter);
    });
  }

  private refusal(address: string): PublicError {
    if (!this.isAtItsShare(address)) return unavailable('The server has too much to do; try again soon');
    return new PublicError('RATE_LIMITED', `Too many of your requests run at once; try again in ${retryAfter} seconds`, { retryAfter });
  }
}
