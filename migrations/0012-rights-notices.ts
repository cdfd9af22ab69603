/** rights-notices: whatever changes what a person may do tells their sockets, in the transaction of the change. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0012 extends Migration {
  override name = '0012-rights-notices';

  override up(): void {
    // Its argument is the column that holds the person's id. What it writes is what Changes.publish writes.
    this.addSql(`create function tell_rights_change() returns trigger language plpgsql as $$
      declare
        person text;
        notice bigint;
      begin
        for person in
          select distinct state ->> tg_argv[0] from unnest(array[to_jsonb(old), to_jsonb(new)]) state where state ->> tg_argv[0] is not null
        loop
          insert into notices (topic, payload)
          values ('user:' || person, jsonb_build_object(
            'kind', 'UPDATED', 'resource', 'User', 'id', person, 'transaction', pg_current_xact_id()::text))
          returning id into notice;
          perform pg_notify('notices', json_build_array(notice::text, 'user:' || person)::text);
        end loop;
        return null;
      end $$;`);
    this.addSql(`create trigger event_members_rights after insert or update or delete on event_members
      for each row execute function tell_rights_change('user_id');`);
    this
      .addSql(`create trigger users_rights after update of is_blocked, deleted_at, is_admin, is_super_admin, is_verified, email on users
      for each row when (row(old.is_blocked, old.deleted_at, old.is_admin, old.is_super_admin, old.is_verified, old.email)
        is distinct from row(new.is_blocked, new.deleted_at, new.is_admin, new.is_super_admin, new.is_verified, new.email))
      execute function tell_rights_change('id');`);
    this.addSql(
      `create trigger users_gone after delete on users for each row execute function tell_rights_change('id');`,
    );
    this.addSql(`create trigger token_families_ended after update of ended_at on token_families
      for each row when (old.ended_at is distinct from new.ended_at) execute function tell_rights_change('user_id');`);
    this.addSql(
      `create trigger token_families_gone after delete on token_families for each row execute function tell_rights_change('user_id');`,
    );
  }
}
