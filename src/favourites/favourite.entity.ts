/** Favourites: the events and sessions that a person marks for themselves. Everybody sees how many did. */
import type { Rel } from '@mikro-orm/core';
import { Check, Unique } from '@mikro-orm/decorators/legacy';
import { User } from '../accounts/user.entity.ts';
import { Event } from '../events/event.entity.ts';
import { EntityBase, Link, Resource } from '../platform/data/entity.ts';
import { conditions, connectionType, filterType, listArgs } from '../platform/graphql/connection.ts';
import { Session } from '../sessions/session.entity.ts';

/** An event or a session that a person marked. */
@Resource('favourites', 'An event or a session that a person marked for themselves.')
@Unique({ properties: ['user', 'event'] })
@Unique({ properties: ['user', 'session'] })
@Check({ name: 'favourites_subject_check', expression: 'num_nonnulls(event_id, session_id) = 1' })
export class Favourite extends EntityBase {
  @Link(() => User, { onDelete: 'cascade', api: false })
  user!: Rel<User>;
  @Link(() => Event, {
    nullable: true,
    onDelete: 'cascade',
    description: 'The event; null where it is a session, or hidden by now.',
  })
  event!: Rel<Event> | null;
  @Link(() => Session, {
    nullable: true,
    onDelete: 'cascade',
    description: 'The session; null where it is an event, or hidden by now.',
  })
  session!: Rel<Session> | null;
}

/** A page of favourites. */
export const FavouriteConnection = connectionType('Favourite', () => Favourite);
/** Conditions on favourites. */
export const FavouriteFilter = filterType('Favourite', {
  id: conditions.id,
  event: conditions.id,
  session: conditions.id,
  createdAt: conditions.time,
});
/** The arguments of lists of favourites. */
export const FavouriteArgs = listArgs(() => FavouriteFilter);
