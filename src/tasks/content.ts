/**
 * Inputs and results as they are given: as text, or as a payload that was sent before. Both are held to the
 * collaboration: ciphertext where it is encrypted, and none where it is not.
 */
import { identityOf } from '../permissions/viewer.ts';
import type { Changes } from '../platform/data/writer.ts';
import { badInput, notFound } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import { isCiphertext } from './ciphertext.ts';

/** The most bytes of an input or result that stands in its row. */
const largestText = 1_000_000;
/** How long a payload waits to be named, in hours. */
export const payloadHours = 24;

/** An input or result. One of the two is null. */
export interface Given {
  readonly text: string | null;
  readonly payloadId: string | null;
}

/** Where content stands in an input, and what it is held to. */
export interface ContentRules {
  readonly path: readonly (string | number)[];
  /** The key of the text; the payload's is `payloadId`. */
  readonly key: 'input' | 'result';
  readonly isEncrypted: boolean;
  readonly isNeeded: boolean;
}

/**
 * What an input says under `key` or `payloadId`; null for neither where none is needed. Throws BAD_USER_INPUT for both,
 * for a text that is too long, and for the wrong shape; NOT_FOUND for a payload that is not the viewer's to name.
 */
export async function givenContent(
  changes: Changes,
  input: { readonly [key in 'input' | 'result' | 'payloadId']?: string | null },
  { path, key, isEncrypted, isNeeded }: ContentRules,
): Promise<Given | null> {
  const text = input[key] ?? null;
  const named = input.payloadId ?? null;
  const wrong = (message: string, at: string = key) => badInput([{ path: [...path, at], message }]);
  if (text === null && named === null) {
    if (isNeeded) throw wrong('is needed, or payloadId in place of it');
    return null;
  }
  if (text !== null && named !== null) throw wrong(`cannot be given together with ${key}`, 'payloadId');
  if (text !== null) {
    if (Buffer.byteLength(text) > largestText)
      throw wrong(`has at most ${largestText} bytes; send it by PUT /payloads and name it as payloadId`);
    if (isCiphertext(text) !== isEncrypted) throw wrong(shapeProblem(isEncrypted));
    return { text, payloadId: null };
  }
  const payloadId = uuidOfArgument('Payload', named!, ...path, 'payloadId');
  const [found] = await changes.query(
    `SELECT is_ciphertext AS "isCiphertext" FROM payloads WHERE id = $1 AND uploader = $2 AND used_at IS NULL
       AND created_at > now() - make_interval(hours => $3) FOR UPDATE`,
    [payloadId, identityOf(changes.viewer), payloadHours],
  );
  if (!found) throw notFound('payload');
  if (found.isCiphertext !== isEncrypted) throw wrong(shapeProblem(isEncrypted), 'payloadId');
  await changes.query('UPDATE payloads SET used_at = now() WHERE id = $1', [payloadId]);
  return { text: null, payloadId };
}

function shapeProblem(isEncrypted: boolean): string {
  return isEncrypted
    ? 'is readable, and this collaboration is encrypted: base64(RSA-4096 of the key) $ base64(IV) $ base64(AES-256-CTR of the text)'
    : 'is encrypted, and this collaboration is not: nobody could read it';
}
