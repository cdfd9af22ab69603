/**
 * Whose sessions are whose: of the person who created one, and of those at whose profile it is. Summed up by the database,
 * and written as PostgreSQL prints it back, so that a check of the migrations finds no difference.
 */
import type { Rel } from '@mikro-orm/core';
import { Entity, ManyToOne } from '@mikro-orm/decorators/legacy';
import { User } from '../accounts/user.entity.ts';
import { Session } from './session.entity.ts';

/** A session that is somebody's; who created it and speaks at it has it twice. Not a type of the schema. */
@Entity({
  tableName: 'session_people',
  view: true,
  expression:
    'select s.creator_id as user_id, s.id as session_id from sessions s where s.creator_id is not null ' +
    'union all select p.user_id, l.session_id from session_speakers l join speakers p on p.id = l.speaker_id where p.user_id is not null and p.deleted_at is null',
})
export class SessionPerson {
  @ManyToOne({ entity: () => User, primary: true, fieldName: 'user_id' })
  user!: Rel<User>;
  @ManyToOne({ entity: () => Session, primary: true, fieldName: 'session_id' })
  session!: Rel<Session>;
}
