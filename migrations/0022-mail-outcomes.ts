/** mail outcomes. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0022 extends Migration {
  override name = '0022-mail-outcomes';

  override up(): void {
    this.addSql(`alter table "mails" drop constraint "mails_status_check";`);
    this.addSql(
      `alter table "mails" add constraint "mails_status_check" check ("status" in ('SENDING', 'SENT', 'UNCERTAIN', 'FAILED', 'SUPPRESSED'));`,
    );
    this.addSql(`alter table "settings" add "mail_retention_days" int not null default 90;`);
  }
}
