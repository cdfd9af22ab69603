/**
 * Accounts that root fields of one operation have proved. What signIn and its like answer is read, and guarded, as the
 * account that they proved, whoever sent the operation; every other root field stays with the sender.
 */
import type { GraphQLResolveInfo } from 'graphql';
import type { Viewer } from './viewer.ts';

type At = Pick<GraphQLResolveInfo, 'path'>;

/** The proved viewers of one operation, by root field. */
export class ProvedViewers {
  private readonly byField = new Map<string | number, Viewer>();

  /** Says that everything below the root field of this place is shown to the viewer. */
  prove(info: At, viewer: Viewer): void {
    this.byField.set(rootKey(info), viewer);
  }

  /** The viewer whom the root field of this place has proved; undefined where it proved nobody. */
  at(info: At): Viewer | undefined {
    return this.byField.size === 0 ? undefined : this.byField.get(rootKey(info));
  }
}

function rootKey({ path }: At): string | number {
  let at = path;
  while (at.prev) at = at.prev;
  return at.key;
}
