/**
 * Planning: folds everything that is known of the viewer into a condition and simplifies it.
 *
 * The result is three-valued: `always`, `never`, or a smaller condition on the row alone. Callers test for the first
 * two before they write any SQL, so a decision that needs no row costs none.
 */
import type { Condition } from './condition.ts';
import { always, any, never, via } from './condition.ts';
import type { EachPerson, Viewer } from './viewer.ts';
import { isStaff, placesOfRule } from './viewer.ts';

/** The event role that people of the host organization count as. */
export const hostRole = 'COORGANIZER';

/** Finds the condition behind "may view a row of this resource": the registry's, handed in to keep this file pure. */
export type VisibilityOf = (resource: string) => Condition;

/**
 * The condition with the viewer folded in.
 * @param viewer a viewer, or `EachPerson`, for whom the viewer's parts stay in the condition
 */
export function plan(condition: Condition, viewer: Viewer | EachPerson, visibility: VisibilityOf): Condition {
  switch (condition.kind) {
    case 'all':
      return combine('all', condition.of, viewer, visibility);
    case 'any':
      return combine('any', condition.of, viewer, visibility);
    case 'not': {
      const inner = plan(condition.of, viewer, visibility);
      if (inner.kind === 'always') return never;
      if (inner.kind === 'never') return always;
      return { kind: 'not', of: inner };
    }
    case 'via':
    case 'some': {
      const where = plan(condition.where, viewer, visibility);
      return where.kind === 'never' ? never : { ...condition, where };
    }
    case 'visible':
      return plan(visibility(condition.resource), viewer, visibility);
    case 'column':
      return condition.values.length === 0 ? never : condition;
    case 'ids':
      return condition.ids.length === 0 ? never : condition;
    case 'fact':
      if (viewer.kind !== 'each') return holdsFact(condition.fact, viewer) ? always : never;
      return condition.fact === 'computeNode' || condition.fact === 'container' ? never : condition;
    case 'viewer':
      if (viewer.kind === 'each') return condition;
      return viewer.userId === null
        ? never
        : { kind: 'ids', property: condition.property, ids: [viewer.userId] };
    case 'address':
      return viewer.kind === 'each' || viewer.email !== null ? condition : never;
    case 'role':
      return viewer.kind === 'each'
        ? condition
        : plan(eventsOfRoles(condition.roles, viewer), viewer, visibility);
    case 'rule': {
      if (viewer.kind === 'each') return condition;
      const { isSiteWide, organizations } = placesOfRule(viewer, condition);
      if (isSiteWide) return always;
      if (organizations.length === 0) return never;
      return condition.at === 'anywhere' ? always : { kind: 'ids', property: 'id', ids: organizations };
    }
    case 'machine': {
      const bound = viewer.kind === 'each' ? null : (viewer.machine?.[condition.tie] ?? null);
      return bound === null ? never : { kind: 'ids', property: condition.property, ids: [bound] };
    }
    default:
      return condition;
  }
}

/**
 * The events in which the viewer holds one of the roles. Who holds organization:update through a role in the event's
 * own host organization counts as coorganizer (permissions.md, Team).
 */
function eventsOfRoles(roles: readonly string[], { eventRoles, hosting }: Viewer): Condition {
  const byRole: Condition = {
    kind: 'ids',
    property: 'id',
    ids: roles.flatMap((role) => eventRoles.get(role) ?? []),
  };
  if (!roles.includes(hostRole)) return byRole;
  return any(byRole, via('organization', { kind: 'ids', property: 'id', ids: hosting }));
}

function holdsFact(fact: string, viewer: Viewer): boolean {
  if (fact === 'computeNode' || fact === 'container') return viewer.kind === fact;
  if (fact === 'signedIn') return viewer.kind === 'user' || viewer.kind === 'server';
  if (fact === 'verified') return viewer.isVerified;
  if (fact === 'superAdmin') return viewer.isSuperAdmin;
  return isStaff(viewer);
}

function combine(
  kind: 'all' | 'any',
  of: readonly Condition[],
  viewer: Viewer | EachPerson,
  visibility: VisibilityOf,
): Condition {
  const [absorbing, neutral] = kind === 'all' ? ['never', 'always'] : ['always', 'never'];
  const parts: Condition[] = [];
  const seen = new Set<string>();
  for (const part of of) {
    const planned = plan(part, viewer, visibility);
    if (planned.kind === absorbing) return planned;
    if (planned.kind === neutral) continue;
    for (const flat of planned.kind === kind ? (planned as { of: readonly Condition[] }).of : [planned]) {
      const text = JSON.stringify(flat);
      if (!seen.has(text)) parts.push(flat);
      seen.add(text);
    }
  }
  if (parts.length === 0) return kind === 'all' ? always : never;
  return parts.length === 1 ? parts[0] : { kind, of: parts };
}
