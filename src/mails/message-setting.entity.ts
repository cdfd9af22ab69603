/** Message settings: which kinds of messages the installation sends at all. One row per kind, kept in step with the code. */
import { Unique } from '@mikro-orm/decorators/legacy';
import { Column, EntityBase, Resource } from '../platform/data/entity.ts';
import { conditions, connectionType, filterType, listArgs } from '../platform/graphql/connection.ts';

/** What administrators decide about one kind of message. */
@Resource('message_settings', 'Whether a kind of message is sent at all; one for each kind.', 'kind ASC')
export class MessageSetting extends EntityBase {
  @Column('code')
  @Unique()
  kind!: string;
  @Column('line', { description: 'When it is sent.' })
  description!: string;
  @Column('boolean', {
    description: 'Without it people are locked out of their account: it cannot be switched off.',
  })
  isEssential!: boolean;
  @Column('boolean', {
    nullable: true,
    description: 'Whether mails of this kind are sent; null where it has none.',
  })
  isMailEnabled!: boolean | null;
  @Column('boolean', {
    nullable: true,
    description: 'Whether people get notifications of this kind; null where it has none.',
  })
  isNoticeEnabled!: boolean | null;
}

/** A page of message settings. */
export const MessageSettingConnection = connectionType(
  'MessageSetting',
  () => MessageSetting,
  'message setting',
);
/** Conditions on message settings. */
export const MessageSettingFilter = filterType('MessageSetting', {
  id: conditions.id,
  kind: conditions.text,
  isEssential: conditions.boolean,
  isMailEnabled: conditions.boolean,
  isNoticeEnabled: conditions.boolean,
});
/** The arguments of lists of message settings. */
export const MessageSettingArgs = listArgs(() => MessageSettingFilter);
