/** The mails about sessions, which go with the notifications of session.news.ts. */
import { z } from 'zod';
import { eventContact, eventLink } from '../events/event.mail-link.ts';
import type { EventState } from '../events/event.states.ts';
import type { MailContext } from '../platform/mail/mail-kind.ts';
import { mailKind } from '../platform/mail/mail-kind.ts';
import { SessionState } from './session.states.ts';
import { sessionCalendar } from './session.calendar.ts';
import { sessionMovedWords, sessionStateWords, sessionSubmittedWords } from './session.words.ts';
import type { ToldSession } from './session.words.ts';

/** The session as its mails tell of it. */
async function sessionOf(
  mail: MailContext,
  sessionId: string,
): Promise<{ about: ToldSession; replyTo: string | null } | null> {
  const [found] = await mail.query<{
    title: string;
    event: string;
    identifier: string;
    state: EventState;
    eventId: string;
  }>(
    `SELECT s.title, e.name AS event, e.identifier, e.state, e.id AS "eventId"
     FROM sessions s JOIN events e ON e.id = s.event_id WHERE s.id = $1 AND s.deleted_at IS NULL AND e.deleted_at IS NULL`,
    [sessionId],
  );
  if (!found) return null;
  const about = {
    title: found.title,
    event: found.event,
    link: eventLink(mail, found.identifier, found.state),
  };
  return { about, replyTo: await eventContact(mail, found.eventId) };
}

/** Tells one of those who speak in a session, or who submitted it, of its new state. */
export const sessionStateMail = mailKind({
  name: 'session.stateChanged',
  description: 'A session that somebody submitted or speaks in has another state.',
  payload: z.object({
    sessionId: z.uuid(),
    state: z.enum(SessionState),
    /** Whom: an account, or the profile of a speaker without one. */
    userId: z.uuid().nullable(),
    speakerId: z.uuid().nullable(),
  }),
  words: sessionStateWords,
  async find({ sessionId, state, userId, speakerId }, mail) {
    const session = await sessionOf(mail, sessionId);
    if (!session) return null;
    if (!(await isOfParty(mail, sessionId, userId, speakerId))) return null;
    const to = userId !== null ? await mail.toUser(userId) : await profileAddress(mail, speakerId);
    if (!to) return null;
    const about = { ...session.about, state, isTheirs: userId !== null };
    return { to, about, replyTo: session.replyTo, calendar: await sessionCalendar(mail, [sessionId]) };
  },
});

/** Whether they speak in the session, or submitted it, at this moment too: who was taken off it is told of it no more. */
async function isOfParty(
  mail: MailContext,
  sessionId: string,
  userId: string | null,
  speakerId: string | null,
): Promise<boolean> {
  const [found] = await mail.query(
    `SELECT FROM session_speakers l JOIN speakers p ON p.id = l.speaker_id AND p.deleted_at IS NULL
     WHERE l.session_id = $1 AND (p.user_id = $2 OR p.id = $3)
     UNION ALL SELECT FROM sessions WHERE id = $1 AND creator_id = $2 AND NOT entered_by_team`,
    [sessionId, userId, speakerId],
  );
  return found !== undefined;
}

/** The address of a profile without an account; null where it has none. */
export async function profileAddress(mail: MailContext, speakerId: string | null) {
  const [speaker] = await mail.query<{ email: string | null }>(
    'SELECT email FROM speakers WHERE id = $1 AND user_id IS NULL AND deleted_at IS NULL',
    [speakerId],
  );
  return speaker?.email ? mail.toAddress(speaker.email) : null;
}

/** Tells one of those who speak in a session that it has another time or room on a published schedule. */
export const sessionMovedMail = mailKind({
  name: 'session.rescheduled',
  description:
    'The time or the room of a session in which somebody speaks changes after the schedule was published.',
  payload: z.object({
    sessionId: z.uuid(),
    /** Where it was: what its speakers were told before. */
    startsAt: z.iso.datetime().nullable(),
    room: z.string().nullable(),
    userId: z.uuid().nullable(),
    speakerId: z.uuid().nullable(),
  }),
  words: sessionMovedWords,
  async find({ sessionId, startsAt, room, userId, speakerId }, mail) {
    const session = await sessionOf(mail, sessionId);
    if (!session || !(await isOfParty(mail, sessionId, userId, speakerId))) return null;
    const to = userId !== null ? await mail.toUser(userId) : await profileAddress(mail, speakerId);
    const [now] = await mail.query<{ startsAt: Date | null; room: string | null; timezone: string }>(
      `SELECT s.starts_at AS "startsAt", r.name AS room, e.timezone FROM sessions s JOIN events e ON e.id = s.event_id LEFT JOIN rooms r ON r.id = s.room_id WHERE s.id = $1`,
      [sessionId],
    );
    if (!to || !now) return null;
    const before = { startsAt: startsAt === null ? null : new Date(startsAt), room };
    const about = {
      ...session.about,
      isTheirs: userId !== null,
      timezone: now.timezone,
      before,
      now: { startsAt: now.startsAt && new Date(now.startsAt), room: now.room },
    };
    return { to, about, replyTo: session.replyTo, calendar: await sessionCalendar(mail, [sessionId]) };
  },
});

/** Tells the owner of an event of a session that somebody submitted. */
export const sessionSubmittedMail = mailKind({
  name: 'session.submitted',
  description: 'Somebody submits a session to an event that one owns.',
  payload: z.object({ sessionId: z.uuid(), userId: z.uuid() }),
  words: sessionSubmittedWords,
  async find({ sessionId, userId }, mail) {
    const session = await sessionOf(mail, sessionId);
    // Whoever owned the event when it was submitted may have no more to do with it.
    const [owned] = await mail.query(
      `SELECT FROM event_members m JOIN sessions s ON s.event_id = m.event_id WHERE s.id = $1 AND m.user_id = $2 AND m.role = 'OWNER'`,
      [sessionId, userId],
    );
    const to = session && owned && (await mail.toUser(userId));
    if (!session || !to) return null;
    const speakers = await mail.query<{ name: string }>(
      `SELECT p.name FROM session_speakers l JOIN speakers p ON p.id = l.speaker_id
       WHERE l.session_id = $1 AND p.deleted_at IS NULL ORDER BY p.name`,
      [sessionId],
    );
    return {
      to,
      about: { ...session.about, speakers: speakers.map(({ name }) => name).join(', ') || null },
      replyTo: session.replyTo,
    };
  },
});
