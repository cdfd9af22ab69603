/** Users: people with an account. Everybody sees little of them; see user.permissions.ts. */
import { Index, Unique } from '@mikro-orm/decorators/legacy';
import { EventMember, EventMemberArgs, EventMemberConnection } from '../events/event-member.entity.ts';
import { Favourite, FavouriteArgs, FavouriteConnection } from '../favourites/favourite.entity.ts';
import { Feedback, FeedbackArgs, FeedbackConnection } from '../feedback/feedback.entity.ts';
import { RoleInvite, RoleInviteArgs, RoleInviteConnection } from '../invites/role-invite.entity.ts';
import {
  SpeakerInvite,
  SpeakerInviteArgs,
  SpeakerInviteConnection,
} from '../invites/speaker-invite.entity.ts';
import {
  Notification,
  NotificationArgs,
  NotificationConnection,
} from '../notifications/notification.entity.ts';
import {
  MembershipInvite,
  MembershipInviteArgs,
  MembershipInviteConnection,
} from '../organizations/membership-invite.entity.ts';
import { Membership, MembershipArgs, MembershipConnection } from '../organizations/membership.entity.ts';
import {
  Organization,
  OrganizationArgs,
  OrganizationConnection,
} from '../organizations/organization.entity.ts';
import { pictureFailure, pictureFailureOptions } from '../images/picture-failure.ts';
import {
  Column,
  Connection,
  Count,
  Derived,
  EntityBase,
  Related,
  Resource,
  Searched,
} from '../platform/data/entity.ts';
import { textOrder } from '../platform/data/model.ts';
import { longest } from '../platform/values.ts';
import {
  conditions,
  connectionType,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { HeldRole, HeldRule } from '../roles/held.entity.ts';
import { Role, RoleArgs, RoleConnection } from '../roles/role.entity.ts';
import { Rule, RuleArgs, RuleConnection } from '../roles/rule.entity.ts';
import { SessionPerson } from '../sessions/session-person.entity.ts';
import { Session, SessionArgs, SessionConnection } from '../sessions/session.entity.ts';
import { Speaker, SpeakerArgs, SpeakerConnection } from '../speakers/speaker.entity.ts';

/** A person with an account. */
@Resource('users', 'A person with an account.')
@Searched({}, 'publicName', 'firstName', 'lastName', 'username', 'email')
@Index({
  name: 'users_public_name_index',
  expression: `create index users_public_name_index on users (public_name collate ${textOrder}, id) where deleted_at is null`,
})
@Index({
  name: 'users_email_order_index',
  expression: `create index users_email_order_index on users (email collate ${textOrder}, id) where deleted_at is null`,
})
@Unique({
  name: 'users_email_unique',
  expression: 'create unique index users_email_unique on users (lower(email)) where deleted_at is null',
})
@Unique({
  name: 'users_username_unique',
  expression: 'create unique index users_username_unique on users (lower(username)) where deleted_at is null',
})
export class User extends EntityBase {
  @Column('email', { nullable: true, guarded: true })
  email!: string | null;
  @Column('username', { nullable: true, guarded: true })
  username!: string | null;
  @Column('opaque', { api: false, nullable: true })
  passwordHash!: string | null;
  @Column('name', { nullable: true, longest: longest.personName, guarded: true })
  firstName!: string | null;
  @Column('name', { nullable: true, longest: longest.personName, guarded: true })
  lastName!: string | null;
  @Column('name', { nullable: true, longest: longest.personName, description: 'The name that others see.' })
  publicName!: string | null;
  @Column('file', { nullable: true })
  avatarUrl!: string | null;
  @Derived('opaque', pictureFailure('avatarUrl'), pictureFailureOptions)
  avatarFailure!: string | null;
  @Column('locale', {
    nullable: true,
    guarded: true,
    description:
      'The language of mails and of the dates in them, as BCP 47; English by default, and where mails do not speak it.',
  })
  locale!: string | null;
  @Column('timezone', {
    nullable: true,
    guarded: true,
    description: 'The time zone of dates in mails, as IANA names it; by default that of the event.',
  })
  timezone!: string | null;
  @Column('file', { nullable: true })
  thumbnailImageUrl!: string | null;
  @Column('file', { nullable: true })
  smallImageUrl!: string | null;
  @Column('file', { nullable: true })
  iconImageUrl!: string | null;
  @Column('boolean', {
    default: 'false',
    guarded: true,
    description: 'Whether everybody may see the public name and picture.',
  })
  isProfilePublic: boolean = false;
  @Column('boolean', { default: 'false', guarded: true })
  isAdmin: boolean = false;
  @Column('boolean', { default: 'false', guarded: true })
  isSuperAdmin: boolean = false;
  @Column('boolean', { default: 'false', guarded: true })
  isVerified: boolean = false;
  @Column('boolean', { default: 'false', guarded: true })
  isBlocked: boolean = false;
  @Column('boolean', {
    default: 'false',
    guarded: true,
    description: 'Whether signing in asks for a one-time password.',
  })
  hasTwoFactor: boolean = false;
  @Column('time', { nullable: true, guarded: true })
  lastSeenAt!: Date | null;
  @Column('int', {
    default: '1',
    guarded: true,
    description: 'Increases with every change; pass it in an update to detect conflicting edits.',
  })
  version: number = 1;
  /** The SHA-256 of the secret in the address of the calendar of what the person marked; null where there is none. */
  @Column('opaque', { nullable: true, api: false })
  @Unique()
  calendarTokenHash!: string | null;
  @Column('time', { nullable: true, api: false })
  deletedAt!: Date | null;

  @Connection(
    () => EventMember,
    () => ({ connection: EventMemberConnection, args: EventMemberArgs }),
    { by: 'user' },
    { guarded: true, description: 'The roles that the person holds at events.' },
  )
  eventRoles!: unknown;
  @Connection(
    () => RoleInvite,
    () => ({ connection: RoleInviteConnection, args: RoleInviteArgs }),
    { same: 'email' },
    { guarded: true, description: 'Invites to roles at events, sent to the address of the person.' },
  )
  roleInvites!: unknown;
  @Connection(
    () => SpeakerInvite,
    () => ({ connection: SpeakerInviteConnection, args: SpeakerInviteArgs }),
    { same: 'email' },
    { guarded: true, description: 'Invites to speak in sessions, sent to the address of the person.' },
  )
  speakerInvites!: unknown;
  @Connection(
    () => MembershipInvite,
    () => ({ connection: MembershipInviteConnection, args: MembershipInviteArgs }),
    { same: 'email' },
    { guarded: true, description: 'Invites to join organizations, sent to the address of the person.' },
  )
  membershipInvites!: unknown;
  @Connection(
    () => Feedback,
    () => ({ connection: FeedbackConnection, args: FeedbackArgs }),
    { by: 'user' },
    { guarded: true, description: 'What the person says of events, and of sessions of their team.' },
  )
  feedbacks!: unknown;
  @Connection(
    () => Favourite,
    () => ({ connection: FavouriteConnection, args: FavouriteArgs }),
    { by: 'user' },
    { guarded: true, description: 'The events and sessions that the person marked.' },
  )
  favourites!: unknown;
  @Connection(
    () => Session,
    () => ({ connection: SessionConnection, args: SessionArgs }),
    { through: () => SessionPerson, own: 'user', other: 'session', distinct: true },
    {
      guarded: true,
      description: 'The sessions that the person created, and those at which a profile of theirs speaks.',
    },
  )
  sessions!: unknown;
  @Related(() => Session, { by: 'creator' })
  createdSessions!: unknown;
  @Connection(
    () => Speaker,
    () => ({ connection: SpeakerConnection, args: SpeakerArgs }),
    { by: 'user' },
    { description: "The person's profiles as a speaker." },
  )
  speakers!: unknown;
  @Connection(
    () => Organization,
    () => ({ connection: OrganizationConnection, args: OrganizationArgs }),
    { through: () => Membership, own: 'user', other: 'organization' },
    { description: 'The organizations that the person belongs to.' },
  )
  organizations!: unknown;
  @Connection(
    () => Membership,
    () => ({ connection: MembershipConnection, args: MembershipArgs }),
    { by: 'user' },
    { description: "The person's places in organizations, with what they hold in each." },
  )
  memberships!: unknown;
  @Connection(
    () => Role,
    () => ({ connection: RoleConnection, args: RoleArgs }),
    { through: () => HeldRole, own: 'user', other: 'role', distinct: true },
    { guarded: true, description: 'The roles that the person holds, in whatever organization or site-wide.' },
  )
  roles!: unknown;
  @Connection(
    () => Rule,
    () => ({ connection: RuleConnection, args: RuleArgs }),
    { through: () => HeldRule, own: 'user', other: 'rule', distinct: true },
    { guarded: true, description: 'The rules that the person holds, through roles or given directly.' },
  )
  rules!: unknown;
  @Connection(
    () => Notification,
    () => ({ connection: NotificationConnection, args: NotificationArgs }),
    { by: 'user' },
    { guarded: true, description: 'What the person is told of, newest first.' },
  )
  notifications!: unknown;
  @Count(
    'notifications',
    { isRead: { equals: false } },
    { guarded: true, description: 'How many notifications they have not read.' },
  )
  unreadNotificationCount!: number;
}

/** A page of users. */
export const UserConnection = connectionType('User', () => User);
/** Conditions on users. */
export const UserFilter = filterType('User', {
  search: conditions.search,
  id: conditions.id,
  email: conditions.text,
  username: conditions.text,
  firstName: conditions.text,
  lastName: conditions.text,
  publicName: conditions.text,
  isAdmin: conditions.boolean,
  isSuperAdmin: conditions.boolean,
  isVerified: conditions.boolean,
  isBlocked: conditions.boolean,
  hasTwoFactor: conditions.boolean,
  lastSeenAt: conditions.time,
  createdAt: conditions.time,
});
/** Orders of users. */
export const UserOrder = orderType('User', ['publicName', 'email', 'createdAt', 'lastSeenAt']);
/** The arguments of lists of users. */
export const UserArgs = listArgs(
  () => UserFilter,
  () => UserOrder,
);
