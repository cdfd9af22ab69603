/** Role invites: asking a person, by mail, to take a role at an event. Accepting one is the only way to a role. */
import type { Rel } from '@mikro-orm/core';
import { Index, Unique } from '@mikro-orm/decorators/legacy';
import { User } from '../accounts/user.entity.ts';
import { Event } from '../events/event.entity.ts';
import { EventRole } from '../events/event.states.ts';
import { Derived, EnumColumn, Link, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  enumCondition,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { Invite } from './invite.entity.ts';
import { InviteStatus } from './invite.states.ts';

/** An invite to a role at an event. */
@Resource('role_invites', 'An invite to a role at an event, sent by mail.')
@Unique({
  name: 'role_invites_pending_unique',
  expression:
    "create unique index role_invites_pending_unique on role_invites (event_id, lower(email), role) where answer = 'PENDING'",
})
@Index({
  name: 'role_invites_email_index',
  expression: 'create index role_invites_email_index on role_invites (lower(email))',
})
export class RoleInvite extends Invite {
  @Link(() => Event, { onDelete: 'cascade' })
  event!: Rel<Event>;
  @EnumColumn(() => EventRole, {
    description: 'OWNER: who accepts takes the place of the owner, who stays as an organizer.',
  })
  role!: EventRole;
  @Link(() => User, { nullable: true, onDelete: 'set null', description: 'Who invites.' })
  invitedBy!: Rel<User> | null;
  @Derived('name', (of) => `(SELECT event.name FROM events event WHERE event.id = ${of('event')})`)
  eventName!: string;
}

/** A page of role invites. */
export const RoleInviteConnection = connectionType('RoleInvite', () => RoleInvite);
/** Conditions on role invites. */
export const RoleInviteFilter = filterType('RoleInvite', {
  id: conditions.id,
  email: conditions.text,
  role: enumCondition('EventRole', () => EventRole),
  status: enumCondition('InviteStatus', () => InviteStatus),
  expiresAt: conditions.time,
  createdAt: conditions.time,
});
/** Orders of role invites. */
export const RoleInviteOrder = orderType('RoleInvite', ['createdAt', 'expiresAt', 'email', 'role']);
/** The arguments of lists of role invites. */
export const RoleInviteArgs = listArgs(
  () => RoleInviteFilter,
  () => RoleInviteOrder,
);
