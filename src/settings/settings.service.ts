/** The verb of the settings: changing them. */
import type { Config } from '../platform/config/index.ts';
import type { Changes } from '../platform/data/writer.ts';
import { applyInput } from '../platform/data/writer.ts';
import { forbidden } from '../platform/graphql/errors.ts';
import type { InputProblem } from '../platform/graphql/errors.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { cleanInput } from '../platform/inputs.ts';
import type { Judged, TextKind } from '../platform/values.ts';
import { judgeText, longest } from '../platform/values.ts';
import type { DeclaredSetting, SettingKind } from '../platform/settings/group.ts';
import { groupsByField, propertyOf, settingsIn } from '../platform/settings/group.ts';
import { encryptSetting } from '../platform/settings/secret.ts';
import { Settings } from './settings.entity.ts';
import { settingChangedMail } from './settings.mail.ts';
import type { UpdateSettingsInput } from './settings.inputs.ts';

const fields = [
  'appName',
  'tagline',
  'analyticsKey',
  'stripePublishableKey',
  'googleUrl',
  'githubUrl',
  'twitterUrl',
  'supportUrl',
  'facebookUrl',
  'youtubeUrl',
  'androidAppUrl',
  'webAppUrl',
] as const;
/**
 * Changes the settings. Throws FORBIDDEN for a setting that is for super admins, BAD_USER_INPUT for a number out of its range. Every instance reads them at each use,
 * so that the change holds everywhere once it is committed.
 */
export async function updateSettings(
  changes: Changes,
  config: Config,
  input: UpdateSettingsInput,
): Promise<Settings> {
  const [only] = await changes.query('SELECT id FROM settings');
  const settings = await changes.take(Settings, encodeId('Settings', String(only.id)), 'update');
  const guarded = superAdminSettings(input);
  if (guarded.length > 0 && !changes.viewer.isSuperAdmin)
    throw forbidden(`Only a super admin sets ${guarded.join(' and ')}`, { field: `Settings.${guarded[0]}` });
  const before = { ...settings };
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
  await publishToSuperAdmins(
    changes,
    guarded.filter((name) => valueOf(before, name) !== valueOf(settings, name)),
    settings,
  );
  return settings;
}

/** The settings of an input that are for super admins, as `mail.frontendUrl`. */
function superAdminSettings(input: UpdateSettingsInput): string[] {
  const given = input as Record<string, Record<string, unknown> | null | undefined>;
  return [...groupsByField()].flatMap(([key, group]) =>
    settingsIn(group).flatMap(({ name, isSuperAdmins }) =>
      isSuperAdmins && given[key]?.[name] !== undefined ? [`${key}.${name}`] : [],
    ),
  );
}

function valueOf(settings: object, name: string): string | null {
  const [key, setting] = name.split('.');
  return (
    ((settings as Record<string, unknown>)[propertyOf(groupsByField().get(key)!, setting)] as
      string | null | undefined) ?? null
  );
}

/** Whoever changed such a setting could lead people astray: every super admin is told of it by mail. */
async function publishToSuperAdmins(
  changes: Changes,
  names: readonly string[],
  settings: Settings,
): Promise<void> {
  const superAdmins =
    names.length === 0
      ? []
      : await changes.query(
          'SELECT id FROM users WHERE is_super_admin AND NOT is_blocked AND deleted_at IS NULL',
        );
  for (const name of names) {
    const payload = { name, value: valueOf(settings, name), changedBy: changes.userId };
    await changes.enqueueAll(
      settingChangedMail,
      superAdmins.map(({ id }) => ({ ...payload, userId: String(id) })),
    );
  }
}

function problemOf({ kind, range }: DeclaredSetting, value: unknown): string | null {
  if (typeof value === 'string') {
    if (value.length > longest.line) return `is at most ${longest.line} characters long`;
    if (value.trim() === '') return 'cannot be empty; null clears it';
    return kind === 'secret' ? null : judged(kind, value).problem;
  }
  if (range && typeof value === 'number' && (value < range[0] || value > range[1]))
    return `must be ${range[0]} to ${range[1]}`;
  return null;
}

function stored(
  config: Config,
  { kind, default: standard }: DeclaredSetting,
  property: string,
  value: unknown,
): unknown {
  if (value === null) return standard ?? null;
  if (kind === 'secret') return encryptSetting(config, property, value as string);
  return typeof value === 'string' ? judged(kind, value).text : value;
}

function judged(kind: SettingKind, value: string): Judged {
  return judgeText({ kind: kind as TextKind, nullable: false }, value);
}
