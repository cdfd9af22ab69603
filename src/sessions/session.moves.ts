/**
 * Telling speakers when the time or the room of a published schedule changes. Changes are collected for some minutes
 * first, so that many edits of one session are one mail (schedule-change.entity.ts).
 */
import { z } from 'zod';
import { notify } from '../notifications/notify.ts';
import type { JobDefinition } from '../platform/jobs/job.ts';
import type { Changes } from '../platform/data/writer.ts';
import { notificationWithMail } from '../platform/mail/notification-kind.ts';
import { sessionMovedMail } from './session.mail.ts';
import { speakersOf } from './session.news.ts';

/** For how many minutes changes are collected. */
const minutes = 10;
/** The most sessions that one run tells of; the rest waits for the next. */
const maxPerRun = 500;

/** What speakers are told when their session moves. */
export const sessionMoved = notificationWithMail(sessionMovedMail);

/** Tells of the sessions whose first untold change is long enough ago; harmless to repeat. */
export const tellMovesJob: JobDefinition<object> = {
  name: 'session.tellMoves',
  payload: z.object({}),
  deadlineSeconds: 300,
  async run(_payload, { database, write, signal }) {
    const due = await database.query<{ id: string }>(
      `SELECT session_id AS id FROM moved_sessions WHERE changed_at <= now() - make_interval(mins => ${minutes}) ORDER BY changed_at LIMIT ${maxPerRun}`,
    );
    for (const { id } of due) {
      signal.throwIfAborted();
      await write.transaction((changes) => tellMove(changes, id));
    }
  },
};

/** Tells the speakers of one session, unless it is back where it was, or no longer on a published schedule. */
async function tellMove(changes: Changes, sessionId: string): Promise<void> {
  const [before] = await changes.query(
    'DELETE FROM moved_sessions WHERE session_id = $1 RETURNING starts_at AS "startsAt", ends_at AS "endsAt", room',
    [sessionId],
  );
  if (!before) return;
  const { startsAt, endsAt, room } = before as {
    startsAt: Date | null;
    endsAt: Date | null;
    room: string | null;
  };
  const [moved] = await changes.query(
    `SELECT FROM sessions s JOIN events e ON e.id = s.event_id LEFT JOIN rooms r ON r.id = s.room_id
     WHERE s.id = $1 AND s.deleted_at IS NULL AND s.state IN ('ACCEPTED', 'CONFIRMED') AND e.deleted_at IS NULL AND e.schedule_published_at IS NOT NULL
       AND (s.starts_at, s.ends_at, r.name) IS DISTINCT FROM ($2::timestamptz, $3::timestamptz, $4::text)`,
    [sessionId, startsAt, endsAt, room],
  );
  if (!moved) return;
  const payload = { sessionId, startsAt: startsAt && new Date(startsAt).toISOString(), room };
  const { users, profiles } = await speakersOf(changes, sessionId);
  const mail = (userId: string) => ({ ...payload, userId, speakerId: null });
  await notify(changes, {
    kind: sessionMoved,
    recipients: users,
    subject: { resource: 'Session', id: sessionId },
    mail,
  });
  await changes.enqueueAll(
    sessionMovedMail,
    profiles.map((speakerId) => ({ ...payload, userId: null, speakerId })),
  );
}
