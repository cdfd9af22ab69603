/** The slice of feedback. */
import { byCell } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { Feedback } from './feedback.entity.ts';
import { feedbackPermissions } from './feedback.permissions.ts';
import { FeedbackResolver } from './feedback.resolver.ts';

/** Feedback. */
export const feedbackSlice: Slice = {
  entities: [Feedback],
  permissions: [feedbackPermissions],
  resolvers: [FeedbackResolver],
  operations: {
    Mutation: {
      createFeedback: byCell('Feedback', 'create'),
      updateFeedback: byCell('Feedback', 'update'),
      deleteFeedback: byCell('Feedback', 'delete'),
    },
  },
};
