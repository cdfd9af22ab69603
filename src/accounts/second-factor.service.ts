/** The second factor of an account: switched on with a first code, off with a password and a code, or by mail. */
import { Secret } from 'otpauth';
import QRCode from 'qrcode';
import { encrypt } from '../platform/auth/encryption.ts';
import { attempt } from '../platform/auth/rate-limit.ts';
import { digestOf } from '../platform/auth/secrets.ts';
import { endFamilies } from '../platform/auth/tokens.ts';
import type { Changes } from '../platform/data/writer.ts';
import { conflict, invalid } from '../platform/graphql/errors.ts';
import { twoFactorResetMail } from './account.mail.ts';
import { wrongSignIn } from './account.service.ts';
import { holderOf, useToken } from './email-tokens.ts';
import { byAddress, byMail } from './limits.ts';
import { renewRecoveryCodes, seedUse, totpOf, useCode } from './one-time-password.ts';
import type { Asking } from './prove.ts';
import { Failure, accountBehind, accountOf, attemptAt, ownAccount, prove, wrongPassword } from './prove.ts';
import { twoFactorMail } from './security.mail.ts';

/** What an app needs to make codes. */
export interface Enrolment {
  /** The seed in base32, to be typed where nothing can be scanned. */
  readonly secret: string;
  /** otpauth://… */
  readonly uri: string;
  /** The uri as a QR code, an SVG document. */
  readonly qrCode: string;
}

/** Makes a seed for the viewer's app. Nothing changes until a first code confirms it. Throws CONFLICT where a second factor is on. */
export async function startTwoFactor(asking: Asking, password: string): Promise<Enrolment> {
  const { write, config } = asking;
  const own = await ownAccount(asking);
  const { userId, email, username, hasTwoFactor } = await prove(asking, own, { password }, wrongPassword);
  if (hasTwoFactor) throw conflict('The second factor is on: switch it off first');
  const [settings] = await write.database.query<{ name: string | null }>(
    'SELECT app_name AS name FROM settings',
  );
  const secret = new Secret({ size: 20 }).base32;
  const uri = totpOf(secret, settings?.name ?? 'Convoke', email ?? username ?? '').toString();
  await write.transaction(async (changes) => {
    changes.record('START_TWO_FACTOR', 'User', userId);
    await changes.query(
      `INSERT INTO two_factors (user_id, seed) VALUES ($1, $2)
       ON CONFLICT (user_id) DO UPDATE SET seed = $2, last_step = NULL, created_at = now() WHERE two_factors.confirmed_at IS NULL`,
      [userId, encrypt(config, seedUse, userId, secret)],
    );
  });
  return { secret, uri, qrCode: await QRCode.toString(uri, { type: 'svg', margin: 2 }) };
}

/** Switches the second factor on with a first code of the app, and ends every other sign-in. Returns the recovery codes, this once. */
export async function confirmTwoFactor(asking: Asking, code: string): Promise<string[]> {
  const { write, config, viewer } = asking;
  const own = await ownAccount(asking);
  if (own.account.hasTwoFactor) throw conflict('The second factor is on already');
  const { userId } = own.account;
  return attemptAt(asking, own, async () => {
    const wrong = invalid(
      'is wrong: look whether the clock of the device is right, and take the next code',
      'code',
    );
    if (!(await useCode(write.database, config, userId, code.replace(/\s/g, ''), false)))
      return new Failure('FAIL_SECOND_FACTOR', wrong);
    return write.transaction(async (changes) => {
      await changes.query('UPDATE two_factors SET confirmed_at = now() WHERE user_id = $1', [userId]);
      await setFlag(changes, userId, true);
      await endFamilies(changes, userId, { except: viewer.tokenFamilyId });
      return renewRecoveryCodes(changes, userId);
    });
  });
}

/** Switches the viewer's second factor off. */
export async function disableTwoFactor(
  asking: Asking,
  password: string,
  oneTimePassword: string,
): Promise<void> {
  const { userId } = await prove(
    asking,
    await ownAccount(asking),
    { password, oneTimePassword },
    wrongPassword,
  );
  await asking.write.transaction((changes) => switchOff(changes, userId));
}

/** Makes the viewer's recovery codes anew. Throws CONFLICT without a second factor. */
export async function regenerateRecoveryCodes(
  asking: Asking,
  password: string,
  oneTimePassword: string,
): Promise<string[]> {
  const { userId, hasTwoFactor } = await prove(
    asking,
    await ownAccount(asking),
    { password, oneTimePassword },
    wrongPassword,
  );
  if (!hasTwoFactor) throw conflict('There is no second factor: switch it on first');
  return asking.write.transaction(async (changes) => {
    changes.record('RENEW_RECOVERY_CODES', 'User', userId);
    await changes.enqueue(twoFactorMail, { userId, change: 'RECOVERY_CODES_RENEWED' });
    return renewRecoveryCodes(changes, userId);
  });
}

/** Sends a mail with which, and with the password, to switch a lost second factor off. Throws UNAUTHENTICATED as signing in does. */
export async function requestTwoFactorReset(asking: Asking, login: string, password: string): Promise<void> {
  const { write, config, address } = asking;
  await attempt(write.database, byAddress(config), address);
  const { userId } = await prove(asking, await accountBehind(asking, login), { password }, wrongSignIn);
  await attempt(write.database, byMail('reset second factor'), userId);
  await write.transaction((changes) => {
    changes.actAs(userId);
    changes.record('REQUEST_TWO_FACTOR_RESET', 'User', userId);
    return changes.enqueue(twoFactorResetMail, { userId });
  });
}

/** Switches off the second factor of the account that a token was sent to, and ends its sign-ins. Throws BAD_USER_INPUT. */
export async function resetTwoFactor(asking: Asking, token: string, password: string): Promise<void> {
  const { write, config, address } = asking;
  await attempt(write.database, byAddress(config), address);
  const holder = await holderOf(write.database, 'RESET_TWO_FACTOR', token);
  const account = holder && (await accountOf(asking, holder.userId));
  const wrong = () => invalid('is unknown, expired or used, or the password is wrong', 'token');
  await prove(asking, { account, key: account?.userId ?? `token ${digestOf(token)}` }, { password }, wrong);
  await write.transaction(async (changes) => {
    const { userId } = await useToken(changes, 'RESET_TWO_FACTOR', token);
    changes.actAs(userId);
    await switchOff(changes, userId);
    await endFamilies(changes, userId);
  });
}

/** Switches a second factor off, whoever is entitled to. */
export async function switchOff(changes: Changes, userId: string): Promise<void> {
  await changes.query('DELETE FROM two_factors WHERE user_id = $1', [userId]);
  await changes.query('DELETE FROM recovery_codes WHERE user_id = $1', [userId]);
  await setFlag(changes, userId, false);
}

/** Every change of the flag is written down and told to the person. */
async function setFlag(changes: Changes, userId: string, isOn: boolean): Promise<void> {
  const changed = await changes.query(
    'UPDATE users SET has_two_factor = $2, updated_at = now(), version = version + 1 WHERE id = $1 AND has_two_factor <> $2 RETURNING id',
    [userId, isOn],
  );
  if (changed.length === 0) return;
  changes.record(isOn ? 'TURN_ON_TWO_FACTOR' : 'TURN_OFF_TWO_FACTOR', 'User', userId);
  await changes.enqueue(twoFactorMail, { userId, change: isOn ? 'ON' : 'OFF' });
}
