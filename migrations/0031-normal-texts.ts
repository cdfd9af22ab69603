/** normal-texts: stored texts get the normal form that inputs, imports and filters have: addresses and colours in small letters. */
import { Migration } from '@mikro-orm/migrations';

const emails = [
  ['users', 'email'],
  ['speakers', 'email'],
  ['role_invites', 'email'],
  ['speaker_invites', 'email'],
  ['membership_invites', 'email'],
  ['email_tokens', 'email'],
  ['mails', 'recipient'],
  ['settings', 'mail_from'],
] as const;

export class Migration0031 extends Migration {
  override name = '0031-normal-texts';

  override up(): void {
    // No two rows become one: what has to differ differs in small letters already.
    for (const [table, column] of emails) {
      this.addSql(
        `update ${table} set ${column} = lower(trim(${column})) where ${column} <> lower(trim(${column}));`,
      );
    }
    this.addSql(`update tracks set color = lower(color) where color <> lower(color);`);
  }
}
