/** The slice of mails: the log of what was sent, and what administrators let out. */
import { byCell, forEveryone } from '../permissions/operations.ts';
import type { Prune } from '../platform/jobs/prune.ts';
import type { Slice } from '../platform/slice.ts';
import { Mail } from './mail.entity.ts';
import { mailPermissions, messageSettingPermissions } from './mail.permissions.ts';
import { MailResolver } from './mail.resolver.ts';
import { MessageSetting } from './message-setting.entity.ts';

/** Those whose time is over, by the setting; of the development mailbox, all but the newest. */
const pruneMails: Prune = async (database) => {
  await database.query(
    'DELETE FROM mails WHERE at < now() - make_interval(days => (SELECT mail_retention_days FROM settings))',
  );
  await database.query(
    'DELETE FROM mailbox_messages WHERE job_id IN (SELECT job_id FROM mailbox_messages ORDER BY created_at DESC OFFSET 1000)',
  );
};

/** Mails sent and message settings. */
export const mailSlice: Slice = {
  entities: [Mail, MessageSetting],
  permissions: [mailPermissions, messageSettingPermissions],
  resolvers: [MailResolver],
  prune: [pruneMails],
  operations: {
    Query: { mails: forEveryone, messageSettings: forEveryone },
    Mutation: { updateMessageSetting: byCell('MessageSetting', 'update') },
  },
};
