/** Reading settings in the code: the row as it is now, in one statement. Nothing is remembered, so nothing is stale. */
import type { Config } from '../config/index.ts';
import type { QueryRow } from '../data/database.ts';
import { quote } from '../data/sql.ts';
import type { SettingsGroup } from './group.ts';
import { propertyOf, settingsIn } from './group.ts';
import { decryptSetting } from './secret.ts';

/** What settings are read with: an App, the context of a job, or a transaction beside a configuration. */
export interface SettingsSource {
  readonly database: { query(text: string): Promise<QueryRow[]> };
  readonly config: Config;
}

/** The settings of a group, secrets in clear. Throws UnreadableSecretError for a secret stored under another key. */
export async function settingsOf<T extends object>(
  { database, config }: SettingsSource,
  group: SettingsGroup<T>,
): Promise<T> {
  const settings = settingsIn(group).map((setting) => ({
    ...setting,
    property: propertyOf(group, setting.name),
  }));
  const columns = settings.map(({ name, property }) => `${columnOf(property)} AS ${quote(name)}`);
  const [row] = await database.query(`SELECT ${columns.join(', ')} FROM settings`);
  const values = settings.map(({ name, kind, property, default: standard }) => {
    const value = row?.[name] ?? standard ?? null;
    return [
      name,
      kind === 'secret' && value !== null ? decryptSetting(config, property, String(value)) : value,
    ];
  });
  return Object.assign(new group(), Object.fromEntries(values)) as T;
}

function columnOf(property: string): string {
  return quote(property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}
