/**
 * For clients of encrypted collaborations: encrypts inputs for an organization, and decrypts what was encrypted for one's
 * own. The format is that of the server this one succeeds, so that its clients and algorithms go on working:
 *
 *   base64(a 32-byte key under RSA-4096 with PKCS#1 v1.5 padding) $ base64(a 16-byte IV) $ base64(the text under AES-256-CTR)
 *
 * It hides, and does not prove who wrote: CTR mode has no seal. Needs nothing but Node.
 */
import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';

/** A text that is not in the format, or was not encrypted for this key. */
export class EncryptionError extends Error {
  override readonly name = 'EncryptionError';
}

/**
 * Encrypts for an organization.
 * @param publicKey the organization's, as the schema has it: the base64 of a PEM
 */
export function encrypt(content: string | Uint8Array, publicKey: string): string {
  const key = createPublicKey(Buffer.from(publicKey, 'base64').toString());
  if (key.asymmetricKeyType !== 'rsa' || key.asymmetricKeyDetails?.modulusLength !== 4096)
    throw new EncryptionError('The public key is no RSA key of 4096 bits');
  const secret = randomBytes(32);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-ctr', secret, iv);
  const hidden = Buffer.concat([cipher.update(content), cipher.final()]);
  const sealed = publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, secret);
  return [sealed, iv, hidden].map((part) => part.toString('base64')).join('$');
}

/**
 * Decrypts what was encrypted for the owner of the key.
 * @param privateKey a PEM
 */
export function decrypt(text: string, privateKey: string): Buffer {
  const parts = text.split('$').map((part) => Buffer.from(part, 'base64'));
  const [sealed, iv, hidden] = parts;
  if (parts.length !== 3 || sealed.length !== 512 || iv.length !== 16)
    throw new EncryptionError('The text is not encrypted, or not in this format');
  let secret: Buffer;
  try {
    secret = privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, sealed);
  } catch (error) {
    throw new EncryptionError('The text was encrypted for another key', { cause: error });
  }
  // With a wrong key the padding is not refused but made up, so that nobody learns anything from its failing.
  if (secret.length !== 32) throw new EncryptionError('The text was encrypted for another key');
  const decipher = createDecipheriv('aes-256-ctr', secret, iv);
  return Buffer.concat([decipher.update(hidden), decipher.final()]);
}
