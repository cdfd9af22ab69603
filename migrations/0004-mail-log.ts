/** mail log. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0004 extends Migration {
  override name = '0004-mail-log';

  override up(): void {
    this.addSql(
      `create table "mails" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "kind" text not null, "recipient" text not null, "subject" text not null, "status" text not null, "error" text null, "at" timestamptz(3) not null default now(), primary key ("id"));`,
    );
    this.addSql(`create index "mails_recipient_index" on "mails" ("recipient");`);
    this.addSql(`create index "mails_at_index" on "mails" ("at");`);
    this.addSql(
      `create table "message_settings" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "kind" text not null, "description" text not null, "is_essential" boolean not null, "is_mail_enabled" boolean not null default true, primary key ("id"));`,
    );
    this.addSql(
      `alter table "message_settings" add constraint "message_settings_kind_unique" unique ("kind");`,
    );
    this.addSql(`alter table "users" add "locale" text null, add "timezone" text null;`);
    this.addSql(
      `alter table "mails" add constraint "mails_status_check" check ("status" in ('SENDING', 'SENT', 'FAILED', 'SUPPRESSED'));`,
    );
  }
}
