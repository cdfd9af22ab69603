/** Secrets among the settings: encrypted at rest, each bound to its setting. */
import { decrypt, encrypt } from '../auth/encryption.ts';
import type { Config } from '../config/index.ts';

/** A stored secret that this installation cannot read: it was written under another SETTINGS_SECRET, or changed. */
export class UnreadableSecretError extends Error {
  constructor(setting: string, cause: unknown) {
    super(
      `The setting ${setting} was stored under another SETTINGS_SECRET (or TOKEN_SECRET): set it once more`,
      { cause },
    );
  }
}

/** The text to store of a secret. @param setting the property of the row, such as `mailSmtpUrl` */
export function encryptSetting(config: Pick<Config, 'auth'>, setting: string, secret: string): string {
  return encrypt(config, 'settings', setting, secret);
}

/** The secret behind a stored text. Throws UnreadableSecretError. */
export function decryptSetting(config: Pick<Config, 'auth'>, setting: string, stored: string): string {
  try {
    return decrypt(config, 'settings', setting, stored);
  } catch (error) {
    throw new UnreadableSecretError(setting, error);
  }
}
