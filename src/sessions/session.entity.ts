/** Sessions: the talks, workshops and breaks of an event. "Session" never means a login here. */
import type { Rel } from '@mikro-orm/core';
import { Index, Trigger } from '@mikro-orm/decorators/legacy';
import { registerEnumType } from 'type-graphql';
import { User } from '../accounts/user.entity.ts';
import { Event } from '../events/event.entity.ts';
import { Favourite } from '../favourites/favourite.entity.ts';
import { Feedback, FeedbackArgs, FeedbackConnection } from '../feedback/feedback.entity.ts';
import {
  SpeakerInvite,
  SpeakerInviteArgs,
  SpeakerInviteConnection,
} from '../invites/speaker-invite.entity.ts';
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
} from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  enumCondition,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { Room } from '../programme/room.entity.ts';
import { SessionType } from '../programme/session-type.entity.ts';
import { Track } from '../programme/track.entity.ts';
import { Speaker, SpeakerArgs, SpeakerConnection } from '../speakers/speaker.entity.ts';
import { SessionSpeaker } from './session-speaker.entity.ts';
import { SessionState, possibleStates } from './session.states.ts';

registerEnumType(SessionState, {
  name: 'SessionState',
  description: 'Where a session stands between draft and stage.',
});

/** A talk, workshop or break of an event. */
@Resource('sessions', 'A talk, workshop or break of an event.', 'startsAt ASC')
@Searched({ index: 'sessions' }, 'title', 'subtitle', 'shortAbstract', 'longAbstract')
@Index({
  name: 'sessions_programme_index',
  expression:
    'create index sessions_programme_index on sessions (event_id, starts_at, id) where deleted_at is null',
})
@Trigger({
  name: 'sessions_same_event',
  timing: 'before',
  events: ['insert', 'update'],
  body:
    'if exists (select 1 from tracks t where t.id = new.track_id and t.event_id <> new.event_id) ' +
    'or exists (select 1 from rooms r where r.id = new.room_id and r.event_id <> new.event_id) ' +
    'or exists (select 1 from session_types y where y.id = new.session_type_id and y.event_id <> new.event_id) ' +
    "then raise exception 'a session and its track, room and type are of one event'; end if; return new;",
})
@Trigger({
  name: 'sessions_schedule',
  timing: 'after',
  events: ['update'],
  // What becomes of a schedule that people have seen: see schedule-change.entity.ts.
  body:
    "declare was_public boolean := old.state in ('ACCEPTED', 'CONFIRMED') and old.deleted_at is null; " +
    "is_public boolean := new.state in ('ACCEPTED', 'CONFIRMED') and new.deleted_at is null; " +
    'was_timed boolean := was_public and old.starts_at is not null and old.ends_at is not null; ' +
    'is_timed boolean := is_public and new.starts_at is not null and new.ends_at is not null; ' +
    'begin if was_timed and not is_timed then ' +
    'insert into canceled_sessions (session_id, event_id, starts_at, ends_at, version, canceled_at) ' +
    'select old.id, e.id, old.starts_at, old.ends_at, greatest(new.version, old.version + 1), now() ' +
    "from events e where e.id = new.event_id and e.state = 'PUBLISHED' and e.deleted_at is null " +
    'on conflict (session_id) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at, version = excluded.version, canceled_at = excluded.canceled_at; ' +
    'elsif is_timed and not was_timed then delete from canceled_sessions where session_id = new.id; end if; ' +
    'if was_public and is_public and (old.starts_at, old.ends_at, old.room_id) is distinct from (new.starts_at, new.ends_at, new.room_id) then ' +
    'insert into moved_sessions (session_id, starts_at, ends_at, room, changed_at) ' +
    'select old.id, old.starts_at, old.ends_at, (select r.name from rooms r where r.id = old.room_id), now() ' +
    'from events e where e.id = new.event_id and e.schedule_published_at is not null on conflict do nothing; end if; end; return null;',
})
@Index({
  name: 'sessions_public_index',
  expression:
    'create index sessions_public_index on sessions (event_id, starts_at, id) ' +
    "where deleted_at is null and state in ('ACCEPTED', 'CONFIRMED')",
})
export class Session extends EntityBase {
  @Link(() => Event, { onDelete: 'cascade' })
  event!: Rel<Event>;
  @Link(() => Track, { nullable: true, onDelete: 'set null' })
  track!: Rel<Track> | null;
  @Link(() => Room, { nullable: true, onDelete: 'set null' })
  room!: Rel<Room> | null;
  @Link(() => SessionType, { nullable: true, onDelete: 'set null' })
  sessionType!: Rel<SessionType> | null;
  @Link(() => User, { nullable: true, onDelete: 'set null', description: 'Who submitted it.' })
  creator!: Rel<User> | null;
  @Column('boolean', { default: 'false', api: false })
  enteredByTeam: boolean = false;
  @Column('name')
  title!: string;
  @Column('line', { nullable: true })
  subtitle!: string | null;
  @Column('line', { nullable: true })
  level!: string | null;
  @Column('line', { nullable: true })
  language!: string | null;
  @Column('html', { nullable: true, description: 'HTML, sanitised.' })
  shortAbstract!: string | null;
  @Column('html', { nullable: true, description: 'HTML, sanitised.' })
  longAbstract!: string | null;
  @Column('html', { nullable: true, guarded: true, description: 'Notes for the team. HTML, sanitised.' })
  comments!: string | null;
  @Column('url', { nullable: true })
  website!: string | null;
  @Column('url', { nullable: true })
  twitter!: string | null;
  @Column('url', { nullable: true })
  facebook!: string | null;
  @Column('url', { nullable: true })
  github!: string | null;
  @Column('url', { nullable: true })
  linkedin!: string | null;
  @Column('url', { nullable: true })
  instagram!: string | null;
  @Column('url', { nullable: true })
  gitlab!: string | null;
  @Column('url', { nullable: true })
  mastodon!: string | null;
  @Column('url', { nullable: true })
  slidesUrl!: string | null;
  @Column('url', { nullable: true })
  videoUrl!: string | null;
  @Column('url', { nullable: true })
  audioUrl!: string | null;
  @Column('url', { nullable: true })
  signupUrl!: string | null;
  @Column('json', {
    default: "'{}'",
    guarded: true,
    description: 'Answers to the custom fields of the form, by fieldIdentifier.',
  })
  answers: Record<string, unknown> = {};
  @Column('time', { nullable: true })
  startsAt!: Date | null;
  @Column('time', { nullable: true })
  endsAt!: Date | null;
  @EnumColumn(() => SessionState, { default: "'PENDING'" })
  state: SessionState = SessionState.PENDING;
  @Column('boolean', {
    default: 'false',
    guarded: true,
    description: 'Locked: only owner, organizers and staff change it.',
  })
  isLocked: boolean = false;
  @Column('time', { nullable: true, guarded: true })
  submittedAt!: Date | null;
  @Column('int', { default: '0', column: 'sort_order', description: 'The place in the programme.' })
  order: number = 0;
  @Column('int', {
    default: '1',
    description: 'Increases with every change; pass it in an update to detect conflicting edits.',
  })
  version: number = 1;
  @Column('opaque', { nullable: true, api: false })
  sourceId!: string | null;
  @Column('time', { nullable: true, api: false })
  deletedAt!: Date | null;

