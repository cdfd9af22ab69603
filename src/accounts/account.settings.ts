/** The settings of accounts. */
import { Setting, SettingsGroup } from '../platform/settings/group.ts';

/** Accounts: what is asked of passwords, and of whoever does not know them. */
@SettingsGroup('AccountSettings', 'Accounts: what is asked of passwords, and of whoever does not know them.')
export class AccountSettings {
  @Setting('int', {
    default: 8,
    range: [8, 64],
    description: 'The least number of characters of a new password.',
  })
  minPasswordLength!: number;
  @Setting('int', {
    default: 5,
    range: [3, 100],
    description: 'After so many wrong passwords or codes an account is locked.',
  })
  maxFailedAttempts!: number;
  @Setting('int', { default: 15, range: [1, 1440], description: 'For how many minutes it is locked then.' })
  lockOutMinutes!: number;
}
