/** Steps of many sessions: one after the other, each in a transaction of its own, with a result for each. */
import type { Writer } from '../platform/data/writer.ts';
import { PublicError, invalid } from '../platform/graphql/errors.ts';
import { RowReference } from '../platform/graphql/payload.ts';
import type { SessionStepResult } from './session.inputs.ts';
import type { SessionState } from './session.states.ts';
import type { StepOptions } from './session.transitions.ts';
import { transitionSession } from './session.transitions.ts';

/** The most sessions of one call. */
const mostAtOnce = 100;

/** Takes each of the sessions to the state. What is refused for one does not keep the others from their step. */
export async function transitionSessions(
  write: Writer,
  ids: readonly string[],
  to: SessionState,
  options: StepOptions,
): Promise<SessionStepResult[]> {
  if (ids.length > mostAtOnce) throw invalid(`names at most ${mostAtOnce}`, 'ids');
  const results: SessionStepResult[] = [];
  for (const id of ids) {
    try {
      // A part of the payload: what it shows of the session is read in its transaction.
      const part = await write.transaction(async (changes) => {
        const session = await transitionSession(changes, id, to, options);
        return { results: [{ id, session: new RowReference('Session', session.id), error: null }] };
      });
      results.push(...part.results);
    } catch (error) {
      // A bug stops the whole: only what callers may see is an answer for one.
      if (!(error instanceof PublicError)) throw error;
      results.push({ id, session: null, error: { code: error.code, message: error.message } });
    }
  }
  // The audit has a line for the call too, where nothing of it was done.
  if (results.every(({ error }) => error)) await write.transaction(async () => {});
  return results;
}
