/** The input of the settings. */
import { Field, InputType, ObjectType } from 'type-graphql';
import { AccountSettings } from '../accounts/account.settings.ts';
import { ActivitySettings } from '../platform/data/activities.settings.ts';
import { FileSettings } from '../platform/files/file.settings.ts';
import { UrlScalar } from '../platform/graphql/scalars.ts';
import { MailSettings } from '../platform/mail/mail.settings.ts';
import { inputOf } from '../platform/settings/group.ts';
import { TaskSettings } from '../tasks/task.settings.ts';
import { Settings } from './settings.entity.ts';

/** Changes to the settings. */
@InputType({ description: 'Changes to the settings: an absent key is left alone, null clears it.' })
export class UpdateSettingsInput {
  @Field(() => String, { nullable: true })
  appName?: string | null;
  @Field(() => String, { nullable: true })
  tagline?: string | null;
  @Field(() => String, { nullable: true })
  analyticsKey?: string | null;
  @Field(() => String, { nullable: true })
  stripePublishableKey?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  googleUrl?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  githubUrl?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  twitterUrl?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  supportUrl?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  facebookUrl?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  youtubeUrl?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  androidAppUrl?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  webAppUrl?: string | null;
  @Field(() => inputOf(MailSettings), { nullable: true })
  mail?: Partial<MailSettings> | null;
  @Field(() => inputOf(FileSettings), { nullable: true })
  files?: Partial<FileSettings> | null;
  @Field(() => inputOf(TaskSettings), { nullable: true })
  tasks?: Partial<TaskSettings> | null;
  @Field(() => inputOf(AccountSettings), { nullable: true })
  accounts?: Partial<AccountSettings> | null;
  @Field(() => inputOf(ActivitySettings), { nullable: true })
  activities?: Partial<ActivitySettings> | null;
}

/** The settings after a change. */
@ObjectType({ simpleResolvers: true })
export class SettingsPayload {
  @Field(() => Settings)
  settings!: unknown;
}
