/** Schedules as schedule.json, the younger sister of schedule.xml: the same days, rooms and sessions in a flat list. */
import { version } from '../platform/project.ts';
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

/** The kinds of sessions that the format knows, by words in the names of session types. */
const types: readonly (readonly [RegExp, string])[] = [
  [/lightning/i, 'LIGHTNING_TALK'],
  [/workshop|tutorial/i, 'WORKSHOP'],
  [/hands.?on/i, 'HANDS-ON'],
  [/meeting|meet.?up|bof/i, 'MEETING'],
  [/panel|discussion/i, 'DISCUSSION'],
  [/concert/i, 'CONCERT'],
  [/performance|show/i, 'PERFORMANCE'],
  [/game/i, 'GAME'],
  [/talk|keynote|lecture/i, 'TALK'],
];

/** What has no room or no track refers to this one. */
const none = '00000000-0000-0000-0000-000000000000';

/** The schedule as JSON. */
export function toScheduleJson(schedule: Schedule): string {
  const { name, description, startsAt, endsAt, timezone, sessions, url, page } = schedule;
  const rooms = new Map(sessions.flatMap(({ room }) => (room ? [[room.id, room]] : [])));
  const tracks = new Map(sessions.flatMap(({ track }) => (track ? [[track.id, track]] : [])));
  const numbers = numbersOf(sessions.map(({ id }) => id));
  const isoOf = (time: string) => localTime(schedule, time).toISO();
  const conference = {
    acronym: acronymOf(schedule),
    title: name,
    description,
    start: isoOf(startsAt),
    end: isoOf(endsAt),
    timeslot_duration: 'PT5M',
    // The format knows zones of one slash and no digits alone.
    ...(/^[A-Z][a-z]+\/[A-Z][a-z]+$|^UTC$/.test(timezone) ? { time_zone_name: timezone } : {}),
    url: url ?? page,
    tracks: [...tracks.values()].map((track) => ({
      name: track.name,
      slug: slugOf(track.name, 'track'),
      color: track.color,
    })),
    rooms: [...rooms.values()].map((room) => ({
      name: room.name,
      slug: slugOf(room.name, 'room'),
      guid: uuidIn(room.id),
    })),
    days: daysOfSchedule(schedule).map(({ index, date, start, end }) => ({
      index,
      date,
      start: start.toISO(),
      end: end.toISO(),
    })),
  };
  const events = sessions.map((session) => ({
    guid: uuidIn(session.id),
    start: isoOf(session.startsAt),
    end: isoOf(session.endsAt),
    room: session.room
      ? { name: session.room.name, slug: slugOf(session.room.name, 'room'), guid: uuidIn(session.room.id) }
      : { name: noRoom.name, guid: none },
    slug: `${acronymOf(schedule)}-${numbers.get(session.id)}-${slugOf(session.title, 'session')}`,
    url: page,
    title: session.title,
    subtitle: session.subtitle,
    track: { slug: slugOf(session.track?.name ?? '', 'none') },
    type: typeOf(session),
    language: languageOf(session.language),
    abstract: session.shortAbstract,
    description: session.longAbstract,
    participants: session.speakers.map((speaker) => ({
      name: speaker.name,
      role: 'SPEAKER',
      guid: uuidIn(speaker.id),
    })),
    links: linksOf(session),
    attachments: session.slidesUrl ? [{ type: 'SLIDES', url: session.slidesUrl, title: 'Slides' }] : [],
    state: session.state,
  }));
  const document = {
    generator: { name: 'Convoke', version },
    schedule: { version: versionOf(schedule), conference, events },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function linksOf({ website, videoUrl }: ScheduledSession): object[] {
  return [
    ['WEB', website, 'Website'],
    ['MEDIA', videoUrl, 'Video'],
  ].flatMap(([type, url, title]) => (url ? [{ type, url, title }] : []));
}

function typeOf({ sessionType }: ScheduledSession): string {
  return types.find(([words]) => words.test(sessionType?.name ?? ''))?.[1] ?? 'OTHER';
}
