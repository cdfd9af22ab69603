/** Publishing the schedule of an event: a date on the event, and a word to its speakers. It hides and shows nothing. */
import { z } from 'zod';
import { notify } from '../notifications/notify.ts';
import type { Changes } from '../platform/data/writer.ts';
import { mailKind } from '../platform/mail/mail-kind.ts';
import { notificationWithMail } from '../platform/mail/notification-kind.ts';
import { Event } from './event.entity.ts';
import { eventLink } from './event.mail-link.ts';
import { scheduleWords } from './event.schedule.words.ts';
import type { EventState } from './event.states.ts';
import { publishEventChange } from './event.topics.ts';

const scheduleMail = mailKind({
  name: 'event.schedulePublished',
  description: 'The schedule of an event at which one speaks is published.',
  payload: z.object({ eventId: z.uuid(), userId: z.uuid() }),
  words: scheduleWords,
  async find({ eventId, userId }, mail) {
    const [event] = await mail.query<{ name: string; identifier: string; timezone: string; state: EventState }>(
      'SELECT name, identifier, timezone, state FROM events WHERE id = $1 AND deleted_at IS NULL AND schedule_published_at IS NOT NULL', [eventId],
    );
    const to = event && (await mail.toUser(userId));
    if (!event || !to) return null;
    const sessions = await mail.query<{ title: string; startsAt: Date | null; room: string | null }>(
      `SELECT s.title, s.starts_at AS "startsAt", r.name AS room
       FROM sessions s LEFT JOIN rooms r ON r.id = s.room_id
       WHERE s.event_id = $1 AND s.deleted_at IS NULL AND s.state IN ('ACCEPTED', 'CONFIRMED') AND EXISTS (
         SELECT FROM session_speakers l JOIN speakers p ON p.id = l.speaker_id
         WHERE l.session_id = s.id AND p.user_id = $2 AND p.deleted_at IS NULL)
       ORDER BY s.starts_at NULLS LAST, s.title`,
      [eventId, userId],
    );
    if (sessions.length === 0) return null;
    const { name, timezone, identifier, state } = event;
    return { to, about: { event: name, timezone, sessions, link: eventLink(mail, identifier, state, '/schedule') } };
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
    `SELECT DISTINCT p.user_id AS id FROM sessions s
     JOIN session_speakers l ON l.session_id = s.id JOIN speakers p ON p.id = l.speaker_id
     WHERE s.event_id = $1 AND s.deleted_at IS NULL AND p.deleted_at IS NULL AND p.user_id IS NOT NULL AND s.state IN ('ACCEPTED', 'CONFIRMED')`,
    [event.id],
  );
  const mail = (userId: string) => ({ eventId: event.id, userId });
  const recipients = people.map((person) => String(person.id));
  await notify(changes, { kind: schedulePublished, recipients, subject: { resource: 'Event', id: event.id }, mail });
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
