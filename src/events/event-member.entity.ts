/** A person's role at an event: one per person. Written with the event and by accepted invites only, never through an API of its own. */
import type { Rel } from '@mikro-orm/core';
import { Unique } from '@mikro-orm/decorators/legacy';
import { User } from '../accounts/user.entity.ts';
import { Computed, EntityBase, EnumColumn, Link, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  enumCondition,
  filterType,
  listArgs,
} from '../platform/graphql/connection.ts';
import { DateTimeScalar } from '../platform/graphql/scalars.ts';
import { Event } from './event.entity.ts';
import { EventRole } from './event.states.ts';

/** A person's role at an event. */
@Resource('event_members', "A person's role at an event.")
@Unique({ properties: ['event', 'user'] })
@Unique({
  name: 'event_members_owner_unique',
  expression:
    "create unique index event_members_owner_unique on event_members (event_id) where role = 'OWNER'",
})
export class EventMember extends EntityBase {
  @Link(() => Event, { onDelete: 'cascade' })
  event!: Rel<Event>;
  @Link(() => User, { onDelete: 'cascade' })
  user!: Rel<User>;
  @EnumColumn(() => EventRole)
  role!: EventRole;
  @Computed(() => DateTimeScalar, { columns: ['createdAt'] }, (row) => row.createdAt, {
    description: 'Since when.',
  })
  since!: Date;
}

/** A page of members. */
export const EventMemberConnection = connectionType('EventMember', () => EventMember);
/** Conditions on members. */
export const EventMemberFilter = filterType('EventMember', {
  id: conditions.id,
  role: enumCondition('EventRole', () => EventRole),
});
/** The arguments of lists of members. */
export const EventMemberArgs = listArgs(() => EventMemberFilter);
