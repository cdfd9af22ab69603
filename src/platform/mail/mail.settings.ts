/** The settings of mails. */
import { Setting, SettingsGroup } from '../settings/group.ts';

/** Mails: who sends them, and where their links lead. */
@SettingsGroup('MailSettings', 'Mails: who sends them, and where their links lead.')
export class MailSettings {
  @Setting('email', { description: 'The sender of mails; without one, MAIL_FROM of the configuration.' })
  from!: string | null;
  @Setting('url', { description: 'Where the links in mails lead; without one, PUBLIC_URL of the configuration.' })
  frontendUrl!: string | null;
  @Setting('int', { default: 90, range: [1, 36_500], description: 'For how many days the log of mails is kept.' })
  retentionDays!: number;
}
