/** Schedules as the XML of Pentabarf, which the apps and screens of many conferences read: days, rooms, events. */
import { DateTime } from 'luxon';
import { create } from 'xmlbuilder2';
import { printable } from './ical.ts';
import type { Schedule, ScheduledSession } from './schedule.ts';

/** A session without a room stands under this name: the format has no place outside of rooms. */
const noRoom = 'To be announced';

/** The schedule as XML; days and times are those of the event's zone. */
export function toPentabarf(schedule: Schedule): string {
  const at = (time: string) => DateTime.fromISO(time, { zone: schedule.timezone });
  const days = Object.entries(Object.groupBy(schedule.sessions, ({ startsAt }) => at(startsAt).toISODate()!));
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('schedule');
  const conference = root.ele('conference');
  const about = {
    title: schedule.name,
    acronym: schedule.identifier,
    venue: schedule.locationName ?? '',
    start: at(schedule.startsAt).toISODate()!,
    end: at(schedule.endsAt).toISODate()!,
    days: String(days.length),
    timeslot_duration: '00:05',
    time_zone_name: schedule.timezone,
  };
  for (const [name, text] of Object.entries(about)) conference.ele(name).txt(printable(text));
  for (const [index, [date, sessions = []]] of days.entries()) {
    const day = root.ele('day', { index: String(index + 1), date });
    for (const [name, inRoom = []] of Object.entries(Object.groupBy(sessions, ({ room }) => room?.name ?? noRoom))) {
      const room = day.ele('room', { name: printable(name) });
      for (const session of inRoom) addEvent(room, session, at(session.startsAt), at(session.endsAt));
    }
  }
  return root.end({ prettyPrint: true });
}

function addEvent(room: ReturnType<ReturnType<typeof create>['ele']>, session: ScheduledSession, start: DateTime, end: DateTime): void {
  const event = room.ele('event', { id: session.id, guid: session.id });
  const texts: Record<string, string | null> = {
    date: start.toISO(),
    start: start.toFormat('HH:mm'),
    duration: end.diff(start).toFormat('hh:mm'),
    room: session.room?.name ?? noRoom,
    slug: session.id,
    title: session.title,
    subtitle: session.subtitle,
    track: session.track?.name ?? null,
    type: session.sessionType?.name ?? null,
    language: session.language,
    abstract: session.shortAbstract,
    description: session.longAbstract,
  };
  for (const [name, text] of Object.entries(texts)) event.ele(name).txt(printable(text ?? ''));
  const persons = event.ele('persons');
  for (const { id, name } of session.speakers) persons.ele('person', { id }).txt(printable(name));
  const links = event.ele('links');
  for (const [label, href] of [['Slides', session.slidesUrl], ['Video', session.videoUrl]] as const) if (href) links.ele('link', { href }).txt(label);
}
