/** The settings of mails. */
import { Setting, SettingsGroup } from '../settings/group.ts';

/** Mails: who sends them, and where their links lead. */
@SettingsGroup('MailSettings', 'Mails: who sends them, and where their links lead.')
export class MailSettings {
  @Setting('email', { description: 'The sender of mails; without one, MAIL_FROM of the configuration.' })
  from!: string | null;
  @Setting('url', {
    isSuperAdmins: true,
    description:
      'Where the links in mails lead, those for new passwords too; without one, PUBLIC_URL of the configuration. Only a super admin sets it, and every super admin is told.',
  })
  frontendUrl!: string | null;
  @Setting('int', {
    default: 90,
    range: [1, 36_500],
    description: 'For how many days the log of mails is kept.',
  })
  retentionDays!: number;
}
