/** The verbs of feedback: create, update, delete. */
import { User } from '../accounts/user.entity.ts';
import type { Changes } from '../platform/data/writer.ts';
import { applyInput } from '../platform/data/writer.ts';
import { badInput, conflict } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import { cleanInput, withoutNulls } from '../platform/inputs.ts';
import { Feedback } from './feedback.entity.ts';
import type { CreateFeedbackInput, UpdateFeedbackInput } from './feedback.inputs.ts';

const fields = ['rating', 'comment'] as const;

/** Says something of an event or of a session. Throws CONFLICT where the viewer has done so already. */
export async function createFeedback(changes: Changes, input: CreateFeedbackInput): Promise<Feedback> {
  const { em, userId } = changes;
  const about = subjectOf(input);
  await changes.authorize('view', about);
  const subject = { [about.resource === 'Event' ? 'event' : 'session']: about.id };
  await changes.authorize('create', { resource: 'Feedback', values: { ...subject, user: userId } });
  const clean = cleaned(withoutNulls(input));
  if (await em.findOne(Feedback, { ...subject, user: userId }))
    throw conflict('You have given feedback on this already: change that one');
  const feedback = em.create(Feedback, { user: em.getReference(User, userId), ...subject } as never, {
    partial: true,
  });
  applyInput(feedback, clean, fields);
  await em.persist(feedback).flush();
  return feedback;
}

/** Changes what the viewer has said. */
export async function updateFeedback(
  changes: Changes,
  id: string,
  input: UpdateFeedbackInput,
): Promise<Feedback> {
  const feedback = await changes.take(Feedback, id, 'update');
  applyInput(feedback, cleaned(input), fields);
  return feedback;
}

/** Deletes feedback. */
export async function deleteFeedback(changes: Changes, id: string): Promise<Feedback> {
  const feedback = await changes.take(Feedback, id, 'delete');
  changes.em.remove(feedback);
  return feedback;
}

function subjectOf({ eventId, sessionId }: CreateFeedbackInput): {
  resource: 'Event' | 'Session';
  id: string;
} {
  if (typeof eventId === 'string' && typeof sessionId !== 'string') {
    return { resource: 'Event', id: uuidOfArgument('Event', eventId, 'input', 'eventId') };
  }
  if (typeof sessionId === 'string' && typeof eventId !== 'string') {
    return { resource: 'Session', id: uuidOfArgument('Session', sessionId, 'input', 'sessionId') };
  }
  throw badInput([{ path: ['input', 'eventId'], message: 'give exactly one of eventId and sessionId' }]);
}

function cleaned<T extends UpdateFeedbackInput>(input: T): T {
  return cleanInput(Feedback, input, {
    required: ['rating'],
    check: ({ rating }, problems) => {
      if (typeof rating === 'number' && (rating < 1 || rating > 5)) problems.add('rating', 'must be 1 to 5');
    },
  });
}
