/** A person holds one role at an event: the highest of those that they held stays. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0032 extends Migration {
  override name = '0032-one-role-per-person';

  override up(): void {
    this.addSql(`
      delete from event_members m using (
        select id, row_number() over (
          partition by event_id, user_id
          order by array_position(array['OWNER', 'ORGANIZER', 'COORGANIZER', 'TRACK_ORGANIZER', 'MODERATOR', 'REGISTRAR'], role), created_at
        ) as place
        from event_members
      ) ranked
      where ranked.id = m.id and ranked.place > 1;
    `);
    this.addSql(`alter table "event_members" drop constraint "event_members_event_id_user_id_role_unique";`);
    this.addSql(
      `alter table "event_members" add constraint "event_members_event_id_user_id_unique" unique ("event_id", "user_id");`,
    );
  }
}
