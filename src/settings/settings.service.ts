/** The verb of the settings: changing them. */
import type { Config } from '../platform/config/index.ts';
import type { Changes } from '../platform/data/writer.ts';
import { applyInput } from '../platform/data/writer.ts';
import type { InputProblem } from '../platform/graphql/errors.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { cleanInput } from '../platform/inputs.ts';
import type { Judged, TextKind } from '../platform/values.ts';
import { judgeText, longest } from '../platform/values.ts';
import type { DeclaredSetting, SettingKind } from '../platform/settings/group.ts';
import { groupsByField, propertyOf, settingsIn } from '../platform/settings/group.ts';
import { encryptSetting } from '../platform/settings/secret.ts';
import { Settings } from './settings.entity.ts';
import type { UpdateSettingsInput } from './settings.inputs.ts';

const fields = [
  'appName', 'tagline', 'analyticsKey', 'stripePublishableKey', 'googleUrl', 'githubUrl', 'twitterUrl', 'supportUrl', 'facebookUrl', 'youtubeUrl', 'androidAppUrl', 'webAppUrl',
] as const;
/**
 * Changes the settings. Throws BAD_USER_INPUT for a number out of its range. Every instance reads them at each use,
 * so that the change holds everywhere once it is committed.
 */
export async function updateSettings(changes: Changes, config: Config, input: UpdateSettingsInput): Promise<Settings> {
  const [only] = await changes.query('SELECT id FROM settings');
  const settings = await changes.take(Settings, encodeId('Settings', String(only.id)), 'update');
  const problems: InputProblem[] = [];
  for (const [key, group] of groupsByField()) {
    const given = (input as Record<string, Record<string, unknown> | null | undefined>)[key] ?? {};
    for (const setting of settingsIn(group)) {
      const value = given[setting.name];
      if (value === undefined) continue;
      const wrong = problemOf(setting, value);
      if (wrong) problems.push({ path: ['input', key, setting.name], message: wrong });
      else {
        const property = propertyOf(group, setting.name);
        (settings as unknown as Record<string, unknown>)[property] = stored(config, setting, property, value);
      }
    }
  }
  applyInput(settings, cleanInput(Settings, input, { check: (_, found) => found.addAll(problems) }), fields);
  await changes.em.flush();
  return settings;
}

function problemOf({ kind, range }: DeclaredSetting, value: unknown): string | null {
  if (typeof value === 'string') {
    if (value.length > longest.line) return `is at most ${longest.line} characters long`;
    if (value.trim() === '') return 'cannot be empty; null clears it';
    return kind === 'secret' ? null : judged(kind, value).problem;
  }
  if (range && typeof value === 'number' && (value < range[0] || value > range[1])) return `must be ${range[0]} to ${range[1]}`;
  return null;
}

function stored(config: Config, { kind, default: standard }: DeclaredSetting, property: string, value: unknown): unknown {
  if (value === null) return standard ?? null;
  if (kind === 'secret') return encryptSetting(config, property, value as string);
  return typeof value === 'string' ? judged(kind, value).text : value;
}

function judged(kind: SettingKind, value: string): Judged {
  return judgeText({ kind: kind as TextKind, nullable: false }, value);
}
