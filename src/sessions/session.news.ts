/**
 * Whom a step of a session is told to, by notification and by mail: those who speak in it and who submitted it, its
 * team when it was not the team's own step, the owner of the event when it is submitted. Nobody is told of what they
 * did themselves.
 */
import { isInConflict } from '../events/schedule-conflict.ts';
import { notify } from '../notifications/notify.ts';
import type { Changes } from '../platform/data/writer.ts';
import type { NotificationKind } from '../platform/mail/notification-kind.ts';
import { notificationKind, notificationWithMail } from '../platform/mail/notification-kind.ts';
import { sessionStateMail, sessionSubmittedMail } from './session.mail.ts';
import type { SessionState } from './session.states.ts';

const stateChanged = notificationWithMail(sessionStateMail);
const submitted = notificationWithMail(sessionSubmittedMail);
const moved = notificationKind({
  name: 'session.moved',
  description:
    'Somebody who speaks in a session of an event on whose team one is, or submitted it, gives it another state.',
});

const inConflict = notificationKind({
  name: 'session.inConflict',
  description:
    'Somebody else on the team of an event schedules a session so that it is in conflict with the schedule.',
});

/** What people are told of sessions. */
export const sessionNews: readonly NotificationKind<any>[] = [stateChanged, submitted, moved, inConflict];

/** Tells the rest of the team where a session that was scheduled is in conflict with the schedule. */
export async function tellOfConflicts(changes: Changes, sessionId: string, eventId: string): Promise<void> {
  if (!(await isInConflict((text, values) => changes.query(text, values), eventId, sessionId))) return;
  const recipients = await peopleWithRole(changes, eventId, ['OWNER', 'ORGANIZER', 'COORGANIZER']);
  await notify(changes, { kind: inConflict, recipients, subject: { resource: 'Session', id: sessionId } });
}

/** Tells the owner of the event that a session was submitted. */
export async function tellOfSubmission(changes: Changes, sessionId: string, eventId: string): Promise<void> {
  const owners = await peopleWithRole(changes, eventId, ['OWNER']);
  const mail = (userId: string) => ({ sessionId, userId });
  await notify(changes, {
    kind: submitted,
    recipients: owners,
    subject: { resource: 'Session', id: sessionId },
    mail,
  });
}

/** Those who speak in a session: people by their user ids, and the ids of profiles without an account. */
export async function speakersOf(
  changes: Changes,
  sessionId: string,
): Promise<{ readonly users: string[]; readonly profiles: string[] }> {
  const speakers = await changes.query(
    'SELECT p.id, p.user_id AS "userId" FROM session_speakers l JOIN speakers p ON p.id = l.speaker_id AND p.deleted_at IS NULL WHERE l.session_id = $1',
    [sessionId],
  );
  return {
    users: speakers.flatMap(({ userId }) => (userId === null ? [] : [String(userId)])),
    profiles: speakers.flatMap(({ id, userId }) => (userId === null ? [String(id)] : [])),
  };
}

/** Tells those who speak in a session, and who submitted it, of its new state. */
export async function tellSpeakers(changes: Changes, sessionId: string, state: SessionState): Promise<void> {
  const people = await changes.query(
    `SELECT p.user_id AS "userId", CASE WHEN p.user_id IS NULL THEN p.id END AS "speakerId"
     FROM session_speakers l JOIN speakers p ON p.id = l.speaker_id AND p.deleted_at IS NULL WHERE l.session_id = $1
     UNION SELECT s.creator_id, NULL FROM sessions s WHERE s.id = $1 AND NOT s.entered_by_team AND s.creator_id IS NOT NULL`,
    [sessionId],
  );
  const recipients = people.flatMap(({ userId }) => (userId === null ? [] : [String(userId)]));
  const mail = (userId: string) => ({ sessionId, state, userId, speakerId: null });
  await notify(changes, {
    kind: stateChanged,
    recipients,
    subject: { resource: 'Session', id: sessionId },
    mail,
  });
  const profiles = people.flatMap(({ speakerId }) => (speakerId === null ? [] : [String(speakerId)]));
  await changes.enqueueAll(
    sessionStateMail,
    profiles.map((speakerId) => ({ sessionId, state, userId: null, speakerId })),
  );
}

/** Tells the team of the event that a session has another state by no doing of theirs. */
export async function tellTeam(changes: Changes, sessionId: string, eventId: string): Promise<void> {
  const recipients = await peopleWithRole(changes, eventId, ['OWNER', 'ORGANIZER', 'COORGANIZER']);
  await notify(changes, { kind: moved, recipients, subject: { resource: 'Session', id: sessionId } });
}

async function peopleWithRole(
  changes: Changes,
  eventId: string,
  roles: readonly string[],
): Promise<string[]> {
  const people = await changes.query(
    'SELECT DISTINCT user_id AS id FROM event_members WHERE event_id = $1 AND role = ANY($2)',
    [eventId, roles],
  );
  return people.map(({ id }) => String(id));
}
