import { describe, expect, it } from '@jest/globals';
import { decryptSetting, encryptSetting } from './secret.ts';

const config = (settingsSecret: string) =>
  ({ auth: { settingsSecret } }) as Parameters<typeof encryptSetting>[0];
const ours = config('a'.repeat(32));

describe('a secret among the settings', () => {
  it('comes back as it was, and never lies the same way twice', () => {
    const stored = encryptSetting(ours, 'mailSmtpUrl', 'smtps://ü:secret@example.org');
    expect(decryptSetting(ours, 'mailSmtpUrl', stored)).toBe('smtps://ü:secret@example.org');
    expect(stored).not.toContain('secret');
    expect(encryptSetting(ours, 'mailSmtpUrl', 'smtps://ü:secret@example.org')).not.toBe(stored);
  });

  it('is read by no other key, as no other setting, and not once it was changed', () => {
    const stored = encryptSetting(ours, 'mailSmtpUrl', 'secret');
    const end = stored.at(-2) === 'A' ? 'B' : 'A';
    expect(() => decryptSetting(config('b'.repeat(32)), 'mailSmtpUrl', stored)).toThrow('set it once more');
    expect(() => decryptSetting(ours, 'otherSecret', stored)).toThrow('set it once more');
    for (const changed of [
      stored.slice(0, -2) + end + stored.at(-1),
      '',
      'v1',
      'v1.x.y.z',
      `v2${stored.slice(2)}`,
    ]) {
      expect(() => decryptSetting(ours, 'mailSmtpUrl', changed)).toThrow('set it once more');
    }
  });
});
