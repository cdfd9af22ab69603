/** Why pictures were not taken. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0036 extends Migration {
  override name = '0036-picture-failures';

  override up(): void {
    this.addSql(`
      create table "picture_failures" (
        "row_id" uuid not null,
        "field" text not null,
        "reason" text not null,
        "created_at" timestamptz(3) not null default now(),
        primary key ("row_id", "field")
      );
    `);
    this.addSql(`create index "picture_failures_created_at_index" on "picture_failures" ("created_at");`);
  }
}
