/** Who belongs to an organization: adding and removing people. Who may is said by the table of Membership. */
import { NIL, v7 as uuidv7 } from 'uuid';
import type { Changes } from '../platform/data/writer.ts';
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
 * on it, by foreign keys. Returns the organization's uuid. Throws NOT_FOUND where the viewer sees no such membership.
 */
export async function removeMember(
  changes: Changes,
  organizationId: string,
  userId: string,
): Promise<string> {
  const { organization, user } = pairOf(organizationId, userId);
  const [found] = await changes.query(
    'SELECT id FROM memberships WHERE organization_id = $1 AND user_id = $2 FOR UPDATE',
    [organization, user],
  );
  // Decided on the row and not on what it would be: a refusal would tell that there is such a person, member or not.
  const membership = { resource: 'Membership', id: String(found?.id ?? NIL) };
  await changes.authorize('delete', membership);
  await changes.query('DELETE FROM memberships WHERE id = $1', [membership.id]);
  changes.record('DELETE', 'Membership', membership.id);
  return organization;
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
