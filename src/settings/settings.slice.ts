/** The slice of the settings. */
import { byCell, forEveryone } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { Settings } from './settings.entity.ts';
import { settingChangedMail } from './settings.mail.ts';
import { settingsPermissions } from './settings.permissions.ts';
import { SettingsResolver } from './settings.resolver.ts';

/** Settings. */
export const settingsSlice: Slice = {
  entities: [Settings],
  permissions: [settingsPermissions],
  resolvers: [SettingsResolver],
  mails: [settingChangedMail],
  operations: {
    Query: { settings: forEveryone },
    Mutation: { updateSettings: byCell('Settings', 'update') },
  },
};
