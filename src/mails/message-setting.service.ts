/** The verbs of message settings: keep them in step with the code, and switch a kind on or off. */
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../platform/data/database.ts';
import type { Changes } from '../platform/data/writer.ts';
import { applyInput, assertNotCleared } from '../platform/data/writer.ts';
import { invalid } from '../platform/graphql/errors.ts';
import type { MailKind } from '../platform/mail/mail-kind.ts';
import { MessageSetting } from './message-setting.entity.ts';

/**
 * Makes the rows those of the kinds in the code: new ones are switched on, those that are gone are deleted. Called
 * after migrations.
 */
export async function ensureMessageSettings(database: Database, kinds: readonly MailKind[]): Promise<void> {
  const rows = kinds.map(({ name, description, isEssential = false }) => ({ id: uuidv7(), kind: name, description, isEssential }));
  await database.query(
    `WITH given AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS given (id uuid, kind text, description text, "isEssential" boolean)),
     gone AS (DELETE FROM message_settings WHERE kind NOT IN (SELECT kind FROM given))
     INSERT INTO message_settings (id, kind, description, is_essential)
     SELECT id, kind, description, "isEssential" FROM given
     ON CONFLICT (kind) DO UPDATE SET description = excluded.description, is_essential = excluded.is_essential,
       is_mail_enabled = message_settings.is_mail_enabled OR excluded.is_essential
     WHERE (message_settings.description, message_settings.is_essential) IS DISTINCT FROM (excluded.description, excluded.is_essential)`,
    [JSON.stringify(rows)],
  );
}

/** Switches a kind of message on or off. Throws BAD_USER_INPUT for one that is essential. */
export async function updateMessageSetting(
  changes: Changes,
  id: string,
  input: { readonly isMailEnabled?: boolean | null },
): Promise<MessageSetting> {
  const setting = await changes.take(MessageSetting, id, 'update');
  assertNotCleared(input, ['isMailEnabled']);
  if (setting.isEssential && input.isMailEnabled === false) {
    throw invalid('is essential: without it people could not get into their account', 'input', 'isMailEnabled');
  }
  applyInput(setting, input, ['isMailEnabled']);
  return setting;
}
