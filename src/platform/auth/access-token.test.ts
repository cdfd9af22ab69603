import { describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import type { Config } from '../config/index.ts';
import { AccessTokens, signAccessToken } from './access-token.ts';

const config = {
  auth: { tokenSecret: 'a secret of more than 32 characters', accessTokenMinutes: 15, refreshTokenDays: 30 },
} as Config;
const who = {
  userId: '01980000-0000-7000-8000-000000000001',
  computeNodeId: null,
  work: null,
  familyId: '01980000-0000-7000-8000-000000000002',
};
const key = new TextEncoder().encode(config.auth.tokenSecret);

/** A token of ours but for what `change` does to it. */
async function forged(
  change: (token: SignJWT) => SignJWT,
  header = { alg: 'HS256', typ: 'at+jwt' },
  secret = key,
): Promise<string> {
  const token = new SignJWT({ family: who.familyId })
    .setProtectedHeader(header)
    .setIssuer('convoke')
    .setAudience('convoke:access')
    .setSubject(who.userId)
    .setExpirationTime('5m');
  return change(token).sign(secret);
}

describe('access tokens', () => {
  it('say who and until when, the first time and again', async () => {
    const { token, expiresAt } = await signAccessToken(config, who);
    const tokens = new AccessTokens(config);
    const claims = { ...who, expiresAt: expiresAt.getTime() };
    expect(await tokens.verify(token)).toEqual(claims);
    expect(await tokens.verify(token)).toEqual(claims);
    expect(Math.abs(expiresAt.getTime() - Date.now() - 900_000)).toBeLessThan(5000);
    expect(await tokens.verify(await forged((same) => same))).not.toBeNull();
  });

  it('are refused when anything about them is not ours', async () => {
    const { token } = await signAccessToken(config, who);
    const [head, , signature] = token.split('.');
    const bad = [
      '',
      'nonsense',
      token.slice(0, -2),
      `${head}.${Buffer.from('{"sub":"x"}').toString('base64url')}.${signature}`,
      await forged((same) => same, undefined, new TextEncoder().encode('another secret of 32 characters!')),
      await forged((same) => same.setAudience('convoke:other')),
      await forged((same) => same.setIssuer('another')),
      await forged((same) => same.setExpirationTime('-1m')),
      await forged((same) => same.setSubject('nobody')),
      await forged((same) => same, { alg: 'HS256', typ: 'JWT' }),
      await forged((same) => same, { alg: 'HS512', typ: 'at+jwt' }),
    ];
    const tokens = new AccessTokens(config);
    for (const one of bad) expect(await tokens.verify(one)).toBeNull();
  });
});
