/**
 * Signed links to private files: whoever holds one may fetch that file until it expires, and nothing else. Made where
 * a row is read, for a viewer who may see the row; never stored.
 */
import { derivedSecret, isSameSecret } from '../auth/secrets.ts';
import type { Config } from '../config/index.ts';
import { filePath } from './keys.ts';

/** How long a link is good for, in seconds. */
export const linkSeconds = 300;

/** What a link says beside its path. */
export interface LinkProof {
  readonly expires: string;
  readonly signature: string;
  /** The name under which a browser saves the file; without one it shows it. */
  readonly name?: string;
}

function signatureOf(config: Config, key: string, expires: string, name = ''): string {
  return derivedSecret(config.auth.tokenSecret, 'file link', JSON.stringify([key, expires, name]));
}

/** A link through this server. @param name the name under which a browser saves the file */
export function signedLink(config: Config, key: string, name?: string, now = Date.now()): string {
  const expires = String(Math.floor(now / 1000) + linkSeconds);
  const proof: LinkProof = {
    expires,
    signature: signatureOf(config, key, expires, name),
    ...(name ? { name } : {}),
  };
  return `${config.http.publicUrl}${filePath(key)}?${new URLSearchParams({ ...proof })}`;
}

/** Whether a link is good: `expired` is told only to whoever holds one that was. */
export function judgeLink(
  config: Config,
  key: string,
  proof: LinkProof,
  now = Date.now(),
): 'good' | 'expired' | 'forged' {
  if (!isSameSecret(proof.signature, signatureOf(config, key, proof.expires, proof.name))) return 'forged';
  return Number(proof.expires) * 1000 > now ? 'good' : 'expired';
}
