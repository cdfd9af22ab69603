/**
 * What stands above any table when rights are handed on: nobody gives or takes what they do not hold themselves, and
 * nobody changes their own. One named function for each of these rules.
 */
import type { CatalogueRule, RuleOperation, RuleResource, RuleScope } from '../permissions/rules.ts';
import type { Viewer } from '../permissions/viewer.ts';
import { placesOfRule } from '../permissions/viewer.ts';
import type { Changes } from '../platform/data/writer.ts';
import { forbidden } from '../platform/graphql/errors.ts';

/** Where something is held: the uuid of an organization; null is site-wide. */
export type Place = string | null;

/**
 * Whether the viewer holds a rule at that scope or wider in a place. What is held site-wide is held in every
 * organization, and global scope reaches everything wherever it is held.
 */
function holdsIn(viewer: Viewer, rule: CatalogueRule, place: Place): boolean {
  const { isSiteWide, organizations } = placesOfRule(viewer, rule);
  if (isSiteWide || (place !== null && organizations.includes(place))) return true;
  return placesOfRule(viewer, { ...rule, scope: 'GLOBAL' }).organizations.length > 0;
}

/** Giving or taking rules needs holding each of them, at its scope or wider, where they are given or taken. Throws FORBIDDEN. */
export function assertHoldsAll(viewer: Viewer, rules: readonly CatalogueRule[], place: Place): void {
  const missing = rules.find((rule) => !holdsIn(viewer, rule, place));
  if (!missing) return;
  const name = `${missing.resource}:${missing.operation.toLowerCase()}, ${missing.scope.toLowerCase()} scope`;
  throw forbidden(`You do not hold the rule ${name} there yourself, so you may neither give nor take it`);
}

/** Nobody changes their own roles or rules. Throws FORBIDDEN. */
export function assertNotOneself(changes: Changes, userId: string): void {
  if (userId === changes.userId)
    throw forbidden('Nobody changes their own roles or rules; ask somebody else who may');
}

/** Nobody changes their own roles, by changing what is in one of them either. Throws FORBIDDEN. */
export async function assertNotHeldByViewer(changes: Changes, roleId: string): Promise<void> {
  const held = await changes.query(
    'SELECT FROM role_assignments WHERE role_id = $1 AND user_id = $2 LIMIT 1',
    [roleId, changes.userId],
  );
  if (held.length > 0)
    throw forbidden(
      'You hold this role yourself, and nobody changes their own roles; ask somebody else who may',
    );
}

/** The rules of a role. */
export async function rulesOfRole(
  changes: Changes,
  roleId: string,
): Promise<(CatalogueRule & { readonly id: string })[]> {
  const rows = await changes.query(
    'SELECT r.id, r.resource, r.operation, r.scope FROM role_rules l JOIN rules r ON r.id = l.rule_id WHERE l.role_id = $1',
    [roleId],
  );
  return rows.map(asRule);
}

/** A row of `rules` as the catalogue has it. */
export function asRule(row: Record<string, unknown>): CatalogueRule & { readonly id: string } {
  const { id, resource, operation, scope } = row;
  return {
    id: String(id),
    resource: resource as RuleResource,
    operation: operation as RuleOperation,
    scope: scope as RuleScope,
  };
}
