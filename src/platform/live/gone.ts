/**
 * What a subscriber was told is gone. Two changes may both take away an object that was gone already when the first
 * was judged; the second is not told again. Which transactions a judgement took into account, PostgreSQL's snapshot says.
 */
import { LRUCache } from 'lru-cache';

/** Most objects that are remembered for a subscriber; one that was forgotten may be told again, which harms nobody. */
const remembered = 1000;

/** Objects that were told as removed, each with the snapshot of the judgement. */
export class Gone {
  private readonly snapshots = new LRUCache<string, string>({ max: remembered });

  /** Notes that an object was told as removed. */
  add(id: string, snapshot: string): void {
    this.snapshots.set(id, snapshot);
  }

  /** Whether the object was told as removed with all these transactions (their 64 bit ids) taken into account. */
  covers(id: string, transactions: readonly string[]): boolean {
    const snapshot = this.snapshots.get(id);
    return snapshot !== undefined && transactions.every((transaction) => isVisibleIn(snapshot, transaction));
  }

  /** Notes that an object was told as being there. */
  delete(id: string): void {
    this.snapshots.delete(id);
  }
}

/** PostgreSQL's pg_visible_in_snapshot, over its text `xmin:xmax:in,progress`. */
export function isVisibleIn(snapshot: string, transaction: string): boolean {
  const [xmin, xmax, running] = snapshot.split(':');
  const id = BigInt(transaction);
  if (id < BigInt(xmin)) return true;
  return id < BigInt(xmax) && !running.split(',').includes(transaction);
}
