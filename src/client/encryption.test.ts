import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CiphertextShape, isCiphertext } from '../tasks/ciphertext.ts';
import { EncryptionError, decrypt, encrypt } from './encryption.ts';

const [own, other] = [0, 1].map(() =>
  generateKeyPairSync('rsa', { modulusLength: 4096, publicExponent: 65_537 }),
);
const privateKey = own.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const publicKey = Buffer.from(own.publicKey.export({ type: 'spki', format: 'pem' })).toString('base64');

describe('encryption', () => {
  it.each([[''], ['a'], ['{"method": "average", "größe": 1}'], ['x'.repeat(100_000)]])(
    'goes there and back: %#',
    (text) => {
      const hidden = encrypt(text, publicKey);
      expect(decrypt(hidden, privateKey).toString()).toBe(text);
      expect(isCiphertext(hidden)).toBe(true);
    },
  );

  it('never says the same twice', () => {
    expect(encrypt('a', publicKey)).not.toBe(encrypt('a', publicKey));
  });

  it('decrypts nothing with another key, and nothing of another format', () => {
    const wrong = other.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    expect(() => {
      // Made-up padding may by chance look right; what comes out is never the text.
      if (decrypt(encrypt('secret', publicKey), wrong).toString() !== 'secret')
        throw new EncryptionError('garbage');
    }).toThrow(EncryptionError);
    expect(() => decrypt('readable', privateKey)).toThrow('not encrypted');
    expect(() => decrypt('YQ==$YQ==$YQ==', privateKey)).toThrow('not encrypted');
  });
});

describe('the shape of ciphertext', () => {
  const hidden = encrypt('something to hide, of some length', publicKey);
  const [sealed, iv, body] = hidden.split('$');

  it.each([
    ['readable text', 'hello'],
    ['nothing', ''],
    ['JSON', '{"a":1}'],
    ['base64 alone', Buffer.from('hello').toString('base64')],
    ['a part too few', `${sealed}$${iv}`],
    ['a part too many', `${hidden}$${body}`],
    ['a short key', `${sealed.slice(4)}$${iv}$${body}`],
    ['a short IV', `${sealed}$${iv.slice(4)}$${body}`],
    ['another alphabet', hidden.replace(/.$/, '_')],
    ['a broken last part', `${hidden.replaceAll('=', '')}=`.slice(0, -2)],
    ['padding in the middle', `${sealed}$${iv}$YQ==YQ==`],
    ['a new line at its end', `${hidden}\n`],
    ['a space before it', ` ${hidden}`],
  ])('is not that of %s', (_what, text) => expect(isCiphertext(text)).toBe(false));

  it('is found in parts of any length', () => {
    for (const length of [1, 3, 100, 709, 711]) {
      const shape = new CiphertextShape();
      for (let at = 0; at < hidden.length; at += length) shape.push(hidden.slice(at, at + length));
      expect(shape.end()).toBe(true);
    }
  });
});
