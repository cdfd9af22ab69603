/** Membership invites; and what people hold in organizations tells their sockets when it changes. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0019 extends Migration {
  override name = '0019-membership-invites';

  override up(): void {
    this.addSql(
      `create table "membership_invites" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "organization_id" uuid not null, "email" text not null, "invited_by_id" uuid null, "answer" text not null default 'PENDING', "expires_at" timestamptz(3) not null, "mail_id" uuid null, "token_hash" text null, primary key ("id"));`,
    );
    this.addSql(
      `create index "membership_invites_organization_id_index" on "membership_invites" ("organization_id");`,
    );
    this.addSql(
      `create index "membership_invites_invited_by_id_index" on "membership_invites" ("invited_by_id");`,
    );
    this.addSql(
      `alter table "membership_invites" add constraint "membership_invites_token_hash_unique" unique ("token_hash");`,
    );
    this.addSql(`create index membership_invites_email_index on membership_invites (lower(email));`);
    this.addSql(
      `create unique index membership_invites_pending_unique on membership_invites (organization_id, lower(email)) where answer = 'PENDING';`,
    );
    this.addSql(
      `alter table "membership_invites" add constraint "membership_invites_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "membership_invites" add constraint "membership_invites_invited_by_id_foreign" foreign key ("invited_by_id") references "users" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "membership_invites" add constraint "membership_invites_answer_check" check ("answer" in ('PENDING', 'ACCEPTED', 'DECLINED', 'EXPIRED', 'CANCELED'));`,
    );
    for (const table of ['memberships', 'role_assignments', 'rule_grants']) {
      this.addSql(`create trigger ${table}_rights after insert or update or delete on ${table}
        for each row execute function tell_rights_change('user_id');`);
    }
  }
}
