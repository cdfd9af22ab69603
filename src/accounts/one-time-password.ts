/**
 * One-time passwords: the codes of an app (TOTP, RFC 6238), and recovery codes for whoever has lost it. A code is good
 * once: the last time step that was used is kept, and neither it nor an earlier one is taken again.
 */
import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { decrypt } from '../platform/auth/encryption.ts';
import { digestOf } from '../platform/auth/secrets.ts';
import type { Config } from '../platform/config/index.ts';
import type { Transaction } from '../platform/data/database.ts';
import { conflict } from '../platform/graphql/errors.ts';
import type { Asking } from './prove.ts';
import { twoFactorMail } from './security.mail.ts';

/** What keys of seeds are derived for. */
export const seedUse = 'second factors';
/** How many recovery codes there are. */
const recoveryCodes = 10;
const period = 30;

/** The generator of an account's codes, as authenticator apps expect it: SHA-1, six digits, thirty seconds. */
export function totpOf(seed: string, issuer = '', label = ''): TOTP {
  return new TOTP({ issuer, label, secret: Secret.fromBase32(seed), algorithm: 'SHA1', digits: 6, period });
}

/**
 * Whether a code of the app is right now, give or take one step, and was not used before; then it is used.
 * @param confirmed whether the seed must have been confirmed, or must not
 */
export async function useCode(
  sql: Pick<Transaction, 'query'>,
  config: Config,
  userId: string,
  code: string,
  confirmed: boolean,
): Promise<boolean> {
  const [found] = await sql.query(
    `SELECT seed FROM two_factors WHERE user_id = $1 AND (confirmed_at IS NOT NULL) = $2`,
    [userId, confirmed],
  );
  if (!found) return false;
  const delta = totpOf(decrypt(config, seedUse, userId, String(found.seed))).validate({
    token: code,
    window: 1,
  });
  if (delta === null) return false;
  const step = Math.floor(Date.now() / 1000 / period) + delta;
  const used = await sql.query(
    'UPDATE two_factors SET last_step = $2 WHERE user_id = $1 AND (last_step IS NULL OR last_step < $2) RETURNING user_id',
    [userId, step],
  );
  return used.length === 1;
}

/** Whether a code of the app or a recovery code is right; then it is used. Of a recovery code the person is told. */
export async function useSecondFactor(
  { write, config }: Asking,
  userId: string,
  given: string,
): Promise<boolean> {
  const code = given.replace(/[\s-]/g, '').toLowerCase();
  if (/^\d{6}$/.test(code)) return useCode(write.database, config, userId, code, true);
  try {
    await write.transaction(async (changes) => {
      const used = await changes.query(
        'UPDATE recovery_codes SET used_at = now() WHERE user_id = $1 AND hash = $2 AND used_at IS NULL RETURNING id',
        [userId, digestOf(code)],
      );
      if (used.length === 0) throw wrongCode;
      changes.actAs(userId);
      changes.record('USE_RECOVERY_CODE', 'User', userId);
      await changes.enqueue(twoFactorMail, { userId, change: 'RECOVERY_CODE_USED' });
    });
    return true;
  } catch (error) {
    if (error === wrongCode) return false;
    throw error;
  }
}

const wrongCode = conflict('There is no such recovery code');

/** New recovery codes in place of the old; shown once, kept as hashes. 80 random bits each. */
export async function renewRecoveryCodes(sql: Pick<Transaction, 'query'>, userId: string): Promise<string[]> {
  const codes = Array.from({ length: recoveryCodes }, () =>
    new Secret({ buffer: new Uint8Array(randomBytes(10)).buffer }).base32.toLowerCase(),
  );
  await sql.query('DELETE FROM recovery_codes WHERE user_id = $1', [userId]);
  await sql.query(
    `INSERT INTO recovery_codes (id, user_id, hash) SELECT gen_random_uuid(), $1, unnest($2::text[])`,
    [userId, codes.map(digestOf)],
  );
  return codes.map((code) => code.replace(/.{4}(?=.)/g, '$&-'));
}
