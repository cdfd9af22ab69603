/** The inputs, payloads and other types of notifications. */
import { Field, InputType, ObjectType } from 'type-graphql';
import { Notification } from './notification.entity.ts';

/** What a person wants to be told of one kind. */
@ObjectType({ simpleResolvers: true, description: 'What the viewer wants to be told of one kind.' })
export class NotificationPreference {
  @Field(() => String)
  kind!: string;
  @Field(() => String, { description: 'When people are told.' })
  description!: string;
  @Field(() => Boolean, { description: 'Its mails cannot be switched off.' })
  isEssential!: boolean;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the viewer wants its mails; null where it has none.',
  })
  isMailWanted!: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the viewer wants its notifications; null where it has none.',
  })
  isNoticeWanted!: boolean | null;
}

/** Changes to a preference. */
@InputType({ description: 'Changes to a preference: an absent key is left alone.' })
export class UpdateNotificationPreferenceInput {
  @Field(() => Boolean, { nullable: true })
  isMailWanted?: boolean | null;
  @Field(() => Boolean, { nullable: true })
  isNoticeWanted?: boolean | null;
}

/** A notification that was written. */
@ObjectType({ simpleResolvers: true })
export class NotificationPayload {
  @Field(() => Notification)
  notification!: unknown;
}

/** A preference that was written. */
@ObjectType({ simpleResolvers: true })
export class NotificationPreferencePayload {
  @Field(() => NotificationPreference)
  notificationPreference!: NotificationPreference;
}
