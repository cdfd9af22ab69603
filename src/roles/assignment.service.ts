/**
 * Giving and taking: roles and single rules, in an organization or site-wide. It needs user:update over the member, and
 * what holding.ts asks. The present state again is success, and nobody is told; else the rows tell the person's sockets
 * by themselves (live/rights.ts).
 */
import { v7 as uuidv7 } from 'uuid';
import type { CatalogueRule } from '../permissions/rules.ts';
import { placesOfRule } from '../permissions/viewer.ts';
import type { Changes } from '../platform/data/writer.ts';
import { forbidden, invalid, notFound } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import type { Place } from './holding.ts';
import { asRule, assertHoldsAll, assertNotOneself, rulesOfRole } from './holding.ts';
import { Role } from './role.entity.ts';

/** What is given or taken: ids of the schema. */
export interface Handing {
  readonly userId: string;
  readonly organizationId: string | null;
}

/** Who gets or loses what, once it is known that the viewer may hand it on: uuids. */
interface Handed {
  readonly userId: string;
  readonly membershipId: string | null;
}

/** Gives a role to a person; returns the person's uuid. Without an organization: in the role's own, or site-wide. */
export async function assignRole(changes: Changes, roleId: string, handing: Handing): Promise<string> {
  const { role, handed } = await takenRole(changes, roleId, handing);
  const given = await changes.query(
    `INSERT INTO role_assignments (id, user_id, role_id, membership_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id`,
    [uuidv7(), handed.userId, role.id, handed.membershipId],
  );
  return told(changes, handed, 'roles', given);
}

/** Takes a role from a person; returns the person's uuid. */
export async function revokeRole(changes: Changes, roleId: string, handing: Handing): Promise<string> {
  const { role, handed } = await takenRole(changes, roleId, handing);
  const taken = await changes.query(
    'DELETE FROM role_assignments WHERE user_id = $1 AND role_id = $2 AND membership_id IS NOT DISTINCT FROM $3 RETURNING id',
    [handed.userId, role.id, handed.membershipId],
  );
  return told(changes, handed, 'roles', taken);
}

/** Gives a single rule to a person; returns the person's uuid. Without an organization: site-wide. */
export async function giveRule(changes: Changes, ruleId: string, handing: Handing): Promise<string> {
  const { rule, handed } = await takenRule(changes, ruleId, handing);
  const given = await changes.query(
    `INSERT INTO rule_grants (id, user_id, rule_id, membership_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id`,
    [uuidv7(), handed.userId, rule.id, handed.membershipId],
  );
  return told(changes, handed, 'rules', given);
}

/** Takes a rule that was given directly from a person; returns the person's uuid. What roles give, they go on giving. */
export async function takeRule(changes: Changes, ruleId: string, handing: Handing): Promise<string> {
  const { rule, handed } = await takenRule(changes, ruleId, handing);
  const taken = await changes.query(
    'DELETE FROM rule_grants WHERE user_id = $1 AND rule_id = $2 AND membership_id IS NOT DISTINCT FROM $3 RETURNING id',
    [handed.userId, rule.id, handed.membershipId],
  );
  return told(changes, handed, 'rules', taken);
}

async function takenRole(
  changes: Changes,
  id: string,
  handing: Handing,
): Promise<{ role: Role; handed: Handed }> {
  // Locked: what is in the role stays what is judged here until it is given.
  const role = await changes.take(Role, id, 'view');
  const own = role.organization?.id ?? null;
  const place = placeOf(handing) ?? own;
  const userId = await assertMayHand(changes, handing.userId, place);
  if (own !== null && own !== place)
    throw invalid("is not the role's own; an organization's role is held in it alone", 'organizationId');
  assertHoldsAll(changes.viewer, await rulesOfRole(changes, role.id), place);
  return { role, handed: { userId, membershipId: await membershipOf(changes, userId, place) } };
}

async function takenRule(
  changes: Changes,
  id: string,
  handing: Handing,
): Promise<{ rule: CatalogueRule & { id: string }; handed: Handed }> {
  const ruleId = uuidOfArgument('Rule', id, 'ruleId');
  const place = placeOf(handing);
  const userId = await assertMayHand(changes, handing.userId, place);
  const [found] = await changes.query('SELECT id, resource, operation, scope FROM rules WHERE id = $1', [
    ruleId,
  ]);
  if (!found) throw notFound('rule');
  const rule = asRule(found);
  assertHoldsAll(changes.viewer, [rule], place);
  return { rule, handed: { userId, membershipId: await membershipOf(changes, userId, place) } };
}

function placeOf({ organizationId }: Handing): Place {
  return organizationId === null ? null : uuidOfArgument('Organization', organizationId, 'organizationId');
}

/** user:update over the member, and not over oneself. Answers the person's uuid; throws NOT_FOUND or FORBIDDEN. */
async function assertMayHand(changes: Changes, id: string, place: Place): Promise<string> {
  const userId = uuidOfArgument('User', id, 'userId');
  await changes.authorize('view', { resource: 'User', id: userId });
  if (place === null) {
    const { isSiteWide, organizations } = placesOfRule(changes.viewer, {
      resource: 'user',
      operation: 'UPDATE',
      scope: 'GLOBAL',
    });
    if (!isSiteWide && organizations.length === 0)
      throw forbidden('What is held site-wide is given and taken at global scope only');
  } else {
    await changes.authorize('view', { resource: 'Organization', id: place });
    await changes.authorize('update', {
      resource: 'Membership',
      values: { user: userId, organization: place },
    });
  }
  assertNotOneself(changes, userId);
  return userId;
}

/** An organization's roles, and what is held in it, go only to its members. Throws FORBIDDEN. */
async function membershipOf(changes: Changes, userId: string, place: Place): Promise<string | null> {
  if (place === null) return null;
  const [found] = await changes.query(
    'SELECT id FROM memberships WHERE user_id = $1 AND organization_id = $2 FOR UPDATE',
    [userId, place],
  );
  if (!found) throw forbidden('They are no member of the organization: add them first');
  return String(found.id);
}

function told(
  changes: Changes,
  { userId }: Handed,
  field: 'roles' | 'rules',
  changed: readonly unknown[],
): string {
  if (changed.length > 0) changes.record('UPDATE', 'User', userId, [field]);
  return userId;
}
