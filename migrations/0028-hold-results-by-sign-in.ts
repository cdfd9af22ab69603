/** hold-results-by-sign-in: which sign-in of its compute node works on a result: only its signs of life renew the lease. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0028 extends Migration {
  override name = '0028-hold-results-by-sign-in';

  override up(): void {
    this.addSql(`alter table "results" add "held_by" uuid null;`);
  }
}
