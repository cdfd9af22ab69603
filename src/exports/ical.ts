/** Schedules as calendars: iCalendar (RFC 5545), and the same as XML (xCal, RFC 6321). */
import ical, { ICalCalendarMethod } from 'ical-generator';
import { create } from 'xmlbuilder2';
import type { Schedule, ScheduledSession } from './schedule.ts';
import { aboutSession } from './schedule.ts';

const product = '//Convoke//Schedule//EN';

/** An entry of a calendar: the event as a whole, or one of its sessions. */
interface Entry {
  readonly id: string;
  readonly start: string;
  readonly end: string;
  readonly stamp: string;
  readonly summary: string;
  readonly description: string;
  readonly location: string | null;
  readonly url: string | null;
  readonly categories: readonly string[];
}

function entriesOf(schedule: Schedule): Entry[] {
  const { id, name, description, startsAt, endsAt, updatedAt, locationName, url, sessions } = schedule;
  const whole = { id, start: startsAt, end: endsAt, stamp: updatedAt, summary: name, description: description ?? '', location: locationName, url, categories: [] };
  return [whole, ...sessions.map((session) => entryOf(session, locationName))];
}

function entryOf(session: ScheduledSession, locationName: string | null): Entry {
  const { id, startsAt, endsAt, updatedAt, title, room, track } = session;
  const location = [room?.name, locationName].filter(Boolean).join(', ') || null;
  return { id, start: startsAt, end: endsAt, stamp: updatedAt, summary: title, description: aboutSession(session), location, url: null, categories: track ? [track.name] : [] };
}

/** The calendar as text. */
export function toICalendar(schedule: Schedule): string {
  // The library writes this one as it is: a line break in it would begin a line of its own.
  const calendar = ical({ name: printable(schedule.name).replace(/\s+/g, ' '), prodId: product, method: ICalCalendarMethod.PUBLISH });
  for (const { id, start, end, stamp, summary, description, location, url, categories } of entriesOf(schedule)) {
    calendar.createEvent({
      id,
      start: new Date(start),
      end: new Date(end),
      stamp: new Date(stamp),
      summary,
      ...(description ? { description } : {}),
      ...(location ? { location } : {}),
      ...(url ? { url } : {}),
      categories: categories.map((name) => ({ name })),
    });
  }
  return calendar.toString();
}

/** The calendar as XML. */
export function toXCal(schedule: Schedule): string {
  const text = (value: string) => ({ text: printable(value) });
  const time = (value: string) => ({ 'date-time': new Date(value).toISOString().replace(/\.\d+/, '') });
  return create(
    { version: '1.0', encoding: 'UTF-8' },
    {
      icalendar: {
        '@xmlns': 'urn:ietf:params:xml:ns:icalendar-2.0',
        vcalendar: {
          properties: { prodid: text(`-${product}`), version: text('2.0'), method: text('PUBLISH'), 'x-wr-calname': { unknown: printable(schedule.name) } },
          components: {
            vevent: entriesOf(schedule).map(({ id, start, end, stamp, summary, description, location, url, categories }) => ({
              properties: {
                uid: text(id),
                dtstamp: time(stamp),
                dtstart: time(start),
                dtend: time(end),
                summary: text(summary),
                ...(description ? { description: text(description) } : {}),
                ...(location ? { location: text(location) } : {}),
                ...(url ? { url: { uri: url } } : {}),
                ...(categories.length > 0 ? { categories: { text: categories.map(printable) } } : {}),
              },
            })),
          },
        },
      },
    },
  ).end({ prettyPrint: true });
}

/** Text without the control characters that XML has no way to write. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '');
}
