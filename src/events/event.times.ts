/**
 * The times that hang on an event when it moves: those of its sessions and of its call. A time keeps its hour on the
 * clocks of the event's zone and a session its length, whatever the clocks do in between.
 */
import { DateTime } from 'luxon';
import { Statement } from '../platform/data/sql.ts';
import type { Changes } from '../platform/data/writer.ts';
import { PublicError } from '../platform/graphql/errors.ts';
import { encodeId } from '../platform/graphql/node.ts';

/** When something starts, and by which clocks. */
export interface Start {
  readonly startsAt: Date;
  readonly timezone: string;
}

/** A move: from one start to another, perhaps by other clocks. */
export interface Move {
  readonly from: Start;
  readonly to: Start;
}

/** The first and the last moment of the days of an event, in its time zone. */
export function daysOf({ startsAt, endsAt, timezone }: Start & { readonly endsAt: Date }): {
  readonly first: DateTime;
  readonly last: DateTime;
} {
  const day = (time: Date) => DateTime.fromJSDate(time).setZone(timezone);
  return { first: day(startsAt).startOf('day'), last: day(endsAt).endOf('day') };
}

/** The time that shows the same hour on the clocks of another zone. */
export function atSameHour(time: Date, from: string, to: string): Date {
  return DateTime.fromJSDate(time, { zone: from }).setZone(to, { keepLocalTime: true }).toJSDate();
}

/** SQL for a time after the move: as far from the new start as it was from the old one, on the clocks. */
export function movedTime(statement: Statement, { from, to }: Move, time: string): string {
  if (from.timezone === to.timezone && from.startsAt.getTime() === to.startsAt.getTime()) return time;
  const zone = (name: string) => statement.param(name, 'text');
  const local = ({ startsAt, timezone }: Start) =>
    `(${statement.param(startsAt.toISOString(), 'timestamptz')} AT TIME ZONE ${zone(timezone)})`;
  return `(((${time}) AT TIME ZONE ${zone(from.timezone)} + (${local(to)} - ${local(from)})) AT TIME ZONE ${zone(to.timezone)})`;
}

/** A start and an end, as SQL. */
interface Span {
  readonly start: string;
  readonly end: string;
}

/** SQL for the end of a session after the move: as long after its start as it was. Without a start it moves like any time. */
export function movedWithLength(statement: Statement, move: Move, { start, end }: Span): string {
  return `CASE WHEN ${start} IS NULL THEN ${movedTime(statement, move, end)} ELSE ${movedTime(statement, move, start)} + (${end} - ${start}) END`;
}

/** SQL for an end after the move: at the same hour, but where the clocks would put it before its start. */
export function movedEnd(statement: Statement, move: Move, span: Span): string {
  const [start, end] = [movedTime(statement, move, span.start), movedTime(statement, move, span.end)];
  return `CASE WHEN ${end} <= ${start} THEN ${movedWithLength(statement, move, span)} ELSE ${end} END`;
}

/** An event, as far as its dates go. */
interface Dated extends Start {
  readonly id: string;
  readonly endsAt: Date;
}

/** The sessions that take place, or may come to: the others stand in nobody's way. */
const standing = `s.deleted_at IS NULL AND s.state NOT IN ('REJECTED', 'CANCELED', 'WITHDRAWN')`;

/**
 * Moves what hangs on an event whose dates or zone are changed, and refuses the change where it would leave sessions
 * outside of the event's days that were inside.
 * @param event as it will be
 * @param before as it was
 * @param options.shiftSessions sessions move as far as the start of the event does
 * @param options.keepLocalTimes sessions and the call show the same hours on the clocks of the new zone
 * @param options.path the key of the input that is at fault where a session is left outside
 * @returns whether sessions were moved. Throws BAD_USER_INPUT that names the sessions
 */
