/** The subscription to an event: at subscribe and per notice View of the event; it ends when the event is deleted. */
import { Arg, Field, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
import { encodeId } from '../platform/graphql/node.ts';
import { RowReference } from '../platform/graphql/payload.ts';
import { DateTimeScalar } from '../platform/graphql/scalars.ts';
import type { Change } from '../platform/live/judge.ts';
import { ChangeKind } from '../platform/live/told.ts';
import { placeOf, topicOf, watching } from '../platform/live/watch.ts';
import type { Watch } from '../platform/live/watch.ts';
import { Event } from './event.entity.ts';

/** What became of an event. */
@ObjectType({ simpleResolvers: true, description: 'What became of an event in the eyes of the subscriber.' })
export class EventNotice {
  @Field(() => ChangeKind)
  kind!: ChangeKind;
  @Field(() => ID)
  id!: string;
  @Field(() => Event, { nullable: true, description: 'The event as it is now; null when it was removed.' })
  event!: RowReference | null;
  @Field(() => DateTimeScalar, { description: 'When it was changed.' })
  at!: string;
}

/** Subscriptions of events. */
@Resolver()
export class EventSubscriptions {
  @Subscription(() => EventNotice, {
    subscribe: watching(watchEvent),
    description:
      'Tells of an event that the viewer sees, or saw until now, when it changes; ends when it is deleted.',
  })
  eventChanged(@Arg('eventId', () => ID) _eventId: string, @Root() notice: EventNotice): EventNotice {
    return notice;
  }
}

function watchEvent({ eventId }: { eventId: string }): Watch {
  const place = placeOf('Event', eventId, 'eventId');
  return { topic: topicOf('Event', place.id), place, message: noticeOf };
}

function noticeOf({ kind, id, at }: Change): EventNotice {
  const event = kind === ChangeKind.REMOVED ? null : new RowReference('Event', id);
  return { kind, id: encodeId('Event', id), event, at: at.toISOString() };
}
