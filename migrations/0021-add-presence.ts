/** add presence. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0021 extends Migration {
  override name = '0021-add-presence';

  override up(): void {
    this.addSql(
      `create or replace function "compute_nodes_compute_nodes_presence_fn"() returns trigger as $$ begin if (old.online_until is null) = (new.online_until is null) then return null; end if; declare told record; begin for told in insert into notices (topic, payload) select topic, jsonb_build_object( 'kind', 'UPDATED', 'resource', 'ComputeNode', 'id', new.id, 'data', jsonb_build_object('online', new.online_until is not null), 'transaction', pg_current_xact_id()::text) from unnest(array['computeNodes', 'computeNodes:' || new.collaboration_id]) topic returning id, topic loop perform pg_notify('notices', json_build_array(told.id::text, told.topic)::text); end loop; end; return null; end; $$ language plpgsql;`,
    );
    this.addSql(
      `create trigger "compute_nodes_presence" AFTER UPDATE on "compute_nodes" for each ROW execute function "compute_nodes_compute_nodes_presence_fn"();`,
    );
  }
}
