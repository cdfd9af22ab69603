/** Who belongs to an organization: adding and removing people. Who may is said by the table of Membership. */
import { v7 as uuidv7 } from 'uuid';
import type { Changes } from '../platform/data/writer.ts';
import { notFound } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';

/** An organization and a person, by their uuids. */
interface Pair {
  readonly organization: string;
  readonly user: string;
}

/** Makes a person whom the viewer may see a member; they hold nothing in it yet. Returns the organization's uuid. */
export async function addMember(changes: Changes, organizationId: string, userId: string): Promise<string> {
  const pair = pairOf(organizationId, userId);
  await changes.authorize('create', { resource: 'Membership', values: { ...pair } });
  await insertMembership(changes, pair);
  return pair.organization;
}

/**
 * Takes a person out of an organization, or lets the viewer leave. With the membership goes every role and rule that hung
 * on it, by foreign keys. Returns the organization's uuid.
 */
export async function removeMember(changes: Changes, organizationId: string, userId: string): Promise<string> {
  const pair = pairOf(organizationId, userId);
  await changes.authorize('delete', { resource: 'Membership', values: { ...pair } });
  const removed = await changes.query('DELETE FROM memberships WHERE organization_id = $1 AND user_id = $2 RETURNING id', [
    pair.organization,
    pair.user,
  ]);
  if (removed.length === 0) throw notFound('member');
  changes.record('DELETE', 'Membership', String(removed[0].id));
  return pair.organization;
}

/** Writes a membership that was decided on; the present state again changes nothing. */
export async function insertMembership(changes: Changes, { organization, user }: Pair): Promise<void> {
  const added = await changes.query(
    'INSERT INTO memberships (id, organization_id, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id',
    [uuidv7(), organization, user],
  );
  if (added.length > 0) changes.record('CREATE', 'Membership', String(added[0].id));
}

function pairOf(organizationId: string, userId: string): Pair {
  return {
    organization: uuidOfArgument('Organization', organizationId, 'organizationId'),
    user: uuidOfArgument('User', userId, 'userId'),
  };
}
