/**
 * Planning: folds everything that is known of the viewer into a condition and simplifies it.
 *
 * The result is three-valued: `always`, `never`, or a smaller condition on the row alone. Callers test for the first
 * two before they write any SQL, so a decision that needs no row costs none.
 */
import type { Condition } from './condition.ts';
import { always, never } from './condition.ts';
import type { EachPerson, Viewer } from './viewer.ts';
import { isStaff } from './viewer.ts';

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
      return viewer.kind === 'each' ? condition : holdsFact(condition.fact, viewer) ? always : never;
    case 'viewer':
      if (viewer.kind === 'each') return condition;
      return viewer.userId === null ? never : { kind: 'ids', property: condition.property, ids: [viewer.userId] };
    case 'address':
      return viewer.kind === 'each' || viewer.email !== null ? condition : never;
    case 'role':
      if (viewer.kind === 'each') return condition;
      return plan(
        { kind: 'ids', property: 'id', ids: condition.roles.flatMap((role) => viewer.eventRoles.get(role) ?? []) },
        viewer,
        visibility,
      );
    default:
      return condition;
  }
}

function holdsFact(fact: string, viewer: Viewer): boolean {
  if (fact === 'signedIn') return viewer.kind !== 'anonymous';
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
