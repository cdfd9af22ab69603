/**
 * Settings: the one row of what administrators change while the server runs. Config is the process environment. The
 * columns here are everybody's to read; everything else is in groups for staff (platform/settings/group.ts).
 */
import { Unique } from '@mikro-orm/decorators/legacy';
import { AccountSettings } from '../accounts/account.settings.ts';
import { ActivitySettings } from '../platform/data/activities.settings.ts';
import { Column, EntityBase, Resource } from '../platform/data/entity.ts';
import { FileSettings } from '../platform/files/file.settings.ts';
import { MailSettings } from '../platform/mail/mail.settings.ts';
import { Group } from '../platform/settings/group.ts';
import { TaskSettings } from '../tasks/task.settings.ts';

/** What administrators change while the server runs. */
@Resource('settings', 'What administrators change while the server runs; one row.')
@Unique({ properties: ['isOnly'] })
export class Settings extends EntityBase {
  @Column('boolean', { api: false, default: 'true' })
  isOnly: boolean = true;
  @Column('line', { default: "'Convoke'", nullable: true })
  appName!: string | null;
  @Column('line', { nullable: true })
  tagline!: string | null;
  @Column('line', { nullable: true })
  analyticsKey!: string | null;
  @Column('line', { nullable: true })
  stripePublishableKey!: string | null;
  @Column('url', { nullable: true })
  googleUrl!: string | null;
  @Column('url', { nullable: true })
  githubUrl!: string | null;
  @Column('url', { nullable: true })
  twitterUrl!: string | null;
  @Column('url', { nullable: true })
  supportUrl!: string | null;
  @Column('url', { nullable: true })
  facebookUrl!: string | null;
  @Column('url', { nullable: true })
  youtubeUrl!: string | null;
  @Column('url', { nullable: true })
  androidAppUrl!: string | null;
  @Column('url', { nullable: true })
  webAppUrl!: string | null;
  @Group(MailSettings)
  mail!: MailSettings | null;
  @Group(FileSettings)
  files!: FileSettings | null;
  @Group(TaskSettings)
  tasks!: TaskSettings | null;
  @Group(AccountSettings)
  accounts!: AccountSettings | null;
  @Group(ActivitySettings)
  activities!: ActivitySettings | null;
}
