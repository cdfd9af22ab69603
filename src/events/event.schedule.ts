/** Publishing the schedule of an event: a date on the event, and a word to its speakers. It hides and shows nothing. */
import { z } from 'zod';
import { notify } from '../notifications/notify.ts';
import type { Changes } from '../platform/data/writer.ts';
import { mailKind } from '../platform/mail/mail-kind.ts';
import { notificationWithMail } from '../platform/mail/notification-kind.ts';
import { Event } from './event.entity.ts';
import { profileAddress } from '../sessions/session.mail.ts';
import { sessionCalendar } from '../sessions/session.calendar.ts';
import { eventContact, eventLink } from './event.mail-link.ts';
import { scheduleWords } from './event.schedule.words.ts';
import type { EventState } from './event.states.ts';
import { publishEventChange } from './event.topics.ts';

const scheduleMail = mailKind({
  name: 'event.schedulePublished',
  description: 'The schedule of an event at which one speaks is published.',
  payload: z.object({
    eventId: z.uuid(),
    /** Whom: an account, or the profile of a speaker without one. */
    userId: z.uuid().nullable(),
    speakerId: z.uuid().nullable().default(null),
  }),
  words: scheduleWords,
  async find({ eventId, userId, speakerId }, mail) {
    const [event] = await mail.query<{
      name: string;
      identifier: string;
      timezone: string;
      state: EventState;
    }>(
      'SELECT name, identifier, timezone, state FROM events WHERE id = $1 AND deleted_at IS NULL AND schedule_published_at IS NOT NULL',
      [eventId],
    );
    const to = event && (userId !== null ? await mail.toUser(userId) : await profileAddress(mail, speakerId));
    if (!event || !to) return null;
    const sessions = await mail.query<{
      id: string;
      title: string;
      startsAt: Date | null;
      room: string | null;
    }>(
      `SELECT s.id, s.title, s.starts_at AS "startsAt", r.name AS room
       FROM sessions s LEFT JOIN rooms r ON r.id = s.room_id
       WHERE s.event_id = $1 AND s.deleted_at IS NULL AND s.state IN ('ACCEPTED', 'CONFIRMED') AND EXISTS (
         SELECT FROM session_speakers l JOIN speakers p ON p.id = l.speaker_id
         WHERE l.session_id = s.id AND (p.user_id = $2 OR (p.id = $3 AND p.user_id IS NULL)) AND p.deleted_at IS NULL)
       ORDER BY s.starts_at NULLS LAST, s.title`,
      [eventId, userId, speakerId],
    );
    if (sessions.length === 0) return null;
    const { name, timezone, identifier, state } = event;
    return {
      to,
      about: {
        event: name,
        timezone,
        sessions,
        isTheirs: userId !== null,
        link: eventLink(mail, identifier, state, '/schedule'),
      },
      replyTo: await eventContact(mail, eventId),
      calendar: await sessionCalendar(
        mail,
        sessions.map(({ id }) => id),
      ),
    };
  },
});

/** What speakers are told when the schedule is published. */
export const schedulePublished = notificationWithMail(scheduleMail);

/** Publishes the schedule, and tells those who speak in accepted and confirmed sessions. Published already: no change. */
export async function publishSchedule(changes: Changes, id: string): Promise<Event> {
  const event = await changes.take(Event, id, 'update');
  if (event.schedulePublishedAt) return event;
  await setDate(changes, event, new Date());
  changes.record('PUBLISH_SCHEDULE', 'Event', event.id);
  const people = await changes.query(
    `SELECT DISTINCT p.user_id AS "userId", CASE WHEN p.user_id IS NULL THEN p.id END AS "speakerId" FROM sessions s
     JOIN session_speakers l ON l.session_id = s.id JOIN speakers p ON p.id = l.speaker_id
     WHERE s.event_id = $1 AND s.deleted_at IS NULL AND p.deleted_at IS NULL AND s.state IN ('ACCEPTED', 'CONFIRMED')`,
    [event.id],
  );
  const mail = (userId: string) => ({ eventId: event.id, userId, speakerId: null });
  const recipients = people.flatMap(({ userId }) => (userId === null ? [] : [String(userId)]));
  await notify(changes, {
    kind: schedulePublished,
    recipients,
    subject: { resource: 'Event', id: event.id },
    mail,
  });
  const profiles = people.flatMap(({ speakerId }) =>
    speakerId === null ? [] : [{ eventId: event.id, userId: null, speakerId: String(speakerId) }],
  );
  await changes.enqueueAll(scheduleMail, profiles);
  return event;
}

/** Takes the date away; nobody is told. */
export async function unpublishSchedule(changes: Changes, id: string): Promise<Event> {
  const event = await changes.take(Event, id, 'update');
  if (!event.schedulePublishedAt) return event;
  await setDate(changes, event, null);
  changes.record('UNPUBLISH_SCHEDULE', 'Event', event.id);
  return event;
}

async function setDate(changes: Changes, event: Event, date: Date | null): Promise<void> {
  const before = await changes.snapshot('Event', event.id);
  event.schedulePublishedAt = date;
  event.version += 1;
  await publishEventChange(changes, 'UPDATED', event.id, before);
}
