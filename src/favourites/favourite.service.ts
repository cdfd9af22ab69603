/** The verbs of favourites: mark and unmark, as often as one likes. */
import { User } from '../accounts/user.entity.ts';
import type { Changes } from '../platform/data/writer.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import { Favourite } from './favourite.entity.ts';

/** What can be marked. */
export type Markable = 'Event' | 'Session';

/** Marks an event or a session for the viewer, or takes the mark away; returns its uuid. As it is already: no change. */
export async function setFavourite(changes: Changes, resource: Markable, id: string, isFavourite: boolean): Promise<string> {
  const { em, userId } = changes;
  const uuid = uuidOfArgument(resource, id, 'id');
  await changes.authorize('view', { resource, id: uuid });
  const subject = { [resource === 'Event' ? 'event' : 'session']: uuid };
  await changes.authorize('create', { resource: 'Favourite', values: subject });
  // Two marks of one person at once wait for one another.
  await changes.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`favourite ${userId} ${uuid}`]);
  const favourite = await em.findOne(Favourite, { ...subject, user: userId });
  if (favourite && !isFavourite) em.remove(favourite);
  if (!favourite && isFavourite) em.persist(em.create(Favourite, { user: em.getReference(User, userId), ...subject } as never, { partial: true }));
  return uuid;
}

/** Deletes a favourite, also of what is hidden by now. */
export async function deleteFavourite(changes: Changes, id: string): Promise<Favourite> {
  const favourite = await changes.take(Favourite, id, 'delete');
  changes.em.remove(favourite);
  return favourite;
}
