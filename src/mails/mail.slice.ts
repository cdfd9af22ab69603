/** The slice of mails: the log of what was sent, and what administrators let out. */
import { byCell, forEveryone } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { Mail } from './mail.entity.ts';
import { mailPermissions, messageSettingPermissions } from './mail.permissions.ts';
import { MailResolver } from './mail.resolver.ts';
import { MessageSetting } from './message-setting.entity.ts';

/** Mails sent and message settings. */
export const mailSlice: Slice = {
  entities: [Mail, MessageSetting],
  permissions: [mailPermissions, messageSettingPermissions],
  resolvers: [MailResolver],
  operations: {
    Query: { mails: forEveryone, messageSettings: forEveryone },
    Mutation: { updateMessageSetting: byCell('MessageSetting', 'update') },
  },
};
