/** The subscription to the sessions of an event: at subscribe View of the event, per notice View of the session. */
import { Arg, Field, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
import { encodeId } from '../platform/graphql/node.ts';
import { RowReference } from '../platform/graphql/payload.ts';
import { DateTimeScalar } from '../platform/graphql/scalars.ts';
import type { Change } from '../platform/live/judge.ts';
import { ChangeKind } from '../platform/live/told.ts';
import { placeOf, watching } from '../platform/live/watch.ts';
import type { Watch } from '../platform/live/watch.ts';
import { Session } from './session.entity.ts';
import { sessionTopic } from './session.topics.ts';

/** What became of a session. */
@ObjectType({ simpleResolvers: true, description: 'What became of a session in the eyes of the subscriber.' })
export class SessionNotice {
  @Field(() => ChangeKind)
  kind!: ChangeKind;
  @Field(() => ID)
  id!: string;
  @Field(() => Session, {
    nullable: true,
    description: 'The session as it is now; null when it was removed.',
  })
  session!: RowReference | null;
  @Field(() => DateTimeScalar, { description: 'When it was changed.' })
  at!: string;
}

/** Subscriptions of sessions. */
@Resolver()
export class SessionSubscriptions {
  @Subscription(() => SessionNotice, {
    subscribe: watching(watchSessions),
    description:
      'Tells of every session of an event that the viewer sees, or saw until now, when it changes.',
  })
  sessionChanged(@Arg('eventId', () => ID) _eventId: string, @Root() notice: SessionNotice): SessionNotice {
    return notice;
  }
}

function watchSessions({ eventId }: { eventId: string }): Watch {
  const place = placeOf('Event', eventId, 'eventId');
  return { topic: sessionTopic(place.id), place, message: noticeOf };
}

function noticeOf({ kind, id, at }: Change): SessionNotice {
  const session = kind === ChangeKind.REMOVED ? null : new RowReference('Session', id);
  return { kind, id: encodeId('Session', id), session, at: at.toISOString() };
}
