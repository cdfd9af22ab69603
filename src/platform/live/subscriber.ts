/**
 * One subscriber of a topic: a bounded queue between the hub, which never waits, and a reader that may be slow.
 * A later notice on an object joins the one that waits; whoever falls behind all the same is told so and ended.
 */
import { limitExceeded } from '../graphql/errors.ts';
import type { Told } from './told.ts';
import { merged } from './told.ts';

/** Most changes that wait for one subscriber. */
export const mostWaiting = 500;

/** A reader of one topic. Made by the hub. */
export class Subscriber {
  private readonly waiting = new Map<string, Told>();
  private held = 0;
  private state: 'open' | 'behind' | 'closed' = 'open';
  private wake: (() => void) | null = null;

  /** @param forget takes the subscriber out of its topic; called once */
  constructor(private readonly forget: (subscriber: Subscriber) => void) {}

  /** Hands over a notice; never waits. */
  tell(told: Told): void {
    if (this.state !== 'open') return;
    this.held += 1;
    if (this.held > mostWaiting) {
      this.fallBehind();
      return;
    }
    const key = `${told.of ?? ''}:${told.id}`;
    const earlier = this.waiting.get(key);
    this.waiting.set(key, earlier ? merged(earlier, told) : told);
    this.wake?.();
  }

  /** Notices were lost for it: what waits is dropped, and `take` says so. */
  fallBehind(): void {
    if (this.state === 'open') this.end('behind');
  }

  /** The next notice, once there is one; null when closed. Throws LIMIT_EXCEEDED when notices were lost. */
  async take(): Promise<Told | null> {
    while (this.state === 'open' && this.waiting.size === 0) {
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = null;
    }
    if (this.state === 'behind') throw limitExceeded('Notices were missed: they were not read in time. Subscribe again, then read');
    if (this.state === 'closed') return null;
    const [key, told] = this.waiting.entries().next().value as [string, Told];
    this.waiting.delete(key);
    this.held -= told.before.length;
    return told;
  }

  /** Ends the subscription; a waiting `take` gets null. */
  close(): void {
    if (this.state !== 'closed') this.end('closed');
  }

  private end(state: 'behind' | 'closed'): void {
    if (this.state === 'open') this.forget(this);
    this.state = state;
    this.waiting.clear();
    this.wake?.();
  }
}
