/**
 * One subscriber of topics: a bounded queue between the hub, which never waits, and a reader that may be slow.
 * A later notice on an object joins the one that waits; whoever falls behind all the same is told so and ended.
 */
import { limitExceeded } from '../graphql/errors.ts';
import type { Told } from './told.ts';
import { merged } from './told.ts';

/** Most changes that wait for one subscriber. */
export const mostWaiting = 500;

/** Whoever hears a topic. The hub calls it in the order of commits, and never waits for it. */
export interface Listener {
  /** Hands over a notice. */
  tell(told: Told): void;
  /** Notices were lost for it. */
  fallBehind(): void;
  /** There will be no more. */
  close(): void;
}

/** A reader of one topic that takes its notices one by one. Made by the hub. */
export class Subscriber implements Listener {
  private readonly waiting = new Map<string, Told>();
  private held = 0;
  private state: 'open' | 'ending' | 'behind' | 'closed' = 'open';
  private wake: (() => void) | null = null;

  /** @param forget takes the subscriber out of its topic; called once */
  constructor(private readonly forget: (subscriber: Subscriber) => void) {}

  /** Whether it was closed before what waited was taken. */
  get isClosed(): boolean {
    return this.state === 'closed';
  }

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

  /** Ends it once what waits has been taken. */
  finish(): void {
    if (this.state !== 'open') return;
    this.state = 'ending';
    this.forget(this);
    this.wake?.();
  }

  /** The next notice, once there is one; null when closed. Throws LIMIT_EXCEEDED when notices were lost. */
  async take(): Promise<Told | null> {
    while (this.state === 'open' && this.waiting.size === 0) {
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = null;
    }
    if (this.state === 'behind')
      throw limitExceeded('Notices were missed: they were not read in time. Subscribe again, then read');
    if (this.state === 'closed' || this.waiting.size === 0) return null;
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
