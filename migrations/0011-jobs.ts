/** jobs. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0011 extends Migration {
  override name = '0011-jobs';

  override up(): void {
    this.addSql(
      `create table "jobs" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "kind" text not null, "status" text not null, "progress" double precision null, "message" text null, "error" text null, "url" text null, "attempts" int not null default 0, "started_at" timestamptz(3) null, "finished_at" timestamptz(3) null, "actor_id" uuid null, "actor_kind" text not null, "is_followed" boolean not null default false, "payload" jsonb null, primary key ("id"));`,
    );
    this.addSql(`create index "jobs_actor_id_index" on "jobs" ("actor_id");`);
    this.addSql(`create index "jobs_created_at_id_index" on "jobs" ("created_at", "id");`);
    this.addSql(`create index jobs_open_index on jobs (updated_at) where status in ('WAITING', 'ACTIVE');`);
    this.addSql(
      `alter table "outbox" add "actor_kind" text not null default 'anonymous', add "operation" text not null default 'ADD';`,
    );
    this.addSql(
      `alter table "jobs" add constraint "jobs_actor_id_foreign" foreign key ("actor_id") references "users" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "jobs" add constraint "jobs_status_check" check ("status" in ('WAITING', 'ACTIVE', 'COMPLETED', 'FAILED', 'CANCELED'));`,
    );
  }
}
