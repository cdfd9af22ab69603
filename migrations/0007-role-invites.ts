/** role invites. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0007 extends Migration {
  override name = '0007-role-invites';

  override up(): void {
    this.addSql(
      `create table "role_invites" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "event_id" uuid not null, "email" text not null, "role" text not null, "invited_by_id" uuid null, "answer" text not null default 'PENDING', "expires_at" timestamptz(3) not null, "mail_id" uuid null, "token_hash" text null, primary key ("id"));`,
    );
    this.addSql(`create index "role_invites_event_id_index" on "role_invites" ("event_id");`);
    this.addSql(`create index "role_invites_invited_by_id_index" on "role_invites" ("invited_by_id");`);
    this.addSql(
      `alter table "role_invites" add constraint "role_invites_token_hash_unique" unique ("token_hash");`,
    );
    this.addSql(`create index role_invites_email_index on role_invites (lower(email));`);
    this.addSql(
      `create unique index role_invites_pending_unique on role_invites (event_id, lower(email), role) where answer = 'PENDING';`,
    );
    this.addSql(
      `alter table "role_invites" add constraint "role_invites_event_id_foreign" foreign key ("event_id") references "events" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "role_invites" add constraint "role_invites_invited_by_id_foreign" foreign key ("invited_by_id") references "users" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "role_invites" add constraint "role_invites_role_check" check ("role" in ('OWNER', 'ORGANIZER', 'COORGANIZER', 'TRACK_ORGANIZER', 'MODERATOR', 'REGISTRAR'));`,
    );
    this.addSql(
      `alter table "role_invites" add constraint "role_invites_answer_check" check ("answer" in ('PENDING', 'ACCEPTED', 'DECLINED', 'EXPIRED', 'CANCELED'));`,
    );
  }
}
