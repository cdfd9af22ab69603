/** Schedules as calendars: iCalendar (RFC 5545 and 7986), and the same as XML (xCal, RFC 6321). */
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import { create } from 'xmlbuilder2';
import { printable } from './printable.ts';
import type { CanceledSession, Schedule, ScheduledSession } from './schedule.ts';
import { aboutSession } from './schedule.ts';

const product = '//Convoke//Schedule//EN';
/** How often programs that subscribe to a calendar are asked to look, in seconds. */
const refreshSeconds = 3600;

/** An entry of a calendar: an event as a whole, or one of its sessions. Times are ISO 8601 in UTC. */
export interface CalendarEntry {
  readonly id: string;
  readonly start: string;
  readonly end: string;
  /** When the row was last changed, and how often: by these a calendar knows which of two is the newer one. */
  readonly changedAt: string;
  readonly sequence: number;
  readonly isCanceled: boolean;
  readonly summary: string;
  readonly description: string;
  readonly location: string | null;
  readonly url: string | null;
  readonly categories: readonly string[];
}

/** A calendar: what it is called, where it comes from, and what is in it. */
export interface Calendar {
  readonly name: string;
  readonly url: string | null;
  readonly entries: readonly CalendarEntry[];
}

/** The calendar of a whole schedule: the event, its sessions, and those that were on it and are canceled. */
export function calendarOf(schedule: Schedule): Calendar {
  const { name, page, sessions, canceled } = schedule;
  return {
    name,
    url: page,
    entries: [
      entryOfEvent(schedule),
      ...sessions.map((session) => entryOfSession(schedule, session)),
      ...canceled.map(entryOfCanceled),
    ],
  };
}

/** An event as an entry of a calendar. */
export function entryOfEvent({
  id,
  name,
  description,
  startsAt,
  endsAt,
  updatedAt,
  version,
  locationName,
  url,
  page,
}: Omit<Schedule, 'sessions' | 'canceled'>): CalendarEntry {
  return {
    id,
    start: startsAt,
    end: endsAt,
    changedAt: updatedAt,
    sequence: version,
    isCanceled: false,
    summary: name,
    description: description ?? '',
    location: locationName,
    url: url ?? page,
    categories: [],
  };
}

/** A session as an entry of a calendar. */
export function entryOfSession(
  { locationName, page }: Pick<Schedule, 'locationName' | 'page'>,
  session: ScheduledSession,
): CalendarEntry {
  const { id, startsAt, endsAt, updatedAt, version, title, room, track } = session;
  return {
    id,
    start: startsAt,
    end: endsAt,
    changedAt: updatedAt,
    sequence: version,
    isCanceled: false,
    summary: title,
    description: aboutSession(session),
    location: [room?.name, locationName].filter(Boolean).join(', ') || null,
    url: page,
    categories: track ? [track.name] : [],
  };
}

/** A canceled session: enough for a calendar to strike out what it has, and no word of what the session was. */
export function entryOfCanceled({
  id,
  startsAt,
  endsAt,
  updatedAt,
  version,
}: CanceledSession): CalendarEntry {
  return {
    id,
    start: startsAt,
    end: endsAt,
    changedAt: updatedAt,
    sequence: version,
    isCanceled: true,
    summary: 'Canceled',
    description: '',
    location: null,
    url: null,
    categories: [],
  };
}

/** The calendar as text. */
export function toICalendar({ name, url, entries }: Calendar): string {
  const calendar = ical({
    // The library writes this one as it is.
    name: escaped(line(name)),
    prodId: product,
    method: ICalCalendarMethod.PUBLISH,
    ttl: refreshSeconds,
    ...(url ? { url: uri(url) } : {}),
  });
  for (const {
    id,
    start,
    end,
    changedAt,
    sequence,
    isCanceled,
    summary,
    description,
    location,
    url: page,
    categories,
  } of entries) {
    calendar.createEvent({
      id,
      sequence,
      start: new Date(start),
      end: new Date(end),
      stamp: new Date(changedAt),
      lastModified: new Date(changedAt),
      status: isCanceled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      summary: line(summary),
      ...(description ? { description: printable(description) } : {}),
      ...(location ? { location: line(location) } : {}),
      ...(page ? { url: uri(page) } : {}),
      categories: categories.map((category) => ({ name: line(category) })),
    });
  }
  // Each line ends with a line break, the last one too.
  return `${calendar.toString().replace(/\r\n$/, '')}\r\n`;
}

/** The calendar as XML. */
export function toXCal({ name, url, entries }: Calendar): string {
  const text = (value: string) => ({ text: printable(value) });
  const time = (value: string) => ({ 'date-time': new Date(value).toISOString().replace(/\.\d+/, '') });
  return create(
    { version: '1.0', encoding: 'UTF-8' },
    {
      icalendar: {
        '@xmlns': 'urn:ietf:params:xml:ns:icalendar-2.0',
        vcalendar: {
          properties: {
            prodid: text(`-${product}`),
            version: text('2.0'),
            method: text('PUBLISH'),
            name: text(line(name)),
            'x-wr-calname': { unknown: line(name) },
            ...(url ? { url: { uri: url } } : {}),
          },
          components: {
            vevent: entries.map(
              ({
                id,
                start,
                end,
                changedAt,
                sequence,
                isCanceled,
                summary,
                description,
                location,
                url: page,
                categories,
              }) => ({
                properties: {
                  uid: text(id),
                  sequence: { integer: String(sequence) },
                  dtstamp: time(changedAt),
                  'last-modified': time(changedAt),
                  dtstart: time(start),
                  dtend: time(end),
                  status: text(isCanceled ? 'CANCELLED' : 'CONFIRMED'),
                  summary: text(line(summary)),
                  ...(description ? { description: text(description) } : {}),
                  ...(location ? { location: text(line(location)) } : {}),
                  ...(page ? { url: { uri: page } } : {}),
                  ...(categories.length > 0 ? { categories: { text: categories.map(line) } } : {}),
                },
              }),
            ),
          },
        },
      },
    },
  ).end({ prettyPrint: true });
}

const line = (text: string): string => printable(text).replace(/\s+/g, ' ').trim();
const escaped = (text: string): string => text.replace(/[\\;,]/g, '\\$&');
/** The library escapes in addresses what is only escaped in texts. */
const uri = (address: string): string =>
  address.replaceAll(',', '%2C').replaceAll(';', '%3B').replaceAll('\\', '%5C');