export async function moveSchedule(
  changes: Changes,
  event: Dated,
  before: Dated,
  {
    shiftSessions,
    keepLocalTimes,
    path,
  }: { readonly shiftSessions: boolean; readonly keepLocalTimes: boolean; readonly path: string },
): Promise<boolean> {
  const timezone = keepLocalTimes ? event.timezone : before.timezone;
  const stays = { startsAt: atSameHour(before.startsAt, before.timezone, timezone), timezone };
  const move: Move = { from: before, to: shiftSessions ? { startsAt: event.startsAt, timezone } : stays };
  await assertInside(changes, { event, before, move, path });
  if (keepLocalTimes) await moveCall(changes, event.id, { from: before, to: stays });
  return moveSessions(changes, event.id, move);
}

async function assertInside(
  changes: Changes,
  { event, before, move, path }: { event: Dated; before: Dated; move: Move; path: string },
): Promise<void> {
  const statement = new Statement();
  const times = { start: 's.starts_at', end: 's.ends_at' };
  const moved = {
    start: movedTime(statement, move, times.start),
    end: movedWithLength(statement, move, times),
  };
  const isOutside = (days: Dated, { start, end }: { start: string; end: string }) => {
    const [first, last] = [daysOf(days).first, daysOf(days).last].map((moment) =>
      statement.param(moment.toJSDate().toISOString(), 'timestamptz'),
    );
    return `coalesce(${start} < ${first} OR ${start} > ${last} OR ${end} < ${first} OR ${end} > ${last}, false)`;
  };
  const outside = await changes.query(
    `SELECT s.id, s.title FROM sessions s WHERE s.event_id = ${statement.param(event.id, 'uuid')} AND ${standing}
       AND ${isOutside(event, moved)} AND NOT ${isOutside(before, times)} ORDER BY s.starts_at, s.id`,
    statement.values,
  );
  if (outside.length === 0) return;
  const named = outside
    .slice(0, 5)
    .map(({ title }) => `“${String(title)}”`)
    .join(', ');
  const more = outside.length > 5 ? ` and ${outside.length - 5} more` : '';
  const message = `would leave sessions outside of the event: ${named}${more}. Move them first, or pass shiftSessions: true`;
  throw new PublicError('BAD_USER_INPUT', `input.${path}: ${message}`, {
    fields: [{ path: ['input', path], message }],
    sessions: outside.map(({ id }) => encodeId('Session', String(id))),
  });
}

async function moveSessions(changes: Changes, eventId: string, move: Move): Promise<boolean> {
  const statement = new Statement();
  const start = movedTime(statement, move, 'starts_at');
  if (start === 'starts_at') return false;
  const end = movedWithLength(statement, move, { start: 'starts_at', end: 'ends_at' });
  const moved = await changes.query(
    `UPDATE sessions SET starts_at = ${start}, ends_at = ${end}, version = version + 1, updated_at = now()
     WHERE event_id = ${statement.param(eventId, 'uuid')} AND (starts_at IS NOT NULL OR ends_at IS NOT NULL)
       AND (starts_at IS DISTINCT FROM ${start} OR ends_at IS DISTINCT FROM ${end}) RETURNING id`,
    statement.values,
  );
  for (const { id } of moved) changes.record('UPDATE', 'Session', String(id), ['startsAt', 'endsAt']);
  return moved.length > 0;
}

async function moveCall(changes: Changes, eventId: string, move: Move): Promise<void> {
  const statement = new Statement();
  const ends = ['ends_at', 'soft_ends_at'].map(
    (column) => `${column} = ${movedEnd(statement, move, { start: 'starts_at', end: column })}`,
  );
  const times = [`starts_at = ${movedTime(statement, move, 'starts_at')}`, ...ends];
  const [call] = await changes.query(
    `UPDATE calls_for_speakers SET ${times.join(', ')}, updated_at = now() WHERE event_id = ${statement.param(eventId, 'uuid')} RETURNING id`,
    statement.values,
  );
  if (call)
    changes.record('UPDATE', 'CallForSpeakers', String(call.id), ['startsAt', 'endsAt', 'softEndsAt']);
}
