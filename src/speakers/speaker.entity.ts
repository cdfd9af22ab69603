/** Speakers: a person's profile at one event. The person behind it, if any, is its user. */
import type { Rel } from '@mikro-orm/core';
import { Index, Unique } from '@mikro-orm/decorators/legacy';
import { User } from '../accounts/user.entity.ts';
import { Event } from '../events/event.entity.ts';
import { pictureFailure, pictureFailureOptions } from '../images/picture-failure.ts';
import {
  Column,
  Connection,
  Derived,
  EntityBase,
  Link,
  Resource,
  Searched,
} from '../platform/data/entity.ts';
import { longest } from '../platform/values.ts';
import {
  conditions,
  connectionType,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { SessionSpeaker } from '../sessions/session-speaker.entity.ts';
import { Session, SessionArgs, SessionConnection } from '../sessions/session.entity.ts';

/** A person's profile as a speaker at one event. */
@Resource('speakers', "A person's profile as a speaker at one event.", 'name ASC')
@Searched(
  { index: 'speakers' },
  'name',
  'organisation',
  'position',
  'shortBiography',
  'longBiography',
  'city',
  'country',
)
@Index({
  name: 'speakers_programme_index',
  expression:
    'create index speakers_programme_index on speakers (event_id, name, id) where deleted_at is null',
})
@Unique({
  name: 'speakers_user_unique',
  expression:
    'create unique index speakers_user_unique on speakers (event_id, user_id) where deleted_at is null and user_id is not null',
})
@Unique({
  name: 'speakers_email_unique',
  expression:
    'create unique index speakers_email_unique on speakers (event_id, lower(email)) ' +
    'where deleted_at is null and user_id is null and email is not null',
})
export class Speaker extends EntityBase {
  @Link(() => Event, { onDelete: 'cascade' })
  event!: Rel<Event>;
  @Link(() => User, { nullable: true, onDelete: 'set null', description: 'The person behind the profile.' })
  user!: Rel<User> | null;
  @Link(() => User, { nullable: true, onDelete: 'set null', api: false })
  creator!: Rel<User> | null;
  @Column('boolean', { default: 'false', api: false })
  enteredByTeam: boolean = false;
  @Column('name')
  name!: string;
  @Column('email', { nullable: true, guarded: true })
  email!: string | null;
  @Column('file', { nullable: true })
  photoUrl!: string | null;
  @Derived('opaque', pictureFailure('photoUrl'), pictureFailureOptions)
  photoFailure!: string | null;
  @Column('file', { nullable: true })
  thumbnailImageUrl!: string | null;
  @Column('file', { nullable: true })
  smallImageUrl!: string | null;
  @Column('file', { nullable: true })
  iconImageUrl!: string | null;
  @Column('line', { nullable: true, description: "The person's employer, as free text." })
  organisation!: string | null;
  @Column('line', { nullable: true })
  position!: string | null;
  @Column('line', { nullable: true })
  country!: string | null;
  @Column('line', { nullable: true })
  city!: string | null;
  @Column('prose', { nullable: true, longest: longest.line, guarded: true })
  address!: string | null;
  @Column('line', { nullable: true, guarded: true })
  gender!: string | null;
  @Column('line', { nullable: true, guarded: true })
  heardFrom!: string | null;
  @Column('html', { nullable: true, guarded: true, description: 'HTML, sanitised.' })
  sponsorshipRequired!: string | null;
  @Column('html', { nullable: true, guarded: true, description: 'HTML, sanitised.' })
  speakingExperience!: string | null;
  @Column('html', { nullable: true, description: 'HTML, sanitised.' })
  shortBiography!: string | null;
  @Column('html', { nullable: true, description: 'HTML, sanitised.' })
  longBiography!: string | null;
  @Column('line', { nullable: true, guarded: true })
  mobile!: string | null;
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
  mastodon!: string | null;
  @Column('json', {
    default: "'{}'",
    guarded: true,
    description: 'Answers to the custom fields of the form, by fieldIdentifier.',
  })
  answers: Record<string, unknown> = {};
  @Column('boolean', { default: 'false' })
  isFeatured: boolean = false;
  @Column('int', { default: '0', column: 'sort_order', description: 'The place among the speakers.' })
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

  @Connection(() => Session, () => ({ connection: SessionConnection, args: SessionArgs }), {
    through: () => SessionSpeaker,
    own: 'speaker',
    other: 'session',
  })
  sessions!: unknown;
}

/** A page of speakers. */
export const SpeakerConnection = connectionType('Speaker', () => Speaker);
/** Conditions on speakers. */
export const SpeakerFilter = filterType('Speaker', {
  search: conditions.search,
  id: conditions.id,
  name: conditions.text,
  email: conditions.text,
  mobile: conditions.text,
  gender: conditions.text,
  organisation: conditions.text,
  position: conditions.text,
  country: conditions.text,
  city: conditions.text,
  isFeatured: conditions.boolean,
  user: conditions.id,
  createdAt: conditions.time,
  updatedAt: conditions.time,
});
/** Orders of speakers. */
export const SpeakerOrder = orderType('Speaker', [
  'name',
  'email',
  'organisation',
  'country',
  'order',
  'createdAt',
  'updatedAt',
]);
/** The arguments of lists of speakers. */
export const SpeakerArgs = listArgs(
  () => SpeakerFilter,
  () => SpeakerOrder,
);
