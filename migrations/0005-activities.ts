/** Activities: rows that are only ever added. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0005 extends Migration {
  override name = '0005-activities';

  override up(): void {
    this.addSql(
      `create table "activities" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "action" text not null, "actor_id" uuid null, "actor_kind" text not null, "object_type" text null, "object_id" uuid null, "field_changes" jsonb not null default '[]', "mutation" text null, "request_id" text null, "address" text null, primary key ("id"));`,
    );
    this.addSql(`create index "activities_actor_id_index" on "activities" ("actor_id");`);
    this.addSql(
      `create index "activities_object_id_created_at_index" on "activities" ("object_id", "created_at");`,
    );
    this.addSql(`create index "activities_created_at_id_index" on "activities" ("created_at", "id");`);
    this.addSql(`alter table "settings" add "activities_retention_days" int not null default 365;`);
    this.addSql(
      `create or replace function "activities_activities_append_only_fn"() returns trigger as $$ begin if tg_op = 'DELETE' and old.created_at < now() - make_interval(days => (select s.activities_retention_days from settings s)) then return old; end if; raise exception 'activities are only ever added, and deleted when their time is over'; end; $$ language plpgsql;`,
    );
    this.addSql(
      `create trigger "activities_append_only" BEFORE UPDATE OR DELETE on "activities" for each ROW execute function "activities_activities_append_only_fn"();`,
    );
    // By hand: MikroORM does not see triggers of TRUNCATE.
    this.addSql(
      `create or replace function "activities_kept_fn"() returns trigger as $$ begin raise exception 'activities are only ever added, and deleted when their time is over'; end; $$ language plpgsql;`,
    );
    this.addSql(
      `create trigger "activities_kept" BEFORE TRUNCATE on "activities" for each STATEMENT execute function "activities_kept_fn"();`,
    );
  }
}
