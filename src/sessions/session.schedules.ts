/** What becomes of sessions by the time alone: those that nobody decided on while their event lasted are rejected. */
import { z } from 'zod';
import { PublicError } from '../platform/graphql/errors.ts';
import { encodeId } from '../platform/graphql/node.ts';
import type { JobDefinition } from '../platform/jobs/job.ts';
import type { Schedule } from '../platform/jobs/schedule.ts';
import { SessionState } from './session.states.ts';
import { transitionSession } from './session.transitions.ts';

/** Most sessions of one run; the next run goes on. */
const most = 500;

/** Rejects the pending sessions of finished events, by the one transition service. Nobody is sent a mail about the past. */
const rejectPendingSessions: JobDefinition = {
  name: 'session.rejectPending',
  payload: z.object({}),
  deadlineSeconds: 300,
  async run(_payload, { database, write, signal, log }) {
    const pending = await database.query<{ id: string }>(
      `SELECT s.id FROM sessions s JOIN events e ON e.id = s.event_id
       WHERE s.state = 'PENDING' AND s.deleted_at IS NULL AND e.deleted_at IS NULL AND e.ends_at < now() ORDER BY s.id LIMIT ${most}`,
    );
    for (const { id } of pending) {
      signal.throwIfAborted();
      try {
        await write.transaction((changes) => transitionSession(changes, encodeId('Session', id), SessionState.REJECTED));
      } catch (error) {
        // Somebody was quicker, or deleted it.
        if (!(error instanceof PublicError) || !['CONFLICT', 'NOT_FOUND'].includes(error.code)) throw error;
      }
    }
    if (pending.length > 0) log.info({ sessions: pending.length }, 'pending sessions of finished events were rejected');
  },
};

/** The schedules of sessions. */
export const sessionSchedules: readonly Schedule[] = [{ job: rejectPendingSessions, everyMinutes: 60 }];
