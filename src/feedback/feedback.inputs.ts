/** The inputs of feedback. */
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Feedback } from './feedback.entity.ts';

const comment = { nullable: true, description: 'HTML; what is not allowed in it is removed.' };

/** New feedback. */
@InputType({ description: 'New feedback, on exactly one of an event and a session.' })
export class CreateFeedbackInput {
  @Field(() => ID, { nullable: true })
  eventId?: string | null;
  @Field(() => ID, { nullable: true })
  sessionId?: string | null;
  @Field(() => Int, { description: '1 (poor) to 5 (excellent).' })
  rating!: number;
  @Field(() => String, comment)
  comment?: string | null;
}

/** Changes to feedback. */
@InputType({ description: 'Changes to feedback: an absent key is left alone, null clears it.' })
export class UpdateFeedbackInput {
  @Field(() => Int, { nullable: true })
  rating?: number | null;
  @Field(() => String, comment)
  comment?: string | null;
}

/** Feedback that was written. */
@ObjectType({ simpleResolvers: true })
export class FeedbackPayload {
  @Field(() => Feedback)
  feedback!: unknown;
}
