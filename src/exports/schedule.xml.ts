/** Schedules as schedule.xml, which began with Pentabarf and which apps and screens of many conferences read: days, rooms, events. */
import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { version } from '../platform/project.ts';
import { printable } from './printable.ts';
import type { Schedule, ScheduledSession } from './schedule.ts';
import {
  acronymOf,
  daysOfSchedule,
  languageOf,
  localTime,
  noRoom,
  numbersOf,
  slugOf,
  uuidIn,
  versionOf,
} from './schedule.days.ts';

/** The numbers of what is in one file. */
interface Numbers {
  readonly sessions: ReadonlyMap<string, number>;
  readonly speakers: ReadonlyMap<string, number>;
}

/** The schedule as XML; days and times are those of the event's zone. */
export function toScheduleXml(schedule: Schedule): string {
  const days = daysOfSchedule(schedule);
  const numbers: Numbers = {
    sessions: numbersOf(schedule.sessions.map(({ id }) => id)),
    speakers: numbersOf(schedule.sessions.flatMap(({ speakers }) => speakers.map(({ id }) => id))),
  };
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('schedule');
  root.ele('generator', { name: 'Convoke', version });
  addTexts(root, { url: schedule.address, version: versionOf(schedule) });
  addConference(root, schedule, days.length);
  for (const { index, date, start, end, rooms } of days) {
    const day = root.ele('day', { index: String(index), date, start: start.toISO()!, end: end.toISO()! });
    for (const { id, name, sessions } of rooms) {
      const room = day.ele('room', { name: printable(name), ...(id ? { guid: uuidIn(id) } : {}) });
      for (const session of sessions) addEvent(room, schedule, session, numbers);
    }
  }
  return root.end({ prettyPrint: true });
}

function addConference(root: XMLBuilder, schedule: Schedule, days: number): void {
  const conference = root.ele('conference');
  addTexts(conference, {
    title: schedule.name,
    acronym: acronymOf(schedule),
    start: localTime(schedule, schedule.startsAt).toISO(),
    end: localTime(schedule, schedule.endsAt).toISO(),
    days: String(days),
    timeslot_duration: '00:05',
    base_url: schedule.page,
    url: schedule.url ?? schedule.page,
    time_zone_name: schedule.timezone,
  });
  const tracks = new Map(schedule.sessions.flatMap(({ track }) => (track ? [[track.id, track]] : [])));
  for (const { name, color } of tracks.values()) conference.ele('track', { name: printable(name), color });
}

function addEvent(room: XMLBuilder, schedule: Schedule, session: ScheduledSession, numbers: Numbers): void {
  const number = numbers.sessions.get(session.id)!;
  const start = localTime(schedule, session.startsAt);
  const event = room.ele('event', { id: String(number), guid: uuidIn(session.id) });
  addTexts(event, {
    room: session.room?.name ?? noRoom.name,
    title: session.title,
    subtitle: session.subtitle ?? '',
    type: session.sessionType?.name ?? '',
    date: start.toISO(),
    start: start.toFormat('HH:mm'),
    duration: durationOf(session),
    abstract: session.shortAbstract ?? '',
    slug: `${acronymOf(schedule)}-${number}-${slugOf(session.title, 'session')}`,
    track: session.track?.name ?? '',
  });
  const persons = event.ele('persons');
  for (const { id, name } of session.speakers)
    persons.ele('person', { id: String(numbers.speakers.get(id)), guid: uuidIn(id) }).txt(printable(name));
  addTexts(event, { language: languageOf(session.language), description: session.longAbstract ?? '' });
  const links = event.ele('links');
  for (const [label, href] of [
    ['Website', session.website],
    ['Video', session.videoUrl],
  ] as const)
    if (href) links.ele('link', { href }).txt(label);
  const attachments = event.ele('attachments');
  if (session.slidesUrl) attachments.ele('attachment', { href: session.slidesUrl }).txt('Slides');
  addTexts(event, { url: schedule.page });
}

/** Hours and minutes; the format has two digits for the hours. */
function durationOf({ startsAt, endsAt }: ScheduledSession): string {
  const minutes = Math.min(Math.round((Date.parse(endsAt) - Date.parse(startsAt)) / 60_000), 99 * 60 + 59);
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Adds an element for each text, in their order; none where it is null. */
function addTexts(parent: XMLBuilder, texts: Readonly<Record<string, string | null>>): void {
  for (const [name, text] of Object.entries(texts)) if (text !== null) parent.ele(name).txt(printable(text));
}
