/** add public keys: every version is kept; of those before this one, the present. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0027 extends Migration {
  override name = '0027-add-public-keys';

  override up(): void {
    this.addSql(
      `create table "public_keys" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "organization_id" uuid not null, "key_version" int not null, "public_key" text not null, "fingerprint" text not null, "replaced_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "public_keys_organization_id_index" on "public_keys" ("organization_id");`);
    this.addSql(
      `alter table "public_keys" add constraint "public_keys_organization_id_key_version_unique" unique ("organization_id", "key_version");`,
    );
    this.addSql(
      `create or replace function "organizations_organizations_public_keys_fn"() returns trigger as $$ begin if tg_op = 'UPDATE' and old.public_key is not distinct from new.public_key then return null; end if; update public_keys set replaced_at = now(), updated_at = now() where organization_id = new.id and replaced_at is null; if new.public_key is not null then insert into public_keys (id, organization_id, key_version, public_key, fingerprint) values (gen_random_uuid(), new.id, new.public_key_version, new.public_key, encode(sha256(decode(new.public_key, 'base64')), 'hex')); end if; return null; end; $$ language plpgsql;`,
    );
    this.addSql(
      `create trigger "organizations_public_keys" AFTER INSERT OR UPDATE on "organizations" for each ROW execute function "organizations_organizations_public_keys_fn"();`,
    );
    this.addSql(`insert into public_keys (id, organization_id, key_version, public_key, fingerprint)
      select gen_random_uuid(), id, public_key_version, public_key, encode(sha256(decode(public_key, 'base64')), 'hex') from organizations where public_key is not null;`);
    this.addSql(
      `alter table "public_keys" add constraint "public_keys_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id") on delete cascade;`,
    );
  }
}
