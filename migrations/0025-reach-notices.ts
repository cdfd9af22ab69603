/** reach-notices: what people reach by their rules hangs on the collaborations of their organizations: a change of these tells their sockets. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0025 extends Migration {
  override name = '0025-reach-notices';

  override up(): void {
    // The people of the organization that joins or leaves, and the compute nodes that see who is a member. Writes what Changes.publish writes.
    this.addSql(`create function tell_reach_change() returns trigger language plpgsql as $$
      declare
        row_of collaboration_organizations := coalesce(new, old);
        told record;
      begin
        for told in
          insert into notices (topic, payload)
          select o.topic || o.id, jsonb_build_object('kind', 'UPDATED', 'resource', o.resource, 'id', o.id, 'transaction', pg_current_xact_id()::text)
          from (
            select 'user:' as topic, 'User' as resource, m.user_id as id from memberships m where m.organization_id = row_of.organization_id
            union all
            select 'computeNode:', 'ComputeNode', n.id from compute_nodes n where n.collaboration_id = row_of.collaboration_id
          ) o
          returning id, topic
        loop
          perform pg_notify('notices', json_build_array(told.id::text, told.topic)::text);
        end loop;
        return null;
      end $$;`);
    this
      .addSql(`create trigger collaboration_organizations_reach after insert or delete on collaboration_organizations
      for each row execute function tell_reach_change();`);
  }
}
