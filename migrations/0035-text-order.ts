/** Texts are sorted as people sort them: whatever their capitals, and numbers by their value. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0035 extends Migration {
  override name = '0035-text-order';

  override up(): void {
    // Of ICU, so that it is the same on every machine: ks-level2 passes over capitals, kn counts.
    this.addSql(
      `create collation if not exists "convoke_text" (provider = icu, locale = 'und-u-ks-level2-kn-true');`,
    );
    this.addSql(
      `create index events_name_index on events (name collate "convoke_text", id) where deleted_at is null;`,
    );
    this.addSql(
      `create index users_public_name_index on users (public_name collate "convoke_text", id) where deleted_at is null;`,
    );
    this.addSql(
      `create index users_email_order_index on users (email collate "convoke_text", id) where deleted_at is null;`,
    );
  }
}
