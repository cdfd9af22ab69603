/**
 * Encryption at rest: AES-256-GCM under keys that are derived from SETTINGS_SECRET (else TOKEN_SECRET), one for each
 * use. What a text belongs to is authenticated with it, so that no stored text passes for another.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Config } from '../config/index.ts';

/** A stored text that this installation cannot read: it was written under another secret, or changed. */
export class UnreadableTextError extends Error {}

/**
 * The text to store of a secret.
 * @param use what the key is for, such as `settings`
 * @param owner what the secret belongs to: asked for once more when it is read
 */
export function encrypt(config: Pick<Config, 'auth'>, use: string, owner: string, secret: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(config, use), iv).setAAD(Buffer.from(owner));
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return ['v1', iv, cipher.getAuthTag(), text]
    .map((part) => (typeof part === 'string' ? part : part.toString('base64url')))
    .join('.');
}

/** The secret behind a stored text. Throws UnreadableTextError. */
export function decrypt(config: Pick<Config, 'auth'>, use: string, owner: string, stored: string): string {
  const [version, iv, tag, text] = stored.split('.');
  try {
    if (version !== 'v1') throw new Error('another form');
    const decipher = createDecipheriv('aes-256-gcm', keyOf(config, use), Buffer.from(iv, 'base64url'), {
      authTagLength: 16,
    });
    decipher.setAAD(Buffer.from(owner)).setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString(
      'utf8',
    );
  } catch {
    throw new UnreadableTextError('The text was stored under another SETTINGS_SECRET (or TOKEN_SECRET)');
  }
}

function keyOf({ auth }: Pick<Config, 'auth'>, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', auth.settingsSecret, '', `convoke ${use}`, 32));
}
