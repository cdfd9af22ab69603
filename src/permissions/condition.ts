/**
 * Conditions: the language in which the notes of the permission tables are written.
 *
 * A condition is plain data about one row and one viewer. It is never evaluated here: `plan.ts` folds in what is
 * known of the viewer, `sql.ts` turns what is left into SQL. Keeping it data is what lets one table become a
 * predicate, a guard, a document and an explanation.
 */

import type { RuleOperation, RuleResource, RuleScope } from './rules.ts';

/** Facts about the viewer alone that a condition may ask for; `signedIn` is of people, never of machines. */
export type ViewerFact = 'signedIn' | 'verified' | 'staff' | 'superAdmin' | 'computeNode' | 'container';

/** What a compute node or a container is bound to: see `Machine` in viewer.ts. */
export type MachineTie = 'computeNodeId' | 'organizationId' | 'collaborationId' | 'taskId';

/** A value that a column is compared with; strings are constants of the code, never user input. */
export type Constant = string | number | boolean;

/** A condition on one row for one viewer. Build it with the functions below. */
export type Condition =
  | { readonly kind: 'always' }
  | { readonly kind: 'never' }
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'fact'; readonly fact: ViewerFact }
  | { readonly kind: 'column'; readonly property: string; readonly values: readonly Constant[] }
  | { readonly kind: 'null'; readonly property: string }
  | { readonly kind: 'time'; readonly property: string; readonly is: 'past' | 'future' }
  | { readonly kind: 'viewer'; readonly property: string }
  | { readonly kind: 'address'; readonly property: string }
  | { readonly kind: 'ids'; readonly property: string; readonly ids: readonly string[] }
  | { readonly kind: 'role'; readonly roles: readonly string[] }
  | {
      readonly kind: 'rule';
      readonly resource: RuleResource;
      readonly operation: RuleOperation;
      readonly scope: RuleScope;
      readonly at: 'anywhere' | 'here';
    }
  | { readonly kind: 'machine'; readonly property: string; readonly tie: MachineTie }
  | { readonly kind: 'via'; readonly relation: string; readonly where: Condition }
  | { readonly kind: 'some'; readonly relation: string; readonly where: Condition }
  | { readonly kind: 'visible'; readonly resource: string };

/** Holds for every row and viewer. */
export const always: Condition = { kind: 'always' };
/** Holds for none. Not the same as a missing cell: this is a decision. */
export const never: Condition = { kind: 'never' };

/** Holds where all of the conditions hold; without any it holds always. */
export const all = (...of: Condition[]): Condition => ({ kind: 'all', of });
/** Holds where one of the conditions holds; without any it never holds. */
export const any = (...of: Condition[]): Condition => ({ kind: 'any', of });
/** Holds where the condition does not. */
export const not = (of: Condition): Condition => ({ kind: 'not', of });

/** A fact about the viewer alone: signed in, verified, staff, super admin. */
export const viewerIs = (fact: ViewerFact): Condition => ({ kind: 'fact', fact });
/** The column has one of these constant values. */
export const column = (property: string, ...values: Constant[]): Condition => ({
  kind: 'column',
  property,
  values,
});
/** The column is null. */
export const isNull = (property: string): Condition => ({ kind: 'null', property });
/** The time in the column is not after now. */
export const past = (property: string): Condition => ({ kind: 'time', property, is: 'past' });
/** The time in the column is after now. */
export const future = (property: string): Condition => ({ kind: 'time', property, is: 'future' });
/** The column (a user's id) is the viewer's. */
export const isViewer = (property: string): Condition => ({ kind: 'viewer', property });
/** The column (an e-mail address) is the viewer's address. */
export const isViewersAddress = (property: string): Condition => ({ kind: 'address', property });
/** On an event: the viewer holds one of these event roles in it, through an accepted role. */
export const holdsEventRole = (...roles: string[]): Condition => ({ kind: 'role', roles });
/** The viewer holds the rule at that scope or wider, in whatever organization or site-wide. */
export const holdsRule = (resource: RuleResource, operation: RuleOperation, scope: RuleScope): Condition => ({
  kind: 'rule',
  resource,
  operation,
  scope,
  at: 'anywhere',
});
/** On an organization: the viewer holds the rule at that scope or wider in it, or site-wide. */
export const holdsRuleHere = (
  resource: RuleResource,
  operation: RuleOperation,
  scope: RuleScope,
): Condition => ({
  kind: 'rule',
  resource,
  operation,
  scope,
  at: 'here',
});
/** The column (an id) is the compute node, organization, collaboration or task that the asking machine is bound to. */
export const isOfMachine = (property: string, tie: MachineTie): Condition => ({
  kind: 'machine',
  property,
  tie,
});
/** The row that a to-one relation points to satisfies the condition; false where there is none. */
export const via = (relation: string, where: Condition): Condition => ({ kind: 'via', relation, where });
/** At least one living row of a to-many relation satisfies the condition. */
export const some = (relation: string, where: Condition = always): Condition => ({
  kind: 'some',
  relation,
  where,
});
/** The viewer may view the row by the table of that resource. */
export const isVisible = (resource: string): Condition => ({ kind: 'visible', resource });
