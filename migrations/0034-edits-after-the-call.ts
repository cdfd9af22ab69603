/** Calls for speakers say whether pending sessions can be edited after their end; events have a contact. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0034 extends Migration {
  override name = '0034-edits-after-the-call';

  override up(): void {
    this.addSql(
      `alter table "calls_for_speakers" add "allows_edits_after_end" boolean not null default false;`,
    );
    this.addSql(`alter table "events" add "contact_email" text null;`);
  }
}
