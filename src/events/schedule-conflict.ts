/** Conflicts in the schedule of an event: a room or a speaker booked twice, a session outside of its event or longer than its type. */
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import type { Context } from '../platform/graphql/context.ts';
import { RowBatch } from '../platform/graphql/payload.ts';
import { Room } from '../programme/room.entity.ts';
import { Session } from '../sessions/session.entity.ts';
import { Speaker } from '../speakers/speaker.entity.ts';

/** What is in conflict. */
export enum ScheduleConflictKind {
  ROOM = 'ROOM',
  SPEAKER = 'SPEAKER',
  OUTSIDE_EVENT = 'OUTSIDE_EVENT',
  TOO_LONG = 'TOO_LONG',
}
registerEnumType(ScheduleConflictKind, {
  name: 'ScheduleConflictKind',
  description: 'What is in conflict.',
  valuesConfig: {
    ROOM: { description: 'Two sessions are in the same room at the same time.' },
    SPEAKER: { description: 'A speaker speaks in two sessions at the same time.' },
    OUTSIDE_EVENT: { description: 'A session is not on the days of its event.' },
    TOO_LONG: { description: 'A session is longer than its session type says.' },
  },
});

/** A conflict. */
@ObjectType({
  simpleResolvers: true,
  description: 'A conflict in the schedule of an event. A warning: nothing is refused for it.',
})
export class ScheduleConflict {
  @Field(() => ScheduleConflictKind)
  kind!: ScheduleConflictKind;
  @Field(() => [Session], { description: 'The two that are in conflict, or the one.' })
  sessions!: unknown;
  @Field(() => Room, { nullable: true, description: 'The room that is booked twice.' })
  room!: unknown;
  @Field(() => Speaker, { nullable: true, description: 'The speaker who is booked twice.' })
  speaker!: unknown;
}

/** The most conflicts that are told of at once. */
const maxConflicts = 500;

const pair = 'a.id AS one, b.id AS other';
const overlap = 'b.starts_at < a.ends_at AND b.ends_at > a.starts_at AND a.id < b.id';
/** SQL for the conflicts of the event $1: of all of its sessions, or of $2. Sessions that are out of the running are in nobody's way. */
const conflictsSql = `
  WITH its AS (SELECT e.id, e.timezone, (e.starts_at AT TIME ZONE e.timezone)::date AS first, (e.ends_at AT TIME ZONE e.timezone)::date AS last FROM events e WHERE e.id = $1),
  s AS (SELECT s.* FROM sessions s JOIN its ON its.id = s.event_id
        WHERE s.deleted_at IS NULL AND s.state IN ('PENDING', 'ACCEPTED', 'CONFIRMED') AND s.starts_at IS NOT NULL AND s.ends_at IS NOT NULL),
  found AS (
    SELECT 'ROOM' AS kind, ${pair}, a.room_id AS room, NULL::uuid AS speaker, a.starts_at AS at FROM s a JOIN s b ON b.room_id = a.room_id AND ${overlap}
    UNION ALL
    SELECT 'SPEAKER', ${pair}, NULL, la.speaker_id, a.starts_at FROM s a JOIN session_speakers la ON la.session_id = a.id
      JOIN speakers p ON p.id = la.speaker_id AND p.deleted_at IS NULL
      JOIN session_speakers lb ON lb.speaker_id = la.speaker_id JOIN s b ON b.id = lb.session_id AND ${overlap}
    UNION ALL
    SELECT 'OUTSIDE_EVENT', s.id, NULL, NULL, NULL, s.starts_at FROM s, its
      WHERE (s.starts_at AT TIME ZONE its.timezone)::date NOT BETWEEN its.first AND its.last OR s.ends_at AT TIME ZONE its.timezone > (its.last + 1)::timestamp
    UNION ALL
    SELECT 'TOO_LONG', s.id, NULL, NULL, NULL, s.starts_at FROM s JOIN session_types t ON t.id = s.session_type_id
      WHERE s.ends_at - s.starts_at > make_interval(mins => t.length_minutes))
  SELECT kind, one, other, room, speaker FROM found WHERE $2::uuid IS NULL OR $2 IN (one, other) ORDER BY at, kind, one, other LIMIT ${maxConflicts}`;

type Query = (text: string, values: readonly unknown[]) => Promise<Record<string, unknown>[]>;

/** Whether a session of an event is in conflict with anything. */
export async function isInConflict(query: Query, eventId: string, sessionId: string): Promise<boolean> {
  return (await query(conflictsSql, [eventId, sessionId])).length > 0;
}

/** The conflicts of an event, in the order of time. Who may know of them says the table of events. */
export async function conflictsOf({ write }: Context, eventId: string): Promise<ScheduleConflict[]> {
  const rows = await write.reads.query<Record<string, string | null>>(conflictsSql, [eventId, null]);
  const ids = (...names: string[]) => rows.flatMap((row) => names.flatMap((name) => row[name] ?? []));
  // Each kind of row is read once for all conflicts.
  const sessions = new RowBatch('Session', ids('one', 'other'));
  const rooms = new RowBatch('Room', ids('room'));
  const speakers = new RowBatch('Speaker', ids('speaker'));
  return rows.map(({ kind, one, other, room, speaker }) => ({
    kind: kind as ScheduleConflictKind,
    sessions: sessions.list([one, other]),
    room: rooms.one(room),
    speaker: speakers.one(speaker),
  }));
}
