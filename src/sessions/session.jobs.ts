/** What happens to sessions by itself: once an event has ended, what is still pending there is rejected, and nobody is told. */
import { z } from 'zod';
import type { JobDefinition } from '../platform/jobs/job.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { transitionSessions } from './session.bulk.ts';
import { SessionState } from './session.states.ts';

/** Rejects the pending sessions of events that have ended, by the same steps as people take; harmless to repeat. */
export const closeSessionsJob: JobDefinition<object> = {
  name: 'session.closeEnded',
  payload: z.object({}),
  deadlineSeconds: 300,
  async run(_payload, { database, write, signal }) {
    const sessions = await database.query<{ id: string }>(
      `SELECT s.id FROM sessions s JOIN events e ON e.id = s.event_id
       WHERE s.state = 'PENDING' AND s.deleted_at IS NULL AND e.deleted_at IS NULL AND e.ends_at < now() ORDER BY s.id LIMIT 5000`,
    );
    for (let at = 0; at < sessions.length; at += 100) {
      signal.throwIfAborted();
      const ids = sessions.slice(at, at + 100).map(({ id }) => encodeId('Session', id));
      await transitionSessions(write, ids, SessionState.REJECTED, { notify: false });
    }
  },
};
