/** notifications. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0006 extends Migration {
  override name = '0006-notifications';

  override up(): void {
    this.addSql(
      `create table "notifications" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "user_id" uuid not null, "kind" text not null, "is_read" boolean not null default false, "subject_type" text null, "subject_id" uuid null, primary key ("id"));`,
    );
    this.addSql(`create index "notifications_user_id_index" on "notifications" ("user_id");`);
    this.addSql(
      `create index notifications_unread_index on notifications (user_id, created_at, id) where not is_read;`,
    );
    this.addSql(
      `create table "notification_actors" ("notification_id" uuid not null, "user_id" uuid not null, primary key ("notification_id", "user_id"));`,
    );
    this.addSql(`create index "notification_actors_user_id_index" on "notification_actors" ("user_id");`);
    this.addSql(
      `create table "message_preferences" ("user_id" uuid not null, "kind" text not null, "is_mail_wanted" boolean not null default true, "is_notice_wanted" boolean not null default true, primary key ("user_id", "kind"));`,
    );
    this.addSql(`alter table "message_settings" add "is_notice_enabled" boolean null;`);
    this.addSql(`alter table "message_settings" alter column "is_mail_enabled" drop default;`);
    this.addSql(`alter table "message_settings" alter column "is_mail_enabled" drop not null;`);
    this.addSql(
      `alter table "notifications" add constraint "notifications_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "notification_actors" add constraint "notification_actors_notification_id_foreign" foreign key ("notification_id") references "notifications" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "notification_actors" add constraint "notification_actors_user_id_foreign" foreign key ("user_id") references "users" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "message_preferences" add constraint "message_preferences_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
  }
}
