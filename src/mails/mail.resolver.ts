/** The root fields of mails and message settings. */
import {
  Arg,
  Args,
  Ctx,
  Field,
  ID,
  Info,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from 'type-graphql';
import type { Page } from '../platform/data/reader/list.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { PageArgs } from '../platform/graphql/connection.ts';
import type { Context } from '../platform/graphql/context.ts';
import { payload } from '../platform/graphql/payload.ts';
import { MailArgs, MailConnection } from './mail.entity.ts';
import { MessageSetting, MessageSettingArgs, MessageSettingConnection } from './message-setting.entity.ts';
import { updateMessageSetting } from './message-setting.service.ts';

/** Changes to a message setting. */
@InputType({ description: 'Changes to a message setting: an absent key is left alone.' })
export class UpdateMessageSettingInput {
  @Field(() => Boolean, { nullable: true })
  isMailEnabled?: boolean | null;
  @Field(() => Boolean, { nullable: true })
  isNoticeEnabled?: boolean | null;
}

/** A message setting that was written. */
@ObjectType({ simpleResolvers: true })
export class MessageSettingPayload {
  @Field(() => MessageSetting)
  messageSetting!: unknown;
}

/** Queries and mutations of mails. */
@Resolver()
export class MailResolver {
  @Query(() => MailConnection, {
    description: 'The mails that were sent, newest first, without their texts; for staff.',
  })
  mails(
    @Args(() => MailArgs) args: PageArgs,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<Page> {
    return read.list('Mail', args as never, info);
  }

  @Query(() => MessageSettingConnection, {
    description: 'Which kinds of messages are sent at all; for staff.',
  })
  messageSettings(
    @Args(() => MessageSettingArgs) args: PageArgs,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<Page> {
    return read.list('MessageSetting', args as never, info);
  }

  @Mutation(() => MessageSettingPayload, {
    description: 'Switches a kind of message on or off for everybody.',
  })
  updateMessageSetting(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateMessageSettingInput) input: UpdateMessageSettingInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('messageSetting', 'MessageSetting', (await updateMessageSetting(changes, id, input)).id),
    );
  }
}
