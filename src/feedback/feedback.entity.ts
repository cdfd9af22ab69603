/** Feedback: what a person says of an event, or, on its team, of a session; one per person and subject. */
import type { Rel } from '@mikro-orm/core';
import { Check, Unique } from '@mikro-orm/decorators/legacy';
import { User } from '../accounts/user.entity.ts';
import { Event } from '../events/event.entity.ts';
import { Column, EntityBase, Link, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { Session } from '../sessions/session.entity.ts';

/** What a person says of an event or of a session. */
@Resource('feedback', 'What a person says of an event, or, on its team, of a session.')
@Unique({ properties: ['user', 'event'] })
@Unique({ properties: ['user', 'session'] })
@Check({ name: 'feedback_subject_check', expression: 'num_nonnulls(event_id, session_id) = 1' })
@Check({ name: 'feedback_rating_check', expression: 'rating >= 1 and rating <= 5' })
export class Feedback extends EntityBase {
  @Link(() => User, { onDelete: 'cascade', description: 'Who says it.' })
  user!: Rel<User>;
  @Link(() => Event, {
    nullable: true,
    onDelete: 'cascade',
    description: 'The event that it is about; null where it is about a session.',
  })
  event!: Rel<Event> | null;
  @Link(() => Session, {
    nullable: true,
    onDelete: 'cascade',
    description: 'The session that it is about; null where it is about an event.',
  })
  session!: Rel<Session> | null;
  @Column('int', { description: '1 (poor) to 5 (excellent).' })
  rating!: number;
  @Column('html', { nullable: true, description: 'HTML, sanitised.' })
  comment!: string | null;
}

/** A page of feedback. */
export const FeedbackConnection = connectionType('Feedback', () => Feedback);
/** Conditions on feedback. */
export const FeedbackFilter = filterType('Feedback', {
  id: conditions.id,
  rating: conditions.int,
  createdAt: conditions.time,
});
/** Orders of feedback. */
export const FeedbackOrder = orderType('Feedback', ['createdAt', 'rating']);
/** The arguments of lists of feedback. */
export const FeedbackArgs = listArgs(
  () => FeedbackFilter,
  () => FeedbackOrder,
);
