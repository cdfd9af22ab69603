/** speaker invites. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0010 extends Migration {
  override name = '0010-speaker-invites';

  override up(): void {
    this.addSql(
      `create table "speaker_invites" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "session_id" uuid not null, "speaker_id" uuid null, "email" text not null, "invited_by_id" uuid null, "answer" text not null default 'PENDING', "expires_at" timestamptz(3) not null, "mail_id" uuid null, "token_hash" text null, primary key ("id"));`,
    );
    this.addSql(`create index "speaker_invites_session_id_index" on "speaker_invites" ("session_id");`);
    this.addSql(`create index "speaker_invites_speaker_id_index" on "speaker_invites" ("speaker_id");`);
    this.addSql(`create index "speaker_invites_invited_by_id_index" on "speaker_invites" ("invited_by_id");`);
    this.addSql(
      `alter table "speaker_invites" add constraint "speaker_invites_token_hash_unique" unique ("token_hash");`,
    );
    this.addSql(`create index speaker_invites_email_index on speaker_invites (lower(email));`);
    this.addSql(
      `create unique index speaker_invites_pending_unique on speaker_invites (session_id, lower(email)) where answer = 'PENDING';`,
    );
    this.addSql(
      `alter table "speaker_invites" add constraint "speaker_invites_session_id_foreign" foreign key ("session_id") references "sessions" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "speaker_invites" add constraint "speaker_invites_speaker_id_foreign" foreign key ("speaker_id") references "speakers" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "speaker_invites" add constraint "speaker_invites_invited_by_id_foreign" foreign key ("invited_by_id") references "users" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "speaker_invites" add constraint "speaker_invites_answer_check" check ("answer" in ('PENDING', 'ACCEPTED', 'DECLINED', 'EXPIRED', 'CANCELED'));`,
    );
  }
}
