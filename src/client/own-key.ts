/**
 * Whether a compute node can open what is encrypted for its organization, found out before there is work: a key that is
 * another organization's shows itself only at the first input otherwise.
 */
import { createPublicKey } from 'node:crypto';
import type { Connection, Data } from './connection.ts';

/** The private key belongs to somebody else: nothing could ever be opened with it. */
export class WrongKey extends Error {
  override readonly name = 'WrongKey';
}

// A compute node may change itself and no other one.
const find = `query ($after: String) { computeNodes(first: 20, after: $after) { pageInfo { hasNextPage endCursor } nodes {
  viewerCan collaboration { name encrypted } organization { name publicKey publicKeys(first: 100, orderBy: CREATED_AT_DESC) { nodes { keyVersion publicKey replacedAt } } } } } }`;

/**
 * Looks at a private key (a PEM, or null for none) as the compute node that the connection is.
 * @param tell is told what to expect, where that is not all well
 * @throws WrongKey for one that its organization neither has nor had
 */
export async function checkKey(
  connection: Connection,
  privateKey: string | null,
  tell: (line: string) => void,
): Promise<void> {
  const own = await itself(connection);
  if (!own?.collaboration.encrypted) return;
  const { collaboration, organization } = own;
  if (privateKey === null)
    return tell(
      `${collaboration.name} is encrypted: without --private-key every result will be START_FAILED`,
    );
  const ours = spki(privateKey);
  const { name, publicKey, publicKeys } = organization;
  if (publicKey && spki(Buffer.from(publicKey, 'base64').toString()) === ours) return;
  const former = publicKeys.nodes.find(
    (one: Data) => spki(Buffer.from(one.publicKey, 'base64').toString()) === ours,
  );
  if (former)
    return tell(
      `the private key belongs to public key ${former.keyVersion} of ${name}, which was replaced at ${former.replacedAt}: inputs made since then cannot be opened`,
    );
  if (publicKeys.nodes.length > 0)
    throw new WrongKey(
      `The private key is not that of ${name}: it belongs to none of the public keys that ${name} has or had.`,
    );
  tell(
    `${name} has no public key, so nobody can encrypt for it: set the one that belongs to the private key, by updateOrganization`,
  );
}

async function itself(connection: Connection): Promise<Data | null> {
  for (let [more, after]: [boolean, string | null] = [true, null]; more;) {
    const { nodes, pageInfo }: Data = (await connection.ask(find, { after })).computeNodes;
    const own = nodes.find(({ viewerCan }: Data) => viewerCan.includes('UPDATE'));
    if (own) return own;
    [more, after] = [pageInfo.hasNextPage, pageInfo.endCursor];
  }
  return null;
}

/** A public key, or the one that belongs to a private key, in the one form that compares. */
function spki(pem: string): string {
  return createPublicKey(pem).export({ type: 'spki', format: 'der' }).toString('base64');
}
