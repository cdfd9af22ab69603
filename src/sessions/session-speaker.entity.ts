/**
 * Who speaks in a session. Both rows belong to the same event: the services that link them see to it, and the database
 * once more, since the predicates of the permission tables rely on it (permissions/sql.ts).
 */
import type { Rel } from '@mikro-orm/core';
import { Entity, ManyToOne, Trigger } from '@mikro-orm/decorators/legacy';
import { Speaker } from '../speakers/speaker.entity.ts';
import { Session } from './session.entity.ts';

/** A link between a session and a speaker; not a type of the schema. */
@Entity({ tableName: 'session_speakers' })
@Trigger({
  name: 'session_speakers_same_event',
  timing: 'before',
  events: ['insert', 'update'],
  body:
    'if not exists (select 1 from sessions s join speakers p on p.event_id = s.event_id ' +
    "where s.id = new.session_id and p.id = new.speaker_id) then raise exception 'a session and its speaker are of one event'; " +
    'end if; return new;',
})
export class SessionSpeaker {
  @ManyToOne({ entity: () => Session, primary: true, deleteRule: 'cascade', fieldName: 'session_id' })
  session!: Rel<Session>;
  @ManyToOne({
    entity: () => Speaker,
    primary: true,
    deleteRule: 'cascade',
    fieldName: 'speaker_id',
    index: true,
  })
  speaker!: Rel<Speaker>;
}
