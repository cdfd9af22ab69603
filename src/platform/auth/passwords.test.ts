import { describe, expect, it } from '@jest/globals';
import { hashPassword, isPassword } from './passwords.ts';

describe('passwords', () => {
  it('are hashed with argon2id, 19 MiB and two passes, each with a salt of its own', async () => {
    const hashes = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
    for (const hash of hashes) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(hashes[0]).not.toBe(hashes[1]);
    expect(await isPassword('correct horse', hashes[0])).toBe(true);
    expect(await isPassword('Correct horse', hashes[0])).toBe(false);
  });

  it('are the same however their accents were typed', async () => {
    expect(await isPassword('pa\u0301ssword', await hashPassword('p\u00e1ssword'))).toBe(true);
  });

  it('are never right for an account without one, whatever is tried', async () => {
    expect(await isPassword('the password of nobody', null)).toBe(false);
    expect(await isPassword('', null)).toBe(false);
  });

  it('wait in a line that ends: a burst is turned away rather than kept', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 300 }, () =>
        isPassword('guess', '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA'),
      ),
    );
    const refused = tries.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'UNAVAILABLE' });
  });
});
