/** add lab. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0016 extends Migration {
  override name = '0016-add-lab';

  override up(): void {
    this.addSql(
      `create table "lab_instruments" ("name" text not null, "state" jsonb null, primary key ("name"));`,
    );
  }
}
