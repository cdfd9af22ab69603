/** add-session-people: whose sessions are whose: of who created one, and of who speaks in it. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0029 extends Migration {
  override name = '0029-add-session-people';

  override up(): void {
    this.addSql(
      `create view "session_people" as select s.creator_id as user_id, s.id as session_id from sessions s where s.creator_id is not null union all select p.user_id, l.session_id from session_speakers l join speakers p on p.id = l.speaker_id where p.user_id is not null and p.deleted_at is null;`,
    );
  }
}
