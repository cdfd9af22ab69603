/**
 * A schedule as programs for conferences have it, in schedule.xml and schedule.json alike: days that are those of the event
 * and not of what happens to be in it, rooms that are told apart by who they are, and numbers that stay.
 */
import { DateTime } from 'luxon';
import { daysOf } from '../events/event.times.ts';
import { decodeId } from '../platform/graphql/node.ts';
import type { Schedule, ScheduledSession } from './schedule.ts';

/** A session without a room stands under this name: the formats have no place outside of rooms. */
export const noRoom = { id: null, name: 'To be announced' } as const;

/** A room of one day, with what takes place in it. */
export interface DayRoom {
  /** Null for what has no room yet. */
  readonly id: string | null;
  readonly name: string;
  readonly sessions: readonly ScheduledSession[];
}

/** A day of the event, counted from 1. */
export interface Day {
  readonly index: number;
  readonly date: string;
  readonly start: DateTime;
  readonly end: DateTime;
  readonly rooms: readonly DayRoom[];
}

/** The days of an event, and any other on which something takes place, in their order. */
export function daysOfSchedule(schedule: Schedule): Day[] {
  const { timezone, sessions } = schedule;
  const { first, last } = daysOf({
    startsAt: new Date(schedule.startsAt),
    endsAt: new Date(schedule.endsAt),
    timezone,
  });
  const starts = sessions.map(({ startsAt }) => localTime(schedule, startsAt).startOf('day'));
  const from = DateTime.min(first, ...starts);
  const to = DateTime.max(last.startOf('day'), ...starts);
  const days: Day[] = [];
  for (let day = from; day <= to; day = day.plus({ days: 1 })) {
    const date = day.toISODate()!;
    const ofDay = sessions.filter(({ startsAt }) => localTime(schedule, startsAt).toISODate() === date);
    const ends = ofDay.map(({ endsAt }) => localTime(schedule, endsAt));
    days.push({
      index: days.length + 1,
      date,
      start: day,
      end: DateTime.max(day.endOf('day').startOf('second'), ...ends),
      rooms: roomsOf(ofDay),
    });
  }
  return days;
}

function roomsOf(sessions: readonly ScheduledSession[]): DayRoom[] {
  const rooms = Map.groupBy(sessions, ({ room }) => room?.id ?? null);
  return [...rooms].map(([id, inRoom]) => ({
    id,
    name: inRoom[0].room?.name ?? noRoom.name,
    sessions: inRoom,
  }));
}

/** A time of the schedule on the clocks of its event. */
export const localTime = ({ timezone }: Pick<Schedule, 'timezone'>, time: string): DateTime =>
  DateTime.fromISO(time, { zone: timezone });

/** The uuid in an id of the schema. */
export const uuidIn = (id: string): string => decodeId(id).uuid;

/**
 * A whole number for each id, the same at every export: 31 of the digits of the uuid that are left to chance. Where two
 * meet, which happens once in some ten thousand events, the later id takes the next one.
 */
export function numbersOf(ids: Iterable<string>): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  const taken = new Set<number>();
  for (const id of [...new Set(ids)].toSorted()) {
    let number = (Number.parseInt(uuidIn(id).replaceAll('-', '').slice(-8), 16) % 0x7fff_ffff) + 1;
    while (taken.has(number)) number = (number % 0x7fff_ffff) + 1;
    taken.add(number);
    numbers.set(id, number);
  }
  return numbers;
}

/** The short name of the event as these formats allow it: at least four small letters, digits and underscores. */
export const acronymOf = ({ identifier }: Pick<Schedule, 'identifier'>): string =>
  identifier
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .padEnd(4, '_');

/** A text as a part of an address: small letters and digits, joined by dashes; `otherwise` where there are none. */
export function slugOf(text: string, otherwise: string): string {
  const words =
    text
      .normalize('NFKD')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, 60).replace(/-+$/, '') || otherwise;
}

/** What a version of the schedule is called: the moment of its latest change. */
export function versionOf({ updatedAt, sessions, canceled }: Schedule): string {
  return [updatedAt, ...sessions.map((one) => one.updatedAt), ...canceled.map((one) => one.updatedAt)].reduce(
    (one, other) => (one > other ? one : other),
  );
}

/** The two letters of a language that is given by its tag, such as de or pt-BR; `en` for any other words. */
export function languageOf(language: string | null): string {
  return /^([a-z]{2})(?:[-_]|$)/i.exec(language?.trim() ?? '')?.[1].toLowerCase() ?? 'en';
}
