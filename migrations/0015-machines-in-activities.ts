/** machines in activities. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0015 extends Migration {
  override name = '0015-machines-in-activities';

  override up(): void {
    this.addSql(`alter table "activities" add "compute_node_id" uuid null;`);
    this.addSql(`create index "activities_compute_node_id_index" on "activities" ("compute_node_id");`);
  }
}
