/** The root fields of the settings. */
import { Arg, Ctx, Field, Info, InputType, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import { applyInput } from '../platform/data/writer.ts';
import type { Context } from '../platform/graphql/context.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { payload } from '../platform/graphql/payload.ts';
import { EmailAddressScalar, UrlScalar } from '../platform/graphql/scalars.ts';
import { Problems } from '../platform/inputs.ts';
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
  @Field(() => UrlScalar, { nullable: true })
  frontendUrl?: string | null;
  @Field(() => EmailAddressScalar, { nullable: true })
  mailFrom?: string | null;
  @Field(() => Int, { nullable: true, description: 'At least 30; null keeps activities for ever.' })
  activityRetentionDays?: number | null;
}

/** The settings after a change. */
@ObjectType({ simpleResolvers: true })
export class SettingsPayload {
  @Field(() => Settings)
  settings!: unknown;
}

const fields = [
  'appName', 'tagline', 'analyticsKey', 'stripePublishableKey', 'googleUrl', 'githubUrl', 'twitterUrl', 'supportUrl',
  'facebookUrl', 'youtubeUrl', 'androidAppUrl', 'webAppUrl', 'frontendUrl', 'mailFrom', 'activityRetentionDays',
] as const;

/** The query and the mutation of the settings. */
@Resolver()
export class SettingsResolver {
  @Query(() => Settings, { description: 'What administrators change while the server runs.' })
  settings(@Ctx() { read }: Context, @Info() info: FieldInfo) {
    return read.only('Settings', info);
  }

  @Mutation(() => SettingsPayload)
  updateSettings(@Arg('input', () => UpdateSettingsInput) input: UpdateSettingsInput, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => {
      const [only] = await changes.query('SELECT id FROM settings');
      const settings = await changes.take(Settings, encodeId('Settings', String(only.id)), 'update');
      assertInRange(input);
      applyInput(settings, input, fields);
      return payload('settings', 'Settings', settings.id);
    });
  }
}

function assertInRange({ activityRetentionDays }: UpdateSettingsInput): void {
  const problems = new Problems();
  if (typeof activityRetentionDays === 'number' && (activityRetentionDays < 30 || activityRetentionDays > 36_500)) {
    problems.add('activityRetentionDays', 'must be 30 to 36500');
  }
  problems.assertNone();
}
