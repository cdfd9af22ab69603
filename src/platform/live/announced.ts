/**
 * What a subscriber was told has appeared or is gone. Two changes may both show an object, or both take it away, that
 * the first of them was judged with already; the second is not told again. Which transactions a judgement took into
 * account, PostgreSQL's snapshot says.
 */
import { LRUCache } from 'lru-cache';
import type { Change } from './judge.ts';
import { ChangeKind } from './told.ts';

/** Most objects that are remembered for a subscriber; one that was forgotten may be told again, which harms nobody. */
const remembered = 1000;

/** Objects that were told as created or removed, each with the snapshot of the judgement. */
export class Announced {
  private readonly last = new LRUCache<string, { readonly kind: ChangeKind; readonly snapshot: string }>({
    max: remembered,
  });

  /**
   * Notes what a subscriber is told, and whether that is news: not where the same was told of the object with all these
   * transactions (their 64 bit ids) taken into account. What carries words of its own always is.
   */
  isNews({ id, kind, snapshot, data }: Change, transactions: readonly string[]): boolean {
    const last = this.last.get(id);
    if (kind === ChangeKind.UPDATED) {
      if (last?.kind === ChangeKind.REMOVED) this.last.delete(id);
      return true;
    }
    if (
      last?.kind === kind &&
      data.length === 0 &&
      transactions.every((transaction) => isVisibleIn(last.snapshot, transaction))
    )
      return false;
    this.last.set(id, { kind, snapshot });
    return true;
  }
}

/** PostgreSQL's pg_visible_in_snapshot, over its text `xmin:xmax:in,progress`. */
export function isVisibleIn(snapshot: string, transaction: string): boolean {
  const [xmin, xmax, running] = snapshot.split(':');
  const id = BigInt(transaction);
  if (id < BigInt(xmin)) return true;
  return id < BigInt(xmax) && !running.split(',').includes(transaction);
}
