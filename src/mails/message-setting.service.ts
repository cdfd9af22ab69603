/** The verbs of message settings: keep them in step with the code, and switch a kind on or off. */
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../platform/data/database.ts';
import type { Changes } from '../platform/data/writer.ts';
import { applyInput, assertNotCleared } from '../platform/data/writer.ts';
import { invalid } from '../platform/graphql/errors.ts';
import type { MailKind } from '../platform/mail/mail-kind.ts';
import type { NotificationKind } from '../platform/mail/notification-kind.ts';
import { MessageSetting } from './message-setting.entity.ts';

/**
 * Makes the rows those of the kinds in the code: new ones are switched on, those that are gone are deleted. Called
 * after migrations.
 */
export async function ensureMessageSettings(
  database: Database,
  mails: readonly MailKind[],
  notifications: readonly Pick<NotificationKind, 'name' | 'description'>[],
): Promise<void> {
  const kinds = [...mails, ...notifications.filter(({ name }) => !mails.some((mail) => mail.name === name))];
  const rows = kinds.map(({ name, description, ...kind }) => ({
    id: uuidv7(),
    kind: name,
    description,
    isEssential: 'isEssential' in kind && kind.isEssential === true,
    hasMail: mails.some((mail) => mail.name === name),
    hasNotice: notifications.some((notification) => notification.name === name),
  }));
  // What is new to a kind is switched on; what it no longer has is null.
  const kept = (column: string, has: string) =>
    `CASE WHEN given.${has} THEN coalesce(now.${column}, true) END`;
  await database.query(
    `WITH given AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb)
         AS given (id uuid, kind text, description text, "isEssential" boolean, "hasMail" boolean, "hasNotice" boolean)),
     gone AS (DELETE FROM message_settings WHERE kind NOT IN (SELECT kind FROM given))
     INSERT INTO message_settings (id, kind, description, is_essential, is_mail_enabled, is_notice_enabled)
     SELECT given.id, given.kind, given.description, given."isEssential",
       ${kept('is_mail_enabled', '"hasMail"')} OR given."isEssential", ${kept('is_notice_enabled', '"hasNotice"')}
     FROM given LEFT JOIN message_settings now ON now.kind = given.kind
     ON CONFLICT (kind) DO UPDATE SET description = excluded.description, is_essential = excluded.is_essential,
       is_mail_enabled = excluded.is_mail_enabled, is_notice_enabled = excluded.is_notice_enabled`,
    [JSON.stringify(rows)],
  );
}

const switches = ['isMailEnabled', 'isNoticeEnabled'] as const;

/** Switches a kind of message on or off. Throws BAD_USER_INPUT for a mail that is essential, or what the kind does not have. */
export async function updateMessageSetting(
  changes: Changes,
  id: string,
  input: { readonly [key in (typeof switches)[number]]?: boolean | null },
): Promise<MessageSetting> {
  const setting = await changes.take(MessageSetting, id, 'update');
  assertNotCleared(input, switches);
  for (const key of switches) {
    if (input[key] !== undefined && setting[key] === null)
      throw invalid('is nothing that this kind has', 'input', key);
  }
  if (setting.isEssential && input.isMailEnabled === false) {
    throw invalid(
      'is essential: without it people could not get into their account',
      'input',
      'isMailEnabled',
    );
  }
  applyInput(setting, input, switches);
  return setting;
}
