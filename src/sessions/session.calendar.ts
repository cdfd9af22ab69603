/** The calendar part of mails about sessions: what the reader's calendar is to have, or to strike out. */
import { eventLink } from '../events/event.mail-link.ts';
import type { EventState } from '../events/event.states.ts';
import { toICalendar } from '../exports/ical.ts';
import { encodeId } from '../platform/graphql/node.ts';
import type { MailContext } from '../platform/mail/mail-kind.ts';

interface TimedSession extends Record<string, unknown> {
  readonly id: string;
  readonly title: string;
  readonly event: string;
  readonly identifier: string;
  readonly eventState: EventState;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
  readonly takesPlace: boolean;
  readonly location: string | null;
}

/** The sessions with these uuids, as iCalendar; null where none of them has a time. For those who speak in them. */
export async function sessionCalendar(mail: MailContext, ids: readonly string[]): Promise<string | null> {
  const sessions = await mail.query<TimedSession>(
    `SELECT s.id, s.title, e.name AS event, e.identifier, e.state AS "eventState", s.starts_at AS "startsAt", s.ends_at AS "endsAt", s.updated_at AS "updatedAt",
       s.version, s.state IN ('PENDING', 'ACCEPTED', 'CONFIRMED') AND s.deleted_at IS NULL AS "takesPlace", nullif(concat_ws(', ', r.name, e.location_name), '') AS location
     FROM sessions s JOIN events e ON e.id = s.event_id LEFT JOIN rooms r ON r.id = s.room_id
     WHERE s.id = ANY($1::uuid[]) AND s.starts_at IS NOT NULL AND s.ends_at IS NOT NULL ORDER BY s.starts_at, s.id`,
    [ids],
  );
  if (sessions.length === 0) return null;
  const iso = (time: Date) => new Date(time).toISOString();
  const entries = sessions.map(
    ({ id, title, identifier, eventState, startsAt, endsAt, updatedAt, version, takesPlace, location }) => ({
      id: encodeId('Session', id),
      start: iso(startsAt),
      end: iso(endsAt),
      changedAt: iso(updatedAt),
      sequence: version,
      isCanceled: !takesPlace,
      summary: title,
      description: '',
      location,
      url: eventLink(mail, identifier, eventState),
      categories: [],
    }),
  );
  return toICalendar({ name: sessions[0].event, url: entries[0].url, entries });
}
