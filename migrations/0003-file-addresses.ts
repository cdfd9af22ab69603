/** file addresses. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0003 extends Migration {
  override name = '0003-file-addresses';

  override up(): void {
    this.addSql(`alter table "settings" add "files_static_domain" text null;`);
    this.addSql(
      `alter table "users" add "thumbnail_image_url" text null, add "small_image_url" text null, add "icon_image_url" text null;`,
    );
  }
}
