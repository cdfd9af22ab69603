/** The root fields of feedback. Lists of it hang on events, sessions and people. */
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../platform/graphql/context.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import { CreateFeedbackInput, FeedbackPayload, UpdateFeedbackInput } from './feedback.inputs.ts';
import { createFeedback, deleteFeedback, updateFeedback } from './feedback.service.ts';

/** Mutations of feedback. */
@Resolver()
export class FeedbackResolver {
  @Mutation(() => FeedbackPayload, {
    description: 'Says something of a published event, or, on its team, of a session; once for each.',
  })
  createFeedback(
    @Arg('input', () => CreateFeedbackInput) input: CreateFeedbackInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('feedback', 'Feedback', (await createFeedback(changes, input)).id),
    );
  }

  @Mutation(() => FeedbackPayload)
  updateFeedback(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateFeedbackInput) input: UpdateFeedbackInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('feedback', 'Feedback', (await updateFeedback(changes, id, input)).id),
    );
  }

  @Mutation(() => DeletePayload)
  deleteFeedback(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => deleted('Feedback', (await deleteFeedback(changes, id)).id));
  }
}
