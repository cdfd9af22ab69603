/** Membership invites: asking a person, by mail, to join an organization. They hold nothing in it until somebody gives it. */
import type { Rel } from '@mikro-orm/core';
import { Index, Unique } from '@mikro-orm/decorators/legacy';
import { User } from '../accounts/user.entity.ts';
import { Invite } from '../invites/invite.entity.ts';
import { InviteStatus } from '../invites/invite.states.ts';
import { Derived, Link, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  enumCondition,
  filterType,
  listArgs,
} from '../platform/graphql/connection.ts';
import { Organization } from './organization.entity.ts';

/** An invite to join an organization. */
@Resource('membership_invites', 'An invite to join an organization, sent by mail.')
@Unique({
  name: 'membership_invites_pending_unique',
  expression:
    "create unique index membership_invites_pending_unique on membership_invites (organization_id, lower(email)) where answer = 'PENDING'",
})
@Index({
  name: 'membership_invites_email_index',
  expression: 'create index membership_invites_email_index on membership_invites (lower(email))',
})
export class MembershipInvite extends Invite {
  @Link(() => Organization, { onDelete: 'cascade' })
  organization!: Rel<Organization>;
  @Link(() => User, { nullable: true, onDelete: 'set null', description: 'Who invites.' })
  invitedBy!: Rel<User> | null;
  @Derived(
    'name',
    (of) =>
      `(SELECT organization.name FROM organizations organization WHERE organization.id = ${of('organization')})`,
  )
  organizationName!: string;
}

/** A page of membership invites. */
export const MembershipInviteConnection = connectionType('MembershipInvite', () => MembershipInvite);
/** Conditions on membership invites. */
export const MembershipInviteFilter = filterType('MembershipInvite', {
  id: conditions.id,
  email: conditions.text,
  status: enumCondition('InviteStatus', () => InviteStatus),
  createdAt: conditions.time,
});
/** The arguments of lists of membership invites. */
export const MembershipInviteArgs = listArgs(() => MembershipInviteFilter);
