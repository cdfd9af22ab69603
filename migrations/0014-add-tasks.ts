/** Tasks with their results, payloads and ports. The job ids of tasks come from a sequence, which the model does not know of. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0014 extends Migration {
  override name = '0014-add-tasks';

  override up(): void {
    this.addSql(`create sequence task_job_ids as int;`);
    this.addSql(
      `create table "payloads" ("id" uuid not null, "uploader" text not null, "bytes" bigint not null, "is_ciphertext" boolean not null, "used_at" timestamptz(3) null, "created_at" timestamptz(3) not null default now(), primary key ("id"));`,
    );
    this.addSql(`create index "payloads_created_at_index" on "payloads" ("created_at");`);
    this.addSql(
      `create table "tasks" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "name" text not null, "description" text null, "image" text not null, "database_labels" jsonb not null default '[]', "job_id" int not null, "status" text not null default 'PENDING', "finished_at" timestamptz(3) null, "collaboration_id" uuid null, "initiator_id" uuid null, "creator_id" uuid null, "parent_id" uuid null, primary key ("id"));`,
    );
    this.addSql(`create index "tasks_collaboration_id_index" on "tasks" ("collaboration_id");`);
    this.addSql(`create index "tasks_initiator_id_index" on "tasks" ("initiator_id");`);
    this.addSql(`create index "tasks_creator_id_index" on "tasks" ("creator_id");`);
    this.addSql(`create index "tasks_parent_id_index" on "tasks" ("parent_id");`);
    this.addSql(
      `create index "tasks_collaboration_id_created_at_index" on "tasks" ("collaboration_id", "created_at");`,
    );
    this.addSql(`create index "tasks_created_at_id_index" on "tasks" ("created_at", "id");`);
    this.addSql(
      `create table "task_ancestors" ("task_id" uuid not null, "ancestor_id" uuid not null, primary key ("task_id", "ancestor_id"));`,
    );
    this.addSql(`create index "task_ancestors_ancestor_id_index" on "task_ancestors" ("ancestor_id");`);
    this.addSql(
      `create table "results" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "task_id" uuid not null, "organization_id" uuid null, "compute_node_id" uuid null, "status" text not null default 'PENDING', "attempt" int not null default 1, "input" text null, "result" text null, "input_payload_id" uuid null, "result_payload_id" uuid null, "log" text null, "assigned_at" timestamptz(3) not null default now(), "started_at" timestamptz(3) null, "finished_at" timestamptz(3) null, "canceled_at" timestamptz(3) null, "cancel_acknowledged_at" timestamptz(3) null, "lease_until" timestamptz(3) null, "deadline_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "results_task_id_index" on "results" ("task_id");`);
    this.addSql(`create index "results_organization_id_index" on "results" ("organization_id");`);
    this.addSql(`create index "results_compute_node_id_index" on "results" ("compute_node_id");`);
    this.addSql(`create index "results_input_payload_id_index" on "results" ("input_payload_id");`);
    this.addSql(`create index "results_result_payload_id_index" on "results" ("result_payload_id");`);
    this.addSql(
      `create index results_open_index on results (compute_node_id, lease_until, deadline_at) where status in ('PENDING', 'INITIALIZING', 'ACTIVE');`,
    );
    this.addSql(
      `alter table "results" add constraint "results_task_id_organization_id_unique" unique ("task_id", "organization_id");`,
    );
    this.addSql(
      `create table "algorithm_ports" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "result_id" uuid not null, "port" int not null, "label" text null, "address" text not null, primary key ("id"));`,
    );
    this.addSql(`create index "algorithm_ports_result_id_index" on "algorithm_ports" ("result_id");`);
    this.addSql(
      `alter table "algorithm_ports" add constraint "algorithm_ports_result_id_port_unique" unique ("result_id", "port");`,
    );
    this.addSql(
      `alter table "settings" add "tasks_lease_seconds" int not null default 120, add "tasks_retries" int not null default 2, add "tasks_deadline_hours" int not null default 168, add "tasks_result_retention_days" int null, add "tasks_input_retention_days" int null;`,
    );
    this.addSql(
      `alter table "tasks" add constraint "tasks_collaboration_id_foreign" foreign key ("collaboration_id") references "collaborations" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "tasks" add constraint "tasks_initiator_id_foreign" foreign key ("initiator_id") references "organizations" ("id") on delete restrict;`,
    );
    this.addSql(
      `alter table "tasks" add constraint "tasks_creator_id_foreign" foreign key ("creator_id") references "users" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "tasks" add constraint "tasks_parent_id_foreign" foreign key ("parent_id") references "tasks" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "tasks" add constraint "tasks_status_check" check ("status" in ('PENDING', 'INITIALIZING', 'ACTIVE', 'COMPLETED', 'FAILED', 'START_FAILED', 'NO_IMAGE', 'CRASHED', 'CANCELED', 'NOT_ALLOWED', 'UNKNOWN_ERROR'));`,
    );
    this.addSql(
      `create or replace function "tasks_tasks_ancestors_fn"() returns trigger as $$ begin insert into task_ancestors (task_id, ancestor_id) select new.id, new.id union all select new.id, a.ancestor_id from task_ancestors a where a.task_id = new.parent_id; return null; end; $$ language plpgsql;`,
    );
    this.addSql(
      `create trigger "tasks_ancestors" AFTER INSERT on "tasks" for each ROW execute function "tasks_tasks_ancestors_fn"();`,
    );
    this.addSql(
      `alter table "task_ancestors" add constraint "task_ancestors_task_id_foreign" foreign key ("task_id") references "tasks" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "task_ancestors" add constraint "task_ancestors_ancestor_id_foreign" foreign key ("ancestor_id") references "tasks" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "results" add constraint "results_task_id_foreign" foreign key ("task_id") references "tasks" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "results" add constraint "results_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id") on delete restrict;`,
    );
    this.addSql(
      `alter table "results" add constraint "results_compute_node_id_foreign" foreign key ("compute_node_id") references "compute_nodes" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "results" add constraint "results_input_payload_id_foreign" foreign key ("input_payload_id") references "payloads" ("id") on delete restrict;`,
    );
    this.addSql(
      `alter table "results" add constraint "results_result_payload_id_foreign" foreign key ("result_payload_id") references "payloads" ("id") on delete restrict;`,
    );
    this.addSql(
      `alter table "results" add constraint "results_status_check" check ("status" in ('PENDING', 'INITIALIZING', 'ACTIVE', 'COMPLETED', 'FAILED', 'START_FAILED', 'NO_IMAGE', 'CRASHED', 'CANCELED', 'NOT_ALLOWED', 'UNKNOWN_ERROR'));`,
    );
    this.addSql(
      `create or replace function "results_results_make_task_status_fn"() returns trigger as $$ begin if new.status <> old.status then perform 1 from tasks where id = new.task_id for no key update; update tasks t set status = s.status, finished_at = s.finished_at, updated_at = now() from (select r.task_id, case when bool_or(r.status in ('FAILED', 'START_FAILED', 'NO_IMAGE', 'CRASHED', 'NOT_ALLOWED', 'UNKNOWN_ERROR')) then 'FAILED' when bool_or(r.status = 'CANCELED') then 'CANCELED' when bool_or(r.status = 'ACTIVE') then 'ACTIVE' when bool_or(r.status = 'INITIALIZING') then 'INITIALIZING' when bool_or(r.status = 'PENDING') then 'PENDING' else 'COMPLETED' end as status, case when bool_and(r.finished_at is not null) then max(r.finished_at) end as finished_at from results r where r.task_id = new.task_id group by r.task_id) s where t.id = s.task_id and (t.status, t.finished_at) is distinct from (s.status, s.finished_at); end if; return null; end; $$ language plpgsql;`,
    );
    this.addSql(
      `create trigger "results_make_task_status" AFTER UPDATE on "results" for each ROW execute function "results_results_make_task_status_fn"();`,
    );
    this.addSql(
      `alter table "algorithm_ports" add constraint "algorithm_ports_result_id_foreign" foreign key ("result_id") references "results" ("id") on delete cascade;`,
    );
  }
}
