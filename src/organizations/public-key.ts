/** Public keys of organizations: the base64 of the PEM of an RSA key of 4096 bits with the exponent 65537. */
import { createPublicKey } from 'node:crypto';

/** What is wrong with a public key; null for a good one. */
export function publicKeyProblem(text: string): string | null {
  const pem = Buffer.from(text, 'base64').toString('latin1');
  if (!pem.includes('-----BEGIN PUBLIC KEY-----') && !pem.includes('-----BEGIN RSA PUBLIC KEY-----')) {
    return 'is not the base64 of the PEM of a public key';
  }
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem);
    const isRight =
      asymmetricKeyType === 'rsa' &&
      asymmetricKeyDetails?.modulusLength === 4096 &&
      asymmetricKeyDetails.publicExponent === 65_537n;
    return isRight ? null : 'is no RSA key of 4096 bits with the exponent 65537';
  } catch {
    return 'is not the base64 of the PEM of a public key';
  }
}
