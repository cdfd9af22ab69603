/** add collaborations. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0013 extends Migration {
  override name = '0013-add-collaborations';

  override up(): void {
    this.addSql(
      `create table "collaborations" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "name" text not null, "encrypted" boolean not null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create unique index collaborations_name_unique on collaborations (lower(name));`);
    this.addSql(
      `create table "organizations" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "name" text not null, "domain" text null, "address1" text null, "address2" text null, "zipcode" text null, "country" text null, "public_key" text null, "public_key_version" int not null default 0, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create unique index organizations_name_unique on organizations (lower(name));`);
    this.addSql(
      `create table "compute_nodes" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "name" text not null, "organization_id" uuid not null, "collaboration_id" uuid not null, "api_key_prefix" text not null, "api_key_hash" text not null, "last_seen_at" timestamptz(3) null, "online_until" timestamptz(3) null, "reported" jsonb null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create index "compute_nodes_organization_id_index" on "compute_nodes" ("organization_id");`);
    this.addSql(
      `create index "compute_nodes_collaboration_id_index" on "compute_nodes" ("collaboration_id");`,
    );
    this.addSql(
      `alter table "compute_nodes" add constraint "compute_nodes_api_key_prefix_unique" unique ("api_key_prefix");`,
    );
    this.addSql(
      `alter table "compute_nodes" add constraint "compute_nodes_organization_id_collaboration_id_unique" unique ("organization_id", "collaboration_id");`,
    );
    this.addSql(
      `create table "collaboration_organizations" ("collaboration_id" uuid not null, "organization_id" uuid not null, primary key ("collaboration_id", "organization_id"));`,
    );
    this.addSql(
      `create index "collaboration_organizations_organization_id_index" on "collaboration_organizations" ("organization_id");`,
    );
    this.addSql(
      `create table "roles" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "name" text not null, "description" text null, "is_default" boolean not null default false, "version" int not null default 1, "organization_id" uuid null, primary key ("id"));`,
    );
    this.addSql(`create index "roles_organization_id_index" on "roles" ("organization_id");`);
    this.addSql(
      `create unique index roles_name_unique on roles (organization_id, lower(name)) nulls not distinct;`,
    );
    this.addSql(
      `create table "rules" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "resource" text not null, "scope" text not null, "operation" text not null, "description" text not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "rules" add constraint "rules_resource_scope_operation_unique" unique ("resource", "scope", "operation");`,
    );
    this.addSql(
      `create table "role_rules" ("role_id" uuid not null, "rule_id" uuid not null, primary key ("role_id", "rule_id"));`,
    );
    this.addSql(`create index "role_rules_rule_id_index" on "role_rules" ("rule_id");`);
    this.addSql(
      `create table "memberships" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "user_id" uuid not null, "organization_id" uuid not null, primary key ("id"));`,
    );
    this.addSql(`create index "memberships_user_id_index" on "memberships" ("user_id");`);
    this.addSql(`create index "memberships_organization_id_index" on "memberships" ("organization_id");`);
    this.addSql(
      `alter table "memberships" add constraint "memberships_user_id_organization_id_unique" unique ("user_id", "organization_id");`,
    );
    this.addSql(
      `create table "rule_grants" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "user_id" uuid not null, "membership_id" uuid null, "rule_id" uuid not null, primary key ("id"));`,
    );
    this.addSql(`create index "rule_grants_user_id_index" on "rule_grants" ("user_id");`);
    this.addSql(`create index "rule_grants_membership_id_index" on "rule_grants" ("membership_id");`);
    this.addSql(`create index "rule_grants_rule_id_index" on "rule_grants" ("rule_id");`);
    this.addSql(
      `create unique index rule_grants_unique on rule_grants (user_id, rule_id, membership_id) nulls not distinct;`,
    );
    this.addSql(
      `create table "role_assignments" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "user_id" uuid not null, "membership_id" uuid null, "role_id" uuid not null, primary key ("id"));`,
    );
    this.addSql(`create index "role_assignments_user_id_index" on "role_assignments" ("user_id");`);
    this.addSql(
      `create index "role_assignments_membership_id_index" on "role_assignments" ("membership_id");`,
    );
    this.addSql(`create index "role_assignments_role_id_index" on "role_assignments" ("role_id");`);
    this.addSql(
      `create unique index role_assignments_unique on role_assignments (user_id, role_id, membership_id) nulls not distinct;`,
    );
    this.addSql(`alter table "events" add "organization_id" uuid null;`);
    this.addSql(
      `alter table "events" add constraint "events_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id") on delete set null;`,
    );
    this.addSql(`create index "events_organization_id_index" on "events" ("organization_id");`);
    this.addSql(`alter table "token_families" add "compute_node_id" uuid null;`);
    this.addSql(
      `alter table "token_families" add constraint "token_families_compute_node_id_foreign" foreign key ("compute_node_id") references "compute_nodes" ("id") on delete cascade;`,
    );
    this.addSql(`alter table "token_families" alter column "user_id" drop not null;`);
    this.addSql(
      `create index "token_families_compute_node_id_index" on "token_families" ("compute_node_id");`,
    );
    this.addSql(
      `alter table "token_families" add constraint "token_families_one_holder" check ((user_id is null) <> (compute_node_id is null));`,
    );
    this.addSql(
      `alter table "compute_nodes" add constraint "compute_nodes_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id") on delete restrict;`,
    );
    this.addSql(
      `alter table "compute_nodes" add constraint "compute_nodes_collaboration_id_foreign" foreign key ("collaboration_id") references "collaborations" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "collaboration_organizations" add constraint "collaboration_organizations_collaboration_id_foreign" foreign key ("collaboration_id") references "collaborations" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "collaboration_organizations" add constraint "collaboration_organizations_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id") on update cascade on delete restrict;`,
    );
    this.addSql(
      `alter table "roles" add constraint "roles_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "rules" add constraint "rules_scope_check" check ("scope" in ('OWN', 'ORGANIZATION', 'COLLABORATION', 'GLOBAL'));`,
    );
    this.addSql(
      `alter table "rules" add constraint "rules_operation_check" check ("operation" in ('VIEW', 'CREATE', 'UPDATE', 'DELETE', 'RECEIVE', 'SEND'));`,
    );
    this.addSql(
      `alter table "role_rules" add constraint "role_rules_role_id_foreign" foreign key ("role_id") references "roles" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "role_rules" add constraint "role_rules_rule_id_foreign" foreign key ("rule_id") references "rules" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "memberships" add constraint "memberships_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "memberships" add constraint "memberships_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "rule_grants" add constraint "rule_grants_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "rule_grants" add constraint "rule_grants_membership_id_foreign" foreign key ("membership_id") references "memberships" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "rule_grants" add constraint "rule_grants_rule_id_foreign" foreign key ("rule_id") references "rules" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "role_assignments" add constraint "role_assignments_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "role_assignments" add constraint "role_assignments_membership_id_foreign" foreign key ("membership_id") references "memberships" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "role_assignments" add constraint "role_assignments_role_id_foreign" foreign key ("role_id") references "roles" ("id") on delete cascade;`,
    );
    this.addSql(
      `create view "held_roles" as select a.user_id, a.role_id, a.membership_id, m.organization_id from role_assignments a left join memberships m on m.id = a.membership_id union all select u.id as user_id, r.id as role_id, null::uuid as membership_id, null::uuid as organization_id from users u cross join roles r where u.is_super_admin and r.is_default and r.name = 'Root';`,
    );
    this.addSql(
      `create view "held_rules" as select h.user_id, r.id as rule_id, h.membership_id, h.organization_id, r.resource, r.operation, r.scope, true as is_through_role from held_roles h join role_rules l on l.role_id = h.role_id join rules r on r.id = l.rule_id union all select g.user_id, r.id as rule_id, g.membership_id, m.organization_id, r.resource, r.operation, r.scope, false as is_through_role from rule_grants g join rules r on r.id = g.rule_id left join memberships m on m.id = g.membership_id;`,
    );
  }
}
