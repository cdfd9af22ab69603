/** containers in activities. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0026 extends Migration {
  override name = '0026-containers-in-activities';

  override up(): void {
    this.addSql(`alter table "activities" add "task_id" uuid null;`);
    this.addSql(`create index "activities_task_id_index" on "activities" ("task_id");`);
  }
}