  @Computed(
    () => [SessionState],
    { columns: ['state', 'enteredByTeam'], grants: ['team', 'staff', 'submitters', 'callIsOpen'] },
    (row: Record<string, unknown>) => possibleStates(row),
    { description: 'The states that the viewer may give it now.' },
  )
  possibleStates!: SessionState[];

  @Connection(() => Speaker, () => ({ connection: SpeakerConnection, args: SpeakerArgs }), {
    through: () => SessionSpeaker,
    own: 'session',
    other: 'speaker',
  })
  speakers!: unknown;
  @Connection(
    () => SpeakerInvite,
    () => ({ connection: SpeakerInviteConnection, args: SpeakerInviteArgs }),
    { by: 'session' },
    {
      description:
        'Invites to speak in it: for its creator, its speakers, the team; to others those of their own.',
    },
  )
  speakerInvites!: unknown;
  @Connection(
    () => Feedback,
    () => ({ connection: FeedbackConnection, args: FeedbackArgs }),
    { by: 'session' },
    { guarded: true, description: 'What the team says of it.' },
  )
  feedbacks!: unknown;
  @Derived(
    'float',
    (of) =>
      `(SELECT round(avg(feedback.rating), 2)::double precision FROM feedback WHERE feedback.session_id = ${of('id')})`,
    {
      nullable: true,
      guarded: true,
      description: 'The mean of the ratings by the team; null where there are none.',
    },
  )
  averageRating!: number | null;
  @Derived('int', (of) => `(SELECT count(*)::int FROM feedback WHERE feedback.session_id = ${of('id')})`, {
    guarded: true,
    description: 'How many ratings there are.',
  })
  ratingCount!: number;
  @Related(() => Favourite, { by: 'session' })
  favourites!: unknown;
  @Derived(
    'int',
    (of) => `(SELECT count(*)::int FROM favourites favourite WHERE favourite.session_id = ${of('id')})`,
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

/** A page of sessions. */
export const SessionConnection = connectionType('Session', () => Session);
/** Conditions on sessions. */
export const SessionFilter = filterType('Session', {
  search: conditions.search,
  id: conditions.id,
  title: conditions.text,
  state: enumCondition('SessionState', () => SessionState),
  level: conditions.text,
  language: conditions.text,
  comments: conditions.text,
  isLocked: conditions.boolean,
  submittedAt: conditions.time,
  startsAt: conditions.time,
  endsAt: conditions.time,
  track: conditions.id,
  room: conditions.id,
  sessionType: conditions.id,
  creator: conditions.id,
  ratingCount: conditions.int,
  createdAt: conditions.time,
  updatedAt: conditions.time,
});
/** Orders of sessions. */
export const SessionOrder = orderType('Session', [
  'startsAt',
  'title',
  'order',
  'state',
  'submittedAt',
  'averageRating',
  'ratingCount',
  'favouriteCount',
  'createdAt',
  'updatedAt',
]);
/** The arguments of lists of sessions. */
export const SessionArgs = listArgs(
  () => SessionFilter,
  () => SessionOrder,
);
