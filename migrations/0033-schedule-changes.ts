/** What happens to schedules that people have seen: sessions that are canceled, and that move. The address of a calendar of one's own. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0033 extends Migration {
  override name = '0033-schedule-changes';

  override up(): void {
    this.addSql(
      `create table "moved_sessions" ("session_id" uuid not null, "starts_at" timestamptz(3) null, "ends_at" timestamptz(3) null, "room" text null, "changed_at" timestamptz(3) not null, primary key ("session_id"));`,
    );
    this.addSql(`create index "moved_sessions_changed_at_index" on "moved_sessions" ("changed_at");`);
    this.addSql(
      `create table "canceled_sessions" ("session_id" uuid not null, "event_id" uuid not null, "starts_at" timestamptz(3) not null, "ends_at" timestamptz(3) not null, "version" int not null, "canceled_at" timestamptz(3) not null, primary key ("session_id"));`,
    );
    this.addSql(`create index "canceled_sessions_event_id_index" on "canceled_sessions" ("event_id");`);
    this.addSql(`alter table "users" add "calendar_token_hash" text null;`);
    this.addSql(
      `alter table "users" add constraint "users_calendar_token_hash_unique" unique ("calendar_token_hash");`,
    );
    this.addSql(
      `create or replace function "sessions_sessions_schedule_fn"() returns trigger as $$ begin declare was_public boolean := old.state in ('ACCEPTED', 'CONFIRMED') and old.deleted_at is null; is_public boolean := new.state in ('ACCEPTED', 'CONFIRMED') and new.deleted_at is null; was_timed boolean := was_public and old.starts_at is not null and old.ends_at is not null; is_timed boolean := is_public and new.starts_at is not null and new.ends_at is not null; begin if was_timed and not is_timed then insert into canceled_sessions (session_id, event_id, starts_at, ends_at, version, canceled_at) select old.id, e.id, old.starts_at, old.ends_at, greatest(new.version, old.version + 1), now() from events e where e.id = new.event_id and e.state = 'PUBLISHED' and e.deleted_at is null on conflict (session_id) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at, version = excluded.version, canceled_at = excluded.canceled_at; elsif is_timed and not was_timed then delete from canceled_sessions where session_id = new.id; end if; if was_public and is_public and (old.starts_at, old.ends_at, old.room_id) is distinct from (new.starts_at, new.ends_at, new.room_id) then insert into moved_sessions (session_id, starts_at, ends_at, room, changed_at) select old.id, old.starts_at, old.ends_at, (select r.name from rooms r where r.id = old.room_id), now() from events e where e.id = new.event_id and e.schedule_published_at is not null on conflict do nothing; end if; end; return null; end; $$ language plpgsql;`,
    );
    this.addSql(
      `create trigger "sessions_schedule" AFTER UPDATE on "sessions" for each ROW execute function "sessions_sessions_schedule_fn"();`,
    );
    this.addSql(
      `alter table "moved_sessions" add constraint "moved_sessions_session_id_foreign" foreign key ("session_id") references "sessions" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "canceled_sessions" add constraint "canceled_sessions_session_id_foreign" foreign key ("session_id") references "sessions" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "canceled_sessions" add constraint "canceled_sessions_event_id_foreign" foreign key ("event_id") references "events" ("id") on delete cascade;`,
    );
  }
}
