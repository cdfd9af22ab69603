/**
 * Viewers of single root fields. What signIn and its like answer is read, and guarded, as the account that they
 * proved, whoever sent the operation, and what createEvent answers as its new owner; every other root field stays
 * with the operation's viewer.
 */
import type { GraphQLResolveInfo } from 'graphql';
import type { Viewer } from './viewer.ts';

type At = Pick<GraphQLResolveInfo, 'path'>;

/** The viewers that mutations of one operation have proved, by root field. */
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
