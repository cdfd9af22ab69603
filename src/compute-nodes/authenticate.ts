/**
 * How a compute node shows its key. Its row is found by the key's first characters, so it takes the same time whatever the
 * key and however many compute nodes there are; and nothing tells a wrong key from one of nobody.
 */
import { attempt } from '../platform/auth/rate-limit.ts';
import { digestOf, isSameSecret } from '../platform/auth/secrets.ts';
import type { IssuedTokens } from '../platform/auth/tokens.ts';
import { issueMachineTokens } from '../platform/auth/tokens.ts';
import type { Context } from '../platform/graphql/context.ts';
import { unauthenticated } from '../platform/graphql/errors.ts';
import { byAddress } from '../accounts/limits.ts';
import { storedKey } from './api-key.ts';

/** Compared with where no key has these first characters. */
const nobodys = digestOf('nobody');

/** Tokens for an API key. Throws UNAUTHENTICATED, or RATE_LIMITED after too many attempts from one network address. */
export async function authenticateComputeNode(
  { write, config, address }: Pick<Context, 'write' | 'config' | 'address'>,
  apiKey: string,
): Promise<IssuedTokens> {
  await attempt(write.database, byAddress(config), address);
  const { apiKeyPrefix, apiKeyHash } = storedKey(apiKey);
  return write.transaction(async (changes) => {
    const [found] = await changes.query(
      'SELECT id, api_key_hash AS hash FROM compute_nodes WHERE api_key_prefix = $1',
      [apiKeyPrefix],
    );
    const isRight = isSameSecret(apiKeyHash, String(found?.hash ?? nobodys));
    if (!found || !isRight) throw unauthenticated('Wrong API key');
    changes.record('AUTHENTICATE', 'ComputeNode', String(found.id));
    return issueMachineTokens(changes, config, String(found.id));
  });
}
