/** Who speaks in a session. Both rows belong to the same event: the services that link them see to it. */
import type { Rel } from '@mikro-orm/core';
import { Entity, ManyToOne } from '@mikro-orm/decorators/legacy';
import { Speaker } from '../speakers/speaker.entity.ts';
import { Session } from './session.entity.ts';

/** A link between a session and a speaker; not a type of the schema. */
@Entity({ tableName: 'session_speakers' })
export class SessionSpeaker {
  @ManyToOne({ entity: () => Session, primary: true, deleteRule: 'cascade', fieldName: 'session_id' })
  session!: Rel<Session>;
  @ManyToOne({ entity: () => Speaker, primary: true, deleteRule: 'cascade', fieldName: 'speaker_id', index: true })
  speaker!: Rel<Speaker>;
}
