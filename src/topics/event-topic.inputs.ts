/** The inputs and payloads of topics, sub-topics and types. */
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { UrlScalar } from '../platform/graphql/scalars.ts';
import { EventSubTopic, EventTopic, EventType } from './event-topic.entity.ts';

const slug = 'Small letters, digits and dashes; made of the name where it is left out.';
const versioned = 'Fails with CONFLICT if the stored version differs.';

/** What a new one is called. */
@InputType()
abstract class NewLabel {
  @Field(() => String)
  name!: string;
  @Field(() => String, { nullable: true, description: slug })
  slug?: string | null;
}

/** What one is called from now on. */
@InputType()
abstract class ChangedLabel {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String, { nullable: true })
  slug?: string | null;
  @Field(() => Int, { nullable: true, description: versioned })
  version?: number | null;
}

/** A new topic. */
@InputType({ description: 'A new topic.' })
export class CreateEventTopicInput extends NewLabel {
  @Field(() => UrlScalar, { nullable: true })
  systemImageUrl?: string | null;
}

/** Changes to a topic. */
@InputType({ description: 'Changes to a topic: an absent key is left alone, null clears it.' })
export class UpdateEventTopicInput extends ChangedLabel {
  @Field(() => UrlScalar, { nullable: true })
  systemImageUrl?: string | null;
}

/** A new sub-topic. */
@InputType({ description: 'A new sub-topic of a topic.' })
export class CreateEventSubTopicInput extends NewLabel {
  @Field(() => ID)
  topicId!: string;
}

/** Changes to a sub-topic. */
@InputType({ description: 'Changes to a sub-topic; it stays with its topic.' })
export class UpdateEventSubTopicInput extends ChangedLabel {}

/** A new type. */
@InputType({ description: 'A new type of events.' })
export class CreateEventTypeInput extends NewLabel {}

/** Changes to a type. */
@InputType({ description: 'Changes to a type of events.' })
export class UpdateEventTypeInput extends ChangedLabel {}

/** A topic that was written. */
@ObjectType({ simpleResolvers: true })
export class EventTopicPayload {
  @Field(() => EventTopic)
  eventTopic!: unknown;
}

/** A sub-topic that was written. */
@ObjectType({ simpleResolvers: true })
export class EventSubTopicPayload {
  @Field(() => EventSubTopic)
  eventSubTopic!: unknown;
}

/** A type that was written. */
@ObjectType({ simpleResolvers: true })
export class EventTypePayload {
  @Field(() => EventType)
  eventType!: unknown;
}
