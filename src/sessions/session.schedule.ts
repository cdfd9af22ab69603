/** When and where sessions take place: within the days of their event, and two in one room are told of. */
import { daysOf } from '../events/event.times.ts';
import type { Changes } from '../platform/data/writer.ts';
import type { Statement } from '../platform/data/sql.ts';
import { Problems } from '../platform/inputs.ts';
import type { Session } from './session.entity.ts';

/** The keys of an input that say when a session takes place. */
interface Times {
  readonly startsAt?: Date | null;
  readonly endsAt?: Date | null;
}

/**
 * Throws BAD_USER_INPUT where a session ends before it starts, or where the times that an input names are outside of
 * the days of its event, in the event's time zone. The event keeps its dates until the transaction ends.
 */
export async function assertSchedule(
  changes: Changes,
  { startsAt, endsAt }: Session,
  eventId: string,
  input: Times,
): Promise<void> {
  if (!input.startsAt && !input.endsAt) return;
  const problems = new Problems();
  noteDisorder({ startsAt, endsAt }, problems);
  const [event] = await changes.query(
    'SELECT starts_at, ends_at, timezone FROM events WHERE id = $1 FOR SHARE',
    [eventId],
  );
  const [from, to] = [event.starts_at, event.ends_at].map((time) => new Date(time as string | Date));
  const { first, last } = daysOf({ startsAt: from, endsAt: to, timezone: String(event.timezone) });
  for (const field of ['startsAt', 'endsAt'] as const) {
    const time = input[field];
    if (!time || (time >= first.toJSDate() && time <= last.toJSDate())) continue;
    problems.add(
      field,
      `must be on the days of the event: ${first.toISODate()} to ${last.toISODate()}, ${event.timezone}`,
    );
  }
  problems.assertNone();
}

/** Notes an end that is not after its start. */
export function noteDisorder({ startsAt, endsAt }: Times, problems: Problems): void {
  if (startsAt && endsAt && endsAt <= startsAt) problems.add('endsAt', 'must be after startsAt');
}

/** SQL over the alias of a session: it takes place in the same room and at the same time as this one. */
export function overlapSql(statement: Statement, alias: string, sessionId: string): string {
  const id = statement.param(sessionId, 'uuid');
  return (
    `EXISTS (SELECT FROM sessions own WHERE own.id = ${id} AND own.id <> ${alias}.id AND own.room_id = ${alias}.room_id ` +
    `AND own.starts_at < ${alias}.ends_at AND own.ends_at > ${alias}.starts_at ` +
    `AND own.deleted_at IS NULL AND own.state IN (${takingPlace}) AND ${alias}.state IN (${takingPlace}))`
  );
}

/** The states of sessions that take up a room, or may come to. */
const takingPlace = `'PENDING', 'ACCEPTED', 'CONFIRMED'`;
