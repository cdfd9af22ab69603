/**
 * A log for faults that anybody outside can cause as often as they like: the first at once, then one line in ten
 * seconds that counts the rest. No stacks: they say where we noticed, not what the other side did.
 */
import type { Logger } from 'pino';

const quietMs = 10_000;

/** Logs a kind of fault seldom. */
export class Seldom {
  private count = 0;
  private last = '';
  private quiet: NodeJS.Timeout | null = null;

  constructor(
    private readonly log: Logger,
    private readonly what: string,
  ) {}

  /** Notes a fault. */
  note(error: Error): void {
    this.count += 1;
    this.last = error.message;
    if (this.quiet === null) this.tell();
  }

  /** Tells what was not told yet. */
  stop(): void {
    if (this.quiet) clearTimeout(this.quiet);
    if (this.count > 0) this.log.warn({ count: this.count, last: this.last }, this.what);
    this.count = 0;
  }

  private tell(): void {
    if (this.count === 0) {
      this.quiet = null;
      return;
    }
    this.log.warn({ count: this.count, last: this.last }, this.what);
    this.count = 0;
    this.quiet = setTimeout(() => this.tell(), quietMs);
    this.quiet.unref();
  }
}
