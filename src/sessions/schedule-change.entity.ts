/**
 * What happens to a schedule that people have seen already. A trigger of `sessions` writes it, so that no way of changing
 * a session escapes: sessions that were on it and are not any more (calendars are told, exports/ical.ts), and sessions
 * whose time or room changed (speakers are told, session.moves.ts).
 */
import type { Rel } from '@mikro-orm/core';
import { Entity, ManyToOne, Property } from '@mikro-orm/decorators/legacy';
import { Event } from '../events/event.entity.ts';
import { Session } from './session.entity.ts';

/** A session that everybody could see with a time, and that was canceled, withdrawn or deleted: when it was to take place. */
@Entity({ tableName: 'canceled_sessions' })
export class CanceledSession {
  @ManyToOne({ entity: () => Session, primary: true, deleteRule: 'cascade', fieldName: 'session_id' })
  session!: Rel<Session>;
  @ManyToOne({ entity: () => Event, deleteRule: 'cascade', fieldName: 'event_id', index: true })
  event!: Rel<Event>;
  @Property({ columnType: 'timestamptz(3)', type: 'Date' })
  startsAt!: Date;
  @Property({ columnType: 'timestamptz(3)', type: 'Date' })
  endsAt!: Date;
  /** Higher than the session had when it was last on the schedule. */
  @Property({ columnType: 'int', type: 'int' })
  version!: number;
  @Property({ columnType: 'timestamptz(3)', type: 'Date' })
  canceledAt!: Date;
}

/** A session whose time or room changed after its schedule was published: as it was when its speakers last heard of it. */
@Entity({ tableName: 'moved_sessions' })
export class MovedSession {
  @ManyToOne({ entity: () => Session, primary: true, deleteRule: 'cascade', fieldName: 'session_id' })
  session!: Rel<Session>;
  @Property({ columnType: 'timestamptz(3)', type: 'Date', nullable: true })
  startsAt!: Date | null;
  @Property({ columnType: 'timestamptz(3)', type: 'Date', nullable: true })
  endsAt!: Date | null;
  /** Its name, since the room may be gone. */
  @Property({ columnType: 'text', type: 'text', nullable: true })
  room!: string | null;
  /** When the first of the changes was made that nobody was told of yet. */
  @Property({ columnType: 'timestamptz(3)', type: 'Date', index: true })
  changedAt!: Date;
}
