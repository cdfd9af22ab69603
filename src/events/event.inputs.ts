/** The inputs of events. Names and nullability are the contract's. */
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar, EmailAddressScalar, UrlScalar } from '../platform/graphql/scalars.ts';
import { Event } from './event.entity.ts';
import { EventPart, EventPrivacy } from './event.states.ts';

/** What an event's creator and its editors may say alike. */
@InputType()
abstract class EventDetails {
  @Field(() => String, { nullable: true, description: 'HTML; what is not allowed in it is removed.' })
  description?: string | null;
  @Field(() => String, { nullable: true })
  locationName?: string | null;
  @Field(() => Boolean, { nullable: true })
  online?: boolean | null;
  @Field(() => EventPrivacy, { nullable: true })
  privacy?: EventPrivacy | null;
  @Field(() => UrlScalar, { nullable: true })
  originalImageUrl?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  logoUrl?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  externalEventUrl?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  ticketUrl?: string | null;
  @Field(() => String, { nullable: true })
  ownerName?: string | null;
  @Field(() => String, { nullable: true, description: 'HTML; what is not allowed in it is removed.' })
  ownerDescription?: string | null;
  @Field(() => String, { nullable: true, description: 'HTML; what is not allowed in it is removed.' })
  codeOfConduct?: string | null;
  @Field(() => String, { nullable: true })
  searchableLocationName?: string | null;
  @Field(() => EmailAddressScalar, {
    nullable: true,
    description: "Where answers to mails about the event go; without one, the owner's address.",
  })
  contactEmail?: string | null;
  @Field(() => Boolean, { nullable: true })
  isSessionsSpeakersEnabled?: boolean | null;
  @Field(() => ID, { nullable: true })
  topicId?: string | null;
  @Field(() => ID, { nullable: true, description: "A sub-topic of the event's topic." })
  subTopicId?: string | null;
  @Field(() => ID, { nullable: true })
  eventTypeId?: string | null;
  @Field(() => ID, {
    nullable: true,
    description: 'The organization that hosts it; needs organization:update through a role in it.',
  })
  organizationId?: string | null;
}

/** A new event. */
@InputType({ description: 'A new event, as a draft.' })
export class CreateEventInput extends EventDetails {
  @Field(() => String)
  name!: string;
  @Field(() => DateTimeScalar)
  startsAt!: Date;
  @Field(() => DateTimeScalar)
  endsAt!: Date;
  @Field(() => String, { description: 'An IANA time zone such as Europe/Berlin.' })
  timezone!: string;
}

/** Changes to an event. */
@InputType({ description: 'Changes to an event: an absent key is left alone, null clears it.' })
export class UpdateEventInput extends EventDetails {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => DateTimeScalar, { nullable: true })
  startsAt?: Date | null;
  @Field(() => DateTimeScalar, { nullable: true })
  endsAt?: Date | null;
  @Field(() => String, { nullable: true })
  timezone?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      'Moves the sessions as far as the start of the event moves, at the same hours of their days. Without it, a change that would leave sessions outside of the event is refused.',
  })
  shiftSessions?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      'With another timezone: the event, its sessions and its call keep their hours, on the clocks of the new zone. Without it they keep their moments.',
  })
  keepLocalTimes?: boolean | null;
  @Field(() => Boolean, { nullable: true })
  isFeatured?: boolean | null;
  @Field(() => Boolean, { nullable: true })
  isPromoted?: boolean | null;
  @Field(() => Boolean, { nullable: true })
  isDemoted?: boolean | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Fails with CONFLICT if the stored version differs.',
  })
  version?: number | null;
}

/** A copy of an event. */
@InputType({ description: 'A copy of an event, as a draft of whoever makes it.' })
export class CopyEventInput {
  @Field(() => String, {
    nullable: true,
    description: 'The name of the copy; that of the event where not given.',
  })
  name?: string | null;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'When the copy starts; all its other times move with it, at the same hour of their days. The times stay where not given.',
  })
  startsAt?: Date | null;
  @Field(() => [EventPart], {
    nullable: true,
    description:
      'What is copied with it; everything but SPEAKERS and SESSIONS where not given. Without FORMS it gets the default ones.',
  })
  parts?: EventPart[] | null;
}

/** An event that was written. */
@ObjectType({ simpleResolvers: true })
export class EventPayload {
  @Field(() => Event)
  event!: unknown;
}

/** How one event is named: by its id or by its identifier. */
export interface EventKey {
  readonly id?: string | null;
  readonly identifier?: string | null;
}
