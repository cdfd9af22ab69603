/** Speaker invites: asking a person, by mail, to speak in a session. */
import type { Rel } from '@mikro-orm/core';
import { Index, Unique } from '@mikro-orm/decorators/legacy';
import { User } from '../accounts/user.entity.ts';
import { Derived, Link, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  enumCondition,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { Session } from '../sessions/session.entity.ts';
import { Speaker } from '../speakers/speaker.entity.ts';
import { Invite } from './invite.entity.ts';
import { InviteStatus } from './invite.states.ts';

/** An invite to speak in a session. */
@Resource('speaker_invites', 'An invite to speak in a session, sent by mail.')
@Unique({
  name: 'speaker_invites_pending_unique',
  expression:
    "create unique index speaker_invites_pending_unique on speaker_invites (session_id, lower(email)) where answer = 'PENDING'",
})
@Index({
  name: 'speaker_invites_email_index',
  expression: 'create index speaker_invites_email_index on speaker_invites (lower(email))',
})
export class SpeakerInvite extends Invite {
  @Link(() => Session, { onDelete: 'cascade' })
  session!: Rel<Session>;
  @Link(() => Speaker, {
    nullable: true,
    onDelete: 'set null',
    description: 'The profile without a user that becomes the invitee’s.',
  })
  speaker!: Rel<Speaker> | null;
  @Link(() => User, { nullable: true, onDelete: 'set null', description: 'Who invites.' })
  invitedBy!: Rel<User> | null;
  @Derived('name', (of) => `(SELECT session.title FROM sessions session WHERE session.id = ${of('session')})`)
  sessionTitle!: string;
  @Derived(
    'name',
    (of) =>
      `(SELECT event.name FROM sessions session JOIN events event ON event.id = session.event_id WHERE session.id = ${of('session')})`,
  )
  eventName!: string;
}

/** A page of speaker invites. */
export const SpeakerInviteConnection = connectionType('SpeakerInvite', () => SpeakerInvite);
/** Conditions on speaker invites. */
export const SpeakerInviteFilter = filterType('SpeakerInvite', {
  id: conditions.id,
  email: conditions.text,
  status: enumCondition('InviteStatus', () => InviteStatus),
  expiresAt: conditions.time,
  createdAt: conditions.time,
});
/** Orders of speaker invites. */
export const SpeakerInviteOrder = orderType('SpeakerInvite', ['createdAt', 'expiresAt', 'email']);
/** The arguments of lists of speaker invites. */
export const SpeakerInviteArgs = listArgs(
  () => SpeakerInviteFilter,
  () => SpeakerInviteOrder,
);
