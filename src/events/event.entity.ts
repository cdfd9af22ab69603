/** Events and everything that is one column of them; see event.permissions.ts for who sees and changes what. */
import type { Rel } from '@mikro-orm/core';
import { Index, Unique } from '@mikro-orm/decorators/legacy';
import { User } from '../accounts/user.entity.ts';
import { CustomForm, CustomFormArgs, CustomFormConnection } from '../forms/custom-form.entity.ts';
import { Favourite } from '../favourites/favourite.entity.ts';
import { Feedback, FeedbackArgs, FeedbackConnection } from '../feedback/feedback.entity.ts';
import { RoleInvite, RoleInviteArgs, RoleInviteConnection } from '../invites/role-invite.entity.ts';
import { Organization } from '../organizations/organization.entity.ts';
import { pictureFailure, pictureFailureOptions } from '../images/picture-failure.ts';
import {
  Column,
  Computed,
  Connection,
  Derived,
  EntityBase,
  EnumColumn,
  Link,
  Related,
  Resource,
  Searched,
  Single,
} from '../platform/data/entity.ts';
import { textOrder } from '../platform/data/model.ts';
import { decodeId } from '../platform/graphql/node.ts';
import {
  conditions,
  connectionType,
  enumCondition,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { Copyright } from '../programme/copyright.entity.ts';
import { Faq, FaqArgs, FaqConnection } from '../programme/faq.entity.ts';
import { Room, RoomArgs, RoomConnection } from '../programme/room.entity.ts';
import { SessionType, SessionTypeArgs, SessionTypeConnection } from '../programme/session-type.entity.ts';
import { SocialLink, SocialLinkArgs, SocialLinkConnection } from '../programme/social-link.entity.ts';
import { Sponsor, SponsorArgs, SponsorConnection } from '../programme/sponsor.entity.ts';
import { Track, TrackArgs, TrackConnection } from '../programme/track.entity.ts';
import { Session, SessionArgs, SessionConnection } from '../sessions/session.entity.ts';
import { Speaker, SpeakerArgs, SpeakerConnection } from '../speakers/speaker.entity.ts';
import { EventSubTopic, EventTopic, EventType } from '../topics/event-topic.entity.ts';
import { CallForSpeakers } from './call-for-speakers.entity.ts';
import { EventMember, EventMemberArgs, EventMemberConnection } from './event-member.entity.ts';
import { ScheduleConflict, conflictsOf } from './schedule-conflict.ts';
import { EventPrivacy, EventState } from './event.states.ts';

/** A gathering of people, such as a conference. */
@Resource('events', 'A gathering of people, such as a conference.', 'startsAt ASC')
@Searched({ index: 'events' }, 'name', 'description', 'locationName', 'searchableLocationName', 'ownerName')
@Unique({ properties: ['identifier'] })
@Index({
  name: 'events_name_index',
  expression: `create index events_name_index on events (name collate ${textOrder}, id) where deleted_at is null`,
})
@Index({
  name: 'events_listed_index',
  expression: 'create index events_listed_index on events (starts_at, id) where deleted_at is null',
})
@Unique({
  name: 'events_source_unique',
  expression:
    'create unique index events_source_unique on events (source_owner_id, source_identifier) where deleted_at is null',
})
export class Event extends EntityBase {
  @Column('code', { description: 'Short and stable, for addresses.' })
  identifier!: string;
  @Column('name')
  name!: string;
  @Column('html', { nullable: true, description: 'HTML, sanitised.' })
  description!: string | null;
  @Column('time')
  startsAt!: Date;
  @Column('time')
  endsAt!: Date;
  @Column('timezone', { default: "'UTC'", description: 'An IANA time zone such as Europe/Berlin.' })
  timezone!: string;
  @Column('line', { nullable: true })
  locationName!: string | null;
  @Column('line', { nullable: true })
  searchableLocationName!: string | null;
  @Column('float', { nullable: true })
  latitude!: number | null;
  @Column('float', { nullable: true })
  longitude!: number | null;
  @Column('boolean', { default: 'false' })
  online: boolean = false;
  @EnumColumn(() => EventState, { default: "'DRAFT'" })
  state: EventState = EventState.DRAFT;
  @EnumColumn(() => EventPrivacy, { default: "'PUBLIC'" })
  privacy: EventPrivacy = EventPrivacy.PUBLIC;
  @Column('file', { nullable: true })
  logoUrl!: string | null;
  @Derived('opaque', pictureFailure('logoUrl'), pictureFailureOptions)
  logoFailure!: string | null;
  @Column('file', { nullable: true })
  originalImageUrl!: string | null;
  @Derived('opaque', pictureFailure('originalImageUrl'), pictureFailureOptions)
  originalImageFailure!: string | null;
  @Column('file', { nullable: true })
  largeImageUrl!: string | null;
  @Column('file', { nullable: true })
  thumbnailImageUrl!: string | null;
  @Column('file', { nullable: true })
  iconImageUrl!: string | null;
  @Column('url', { nullable: true })
  externalEventUrl!: string | null;
  @Column('url', { nullable: true })
  ticketUrl!: string | null;
  @Column('line', { nullable: true })
  ownerName!: string | null;
  @Column('html', { nullable: true, description: 'HTML, sanitised.' })
  ownerDescription!: string | null;
  @Column('html', { nullable: true, description: 'HTML, sanitised.' })
  codeOfConduct!: string | null;
  @Column('email', {
    nullable: true,
    guarded: true,
    description: "Where answers to mails about the event go; without one, the owner's address.",
  })
  contactEmail!: string | null;
  @Column('time', { nullable: true })
  schedulePublishedAt!: Date | null;
  @Column('boolean', { default: 'true', description: 'Whether sessions and speakers can be submitted.' })
  isSessionsSpeakersEnabled: boolean = true;
  @Column('boolean', { default: 'false' })
  isFeatured: boolean = false;
  @Column('boolean', { default: 'false' })
  isPromoted: boolean = false;
  @Column('boolean', { default: 'false' })
  isDemoted: boolean = false;
  @Column('int', {
    default: '1',
    description: 'Increases with every change; pass it in an update to detect conflicting edits.',
  })
  version: number = 1;
  @Column('uuid', { nullable: true, api: false })
  sourceOwnerId!: string | null;
  @Column('opaque', { nullable: true, api: false })
  sourceIdentifier!: string | null;
  @Column('time', { nullable: true, api: false })
  deletedAt!: Date | null;

  @Link(() => EventTopic, { nullable: true, onDelete: 'restrict' })
  topic!: Rel<EventTopic> | null;
  @Link(() => EventSubTopic, { nullable: true, onDelete: 'restrict', description: 'One of its topic.' })
  subTopic!: Rel<EventSubTopic> | null;
  @Link(() => EventType, { nullable: true, onDelete: 'restrict' })
  type!: Rel<EventType> | null;
  @Link(() => Organization, {
    nullable: true,
    onDelete: 'set null',
    description: 'The organization that hosts it.',
  })
  organization!: Rel<Organization> | null;
  @Single(() => User, { through: () => EventMember, own: 'event', other: 'user', where: { role: 'OWNER' } })
  owner!: Rel<User> | null;
  @Single(() => CallForSpeakers, { by: 'event' }, 'Null where there is none or it is not public.')
  callForSpeakers!: Rel<CallForSpeakers> | null;
  @Connection(() => Session, () => ({ connection: SessionConnection, args: SessionArgs }), { by: 'event' })
  sessions!: unknown;
  @Computed(
    () => [ScheduleConflict],
    { columns: ['id'] },
    (row, context) => conflictsOf(context, decodeId(String(row.id)).uuid),
    {
      nullable: true,
      description:
        'Rooms and speakers that are booked twice, sessions outside of the event or longer than their types. Read it after a write to see what it causes.',
    },
  )
  scheduleConflicts!: unknown;
  @Connection(() => Speaker, () => ({ connection: SpeakerConnection, args: SpeakerArgs }), { by: 'event' })
  speakers!: unknown;
  @Connection(() => Track, () => ({ connection: TrackConnection, args: TrackArgs }), { by: 'event' })
  tracks!: unknown;
  @Connection(() => Room, () => ({ connection: RoomConnection, args: RoomArgs }), { by: 'event' })
  rooms!: unknown;
  @Connection(() => SessionType, () => ({ connection: SessionTypeConnection, args: SessionTypeArgs }), {
    by: 'event',
  })
  sessionTypes!: unknown;
  @Connection(() => Sponsor, () => ({ connection: SponsorConnection, args: SponsorArgs }), { by: 'event' })
  sponsors!: unknown;
  @Connection(() => SocialLink, () => ({ connection: SocialLinkConnection, args: SocialLinkArgs }), {
    by: 'event',
  })
  socialLinks!: unknown;
  @Connection(() => Faq, () => ({ connection: FaqConnection, args: FaqArgs }), { by: 'event' })
  faqs!: unknown;
  @Single(() => Copyright, { by: 'event' })
  copyright!: Rel<Copyright> | null;
  @Connection(() => CustomForm, () => ({ connection: CustomFormConnection, args: CustomFormArgs }), {
    by: 'event',
  })
  customForms!: unknown;
  @Connection(() => EventMember, () => ({ connection: EventMemberConnection, args: EventMemberArgs }), {
    by: 'event',
  })
  members!: unknown;
  @Connection(
    () => RoleInvite,
    () => ({ connection: RoleInviteConnection, args: RoleInviteArgs }),
    { by: 'event' },
    { guarded: true, description: 'Invites to roles at the event.' },
  )
  roleInvites!: unknown;
  @Connection(
    () => Feedback,
    () => ({ connection: FeedbackConnection, args: FeedbackArgs }),
    { by: 'event' },
    { description: 'What people say of it.' },
  )
  feedbacks!: unknown;
  @Related(() => Favourite, { by: 'event' })
  favourites!: unknown;
  @Derived(
    'int',
    (of) => `(SELECT count(*)::int FROM favourites favourite WHERE favourite.event_id = ${of('id')})`,
    {
      description: 'How many people marked it.',
    },
  )
  favouriteCount!: number;
  @Computed(
    () => Boolean,
    { columns: [], grants: ['marked'] },
    (row: Record<string, unknown>) => row['?marked'] === true,
    {
      description: 'Whether the viewer marked it.',
    },
  )
  isFavourite!: boolean;
}

/** A page of events. */
export const EventConnection = connectionType('Event', () => Event);
/** Conditions on events. */
export const EventFilter = filterType('Event', {
  search: conditions.search,
  id: conditions.id,
  identifier: conditions.text,
  name: conditions.text,
  state: enumCondition('EventState', () => EventState),
  privacy: enumCondition('EventPrivacy', () => EventPrivacy),
  startsAt: conditions.time,
  endsAt: conditions.time,
  timezone: conditions.text,
  locationName: conditions.text,
  online: conditions.boolean,
  isFeatured: conditions.boolean,
  topic: conditions.id,
  subTopic: conditions.id,
  type: conditions.id,
  createdAt: conditions.time,
  updatedAt: conditions.time,
});
/** Orders of events. */
export const EventOrder = orderType('Event', [
  'startsAt',
  'endsAt',
  'name',
  'favouriteCount',
  'createdAt',
  'updatedAt',
]);
/** The arguments of lists of events. */
export const EventArgs = listArgs(
  () => EventFilter,
  () => EventOrder,
);
