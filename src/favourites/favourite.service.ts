/** The verbs of favourites: mark and unmark, as often as one likes. */
import { User } from '../accounts/user.entity.ts';
import { digestOf, newSecret } from '../platform/auth/secrets.ts';
import type { Changes } from '../platform/data/writer.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import { Favourite } from './favourite.entity.ts';

/** What can be marked. */
export type Markable = 'Event' | 'Session';

/** Marks an event or a session for the viewer, or takes the mark away; returns its uuid. As it is already: no change. */
export async function setFavourite(
  changes: Changes,
  resource: Markable,
  id: string,
  isFavourite: boolean,
): Promise<string> {
  const { em, userId } = changes;
  const uuid = uuidOfArgument(resource, id, 'id');
  await changes.authorize('view', { resource, id: uuid });
  const subject = { [resource === 'Event' ? 'event' : 'session']: uuid };
  await changes.authorize('create', { resource: 'Favourite', values: subject });
  // Two marks of one person at once wait for one another.
  await changes.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `favourite ${userId} ${uuid}`,
  ]);
  const favourite = await em.findOne(Favourite, { ...subject, user: userId });
  if (favourite && !isFavourite) em.remove(favourite);
  if (!favourite && isFavourite)
    em.persist(
      em.create(Favourite, { user: em.getReference(User, userId), ...subject } as never, { partial: true }),
    );
  return uuid;
}

/**
 * Gives the viewer a new address for the calendar of what they marked; an earlier one is dead. Whoever knows it reads the
 * calendar without signing in, as the viewer would.
 * @param publicUrl the base of the server's addresses
 */
export async function createCalendarAddress(changes: Changes, publicUrl: string): Promise<string> {
  const token = newSecret();
  await changes.query('UPDATE users SET calendar_token_hash = $2 WHERE id = $1', [
    changes.userId,
    digestOf(token),
  ]);
  changes.record('CREATE_CALENDAR_ADDRESS', 'User', changes.userId);
  return `${publicUrl.replace(/\/+$/, '')}/calendars/${token}.ics`;
}

/** Ends the address of the viewer's calendar; says whether there was one. */
export async function revokeCalendarAddress(changes: Changes): Promise<boolean> {
  const ended = await changes.query(
    'UPDATE users SET calendar_token_hash = NULL WHERE id = $1 AND calendar_token_hash IS NOT NULL RETURNING id',
    [changes.userId],
  );
  changes.record('REVOKE_CALENDAR_ADDRESS', 'User', changes.userId);
  return ended.length > 0;
}

/** Deletes a favourite, also of what is hidden by now. */
export async function deleteFavourite(changes: Changes, id: string): Promise<Favourite> {
  const favourite = await changes.take(Favourite, id, 'delete');
  changes.em.remove(favourite);
  return favourite;
}
