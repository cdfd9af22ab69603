/** The address that mails link to joins the group of mails. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0002 extends Migration {
  override name = '0002-settings-groups';

  override up(): void {
    this.addSql(`alter table "settings" rename column "frontend_url" to "mail_frontend_url";`);
  }
}
