/** accounts. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0009 extends Migration {
  override name = '0009-accounts';

  override up(): void {
    this.addSql(
      `create table "set_up_secrets" ("hash" text not null, "created_at" timestamptz(3) not null default now(), "used_at" timestamptz(3) null, primary key ("hash"));`,
    );
    this.addSql(
      `create table "two_factors" ("user_id" uuid not null, "seed" text not null, "created_at" timestamptz(3) not null default now(), "confirmed_at" timestamptz(3) null, "last_step" bigint null, primary key ("user_id"));`,
    );
    this.addSql(
      `create table "recovery_codes" ("id" uuid not null, "user_id" uuid not null, "hash" text not null, "used_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "recovery_codes_user_id_index" on "recovery_codes" ("user_id");`);
    this.addSql(
      `alter table "settings" add "accounts_min_password_length" int not null default 8, add "accounts_max_failed_attempts" int not null default 5, add "accounts_lock_out_minutes" int not null default 15;`,
    );
    this.addSql(`alter table "users" add "has_two_factor" boolean not null default false;`);
    this.addSql(
      `alter table "two_factors" add constraint "two_factors_user_id_foreign" foreign key ("user_id") references "users" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "recovery_codes" add constraint "recovery_codes_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
  }
}
