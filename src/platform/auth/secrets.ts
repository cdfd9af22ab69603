/**
 * Secrets that are handed to people: refresh tokens and the tokens of mails. 256 random bits need no salt, so
 * they are stored as plain SHA-256 and looked up by it.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new secret: 256 random bits, 43 characters that fit into an address. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a secret: its SHA-256, in hexadecimal. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** A secret that only holders of the key can make, the same at every call; `purpose` keeps its uses apart. */
export function derivedSecret(key: string, purpose: string, id = ''): string {
  return createHmac('sha256', key).update(`${purpose}\n${id}`).digest('base64url');
}

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(given)), Buffer.from(digestOf(expected)));
}
