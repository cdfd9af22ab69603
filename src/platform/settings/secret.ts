/**
 * Secrets among the settings at rest: AES-256-GCM under a key that is derived from SETTINGS_SECRET (else
 * TOKEN_SECRET). The name of the setting is authenticated with the text, so that no secret passes for another.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Config } from '../config/index.ts';

/** A stored secret that this installation cannot read: it was written under another SETTINGS_SECRET, or changed. */
export class UnreadableSecretError extends Error {
  constructor(setting: string) {
    super(`The setting ${setting} was stored under another SETTINGS_SECRET (or TOKEN_SECRET): set it once more`);
  }
}

/** The text to store of a secret. @param setting the property of the row, such as `mailSmtpUrl` */
export function encryptSetting(config: Pick<Config, 'auth'>, setting: string, secret: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(config), iv).setAAD(Buffer.from(setting));
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return ['v1', iv, cipher.getAuthTag(), text].map((part) => (typeof part === 'string' ? part : part.toString('base64url'))).join('.');
}

/** The secret behind a stored text. Throws UnreadableSecretError. */
export function decryptSetting(config: Pick<Config, 'auth'>, setting: string, stored: string): string {
  const [version, iv, tag, text] = stored.split('.');
  try {
    if (version !== 'v1') throw new Error('another form');
    const decipher = createDecipheriv('aes-256-gcm', keyOf(config), Buffer.from(iv, 'base64url'), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(setting)).setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString('utf8');
  } catch {
    throw new UnreadableSecretError(setting);
  }
}

function keyOf({ auth }: Pick<Config, 'auth'>): Buffer {
  return Buffer.from(hkdfSync('sha256', auth.settingsSecret, '', 'convoke settings', 32));
}
