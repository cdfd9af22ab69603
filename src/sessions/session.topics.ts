/**
 * The notices of sessions. Every verb that changes a session publishes one in its transaction; a verb that changes an
 * event in a way that shows or hides its sessions publishes one for all of them. Subscribers: session.live.ts.
 */
import type { QueryRow } from '../platform/data/database.ts';
import type { Changes, Notice, RowsBefore } from '../platform/data/writer.ts';

/** The topic of the sessions of an event. */
export const sessionTopic = (eventId: string): string => `session:${eventId}`;

/**
 * Tells of a change of one session.
 * @param before `changes.snapshot('Session', id)` from before the change; null for a session that was not there
 * @param beside what else was different before, where it has a say in who saw the session: see `speakersBefore`
 */
export async function publishSessionChange(
  changes: Changes,
  kind: Notice['kind'],
  sessionId: string,
  eventId: string,
  before: QueryRow | null,
  beside: readonly RowsBefore[] = [],
): Promise<void> {
  if (kind !== 'CREATED' && !before)
    throw new Error('A notice of a change needs the session as it was before');
  await changes.publish({
    topic: sessionTopic(eventId),
    kind,
    resource: 'Session',
    id: sessionId,
    before,
    beside,
  });
}

/** Tells of a change of an event that may show or hide its sessions. @param before the event as it was before */
export async function publishSessionsOfEvent(
  changes: Changes,
  eventId: string,
  before: QueryRow | null,
): Promise<void> {
  const beside: RowsBefore[] = before
    ? [{ resource: 'Event', by: 'id', value: eventId, rows: [before] }]
    : [];
  await changes.publish({
    topic: sessionTopic(eventId),
    kind: 'UPDATED',
    resource: 'Session',
    id: eventId,
    of: 'event',
    beside,
  });
}

/**
 * Tells of a change of a speaker that may show or hide the sessions they speak in: of the profile's user, of its
 * deletion. Call it while the links are there. @param before the speaker as it was before
 */
export async function publishSessionsOfSpeaker(
  changes: Changes,
  speakerId: string,
  before: QueryRow,
): Promise<void> {
  const sessions = await changes.query(
    `SELECT s.id, s.event_id, to_jsonb(s) AS row FROM session_speakers l JOIN sessions s ON s.id = l.session_id
     WHERE l.speaker_id = $1 AND s.deleted_at IS NULL`,
    [speakerId],
  );
  const beside: RowsBefore[] = [{ resource: 'Speaker', by: 'id', value: speakerId, rows: [before] }];
  for (const { id, event_id: eventId, row } of sessions) {
    await publishSessionChange(changes, 'UPDATED', id as string, eventId as string, row as QueryRow, beside);
  }
}

/** Who speaks in a session, from before a change of that; whoever spoke in it saw it, in whatever state. */
export async function speakersBefore(changes: Changes, sessionId: string): Promise<RowsBefore[]> {
  const rows = await changes.query(
    'SELECT to_jsonb(l) AS row FROM session_speakers l WHERE l.session_id = $1',
    [sessionId],
  );
  return [
    {
      resource: 'SessionSpeaker',
      by: 'session',
      value: sessionId,
      rows: rows.map(({ row }) => row as QueryRow),
    },
  ];
}
