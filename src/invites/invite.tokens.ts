/**
 * The tokens of invites. A token is made from the server's secret and a nonce that travels with the job of its mail,
 * so that it lies in no queue and in no table: the invite keeps its hash alone, and a repeated job sends it again.
 */
import { derivedSecret, digestOf, newSecret } from '../platform/auth/secrets.ts';
import type { Limit } from '../platform/auth/rate-limit.ts';
import type { Config } from '../platform/config/index.ts';

/** How long an invite can be answered, in days. */
export const inviteDays = 7;

/** Mails that one person causes by inviting. */
export const byInviter: Limit = { name: 'invite', attempts: 200, seconds: 3600 };

/** What an invite needs of a new mail. */
export interface NewToken {
  /** For the payload of the job that sends the mail. */
  readonly nonce: string;
  readonly tokenHash: string;
  readonly expiresAt: Date;
}

/** A new token for an invite; the ones before it are dead once its hash is stored. */
export function newToken(config: Config, purpose: string): NewToken {
  const nonce = newSecret();
  const expiresAt = new Date(Date.now() + inviteDays * 86_400_000);
  return { nonce, tokenHash: digestOf(tokenOf(config, purpose, nonce)), expiresAt };
}

/** The token that belongs to a nonce. */
export function tokenOf(config: Config, purpose: string, nonce: string): string {
  return derivedSecret(config.auth.tokenSecret, purpose, nonce);
}
