/**
 * API keys of compute nodes: 256 random bits. Of a key its first characters are kept, by which the row is found without
 * looking at any other, and its SHA-256, by which it is known.
 */
import { digestOf, newSecret } from '../platform/auth/secrets.ts';

/** What is stored of a key. */
export interface StoredKey {
  readonly apiKeyPrefix: string;
  readonly apiKeyHash: string;
}

const prefixLength = 12;

/** A new key. */
export const newApiKey = newSecret;

/** What is stored of a key. */
export function storedKey(apiKey: string): StoredKey {
  return { apiKeyPrefix: apiKey.slice(0, prefixLength), apiKeyHash: digestOf(apiKey) };
}
