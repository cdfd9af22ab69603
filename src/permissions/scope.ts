/**
 * The lattice of scopes: the one place that says when a row is in the scope of a rule. A resource only declares what
 * its rows belong to (`Belonging`); from that and the catalogue come the rows of its permission table, and from the
 * table everything else.
 *
 * | scope         | a row is in it when                                                                       |
 * | own           | the viewer made it                                                                        |
 * | organization  | it belongs to an organization in which the viewer holds the rule                          |
 * | collaboration | it belongs to a collaboration that such an organization is a member of                    |
 * | global        | always                                                                                    |
 */
import type { Condition } from './condition.ts';
import { all, any, holdsRule, holdsRuleHere, never, some, via, viewerIs } from './condition.ts';
import type { RuleOperation, RuleResource, RuleScope } from './rules.ts';
import { ruleMatrix, ruleScopes, scopesOf } from './rules.ts';
import type { Action, Actor, Note, Row } from './table.ts';

/** What the rows of a resource belong to. */
export interface Belonging {
  /** The viewer made the row. Left out where nobody makes such rows for themselves. */
  readonly own?: Condition;
  /**
   * The row belongs to an organization that satisfies the condition. Rows of no organization in particular, which are in
   * everybody's scope, ask only whether the rule is held anywhere.
   */
  readonly organization: (isHeldHere: Condition, isHeldAnywhere: Condition) => Condition;
  /** The row belongs to a collaboration that satisfies the condition. */
  readonly collaboration: (where: Condition) => Condition;
}

/** Rows that belong to what their relation `organization` names, and to the collaborations of that. */
export const ofItsOrganization: Belonging = {
  organization: (held) => via('organization', held),
  collaboration: (where) => via('organization', some('collaborations', where)),
};

/** The row is in the scope of the viewer's rule: they hold it at that scope or wider, where the scope asks for it. */
export function inScope(
  resource: RuleResource,
  operation: RuleOperation,
  scope: RuleScope,
  belonging: Belonging,
): Condition {
  const heldHere = holdsRuleHere(resource, operation, scope);
  switch (scope) {
    case 'OWN':
      return all(holdsRule(resource, operation, scope), belonging.own ?? never);
    case 'ORGANIZATION':
      return belonging.organization(heldHere, holdsRule(resource, operation, scope));
    case 'COLLABORATION':
      return belonging.collaboration(some('organizations', heldHere));
    case 'GLOBAL':
      return holdsRule(resource, operation, scope);
  }
}

/** The columns of a table that rules speak of: List and View are one rule; notices and cancelling are rules of `live`. */
const operationOf: Partial<Record<Action, RuleOperation>> = {
  list: 'VIEW',
  view: 'VIEW',
  create: 'CREATE',
  update: 'UPDATE',
  delete: 'DELETE',
  receive: 'RECEIVE',
  send: 'SEND',
};

/** An actor who holds rules on a resource at a scope. */
interface Holder extends Actor {
  readonly rules: RuleResource;
  readonly scope: RuleScope;
}

const words: Record<RuleScope, string> = {
  OWN: 'own',
  ORGANIZATION: 'organization',
  COLLABORATION: 'collaboration',
  GLOBAL: 'global',
};

const meanings: Record<RuleScope, string> = {
  OWN: 'the viewer holds the rule and made the row',
  ORGANIZATION:
    'the row belongs to an organization in which the viewer holds the rule at organization scope or wider',
  COLLABORATION:
    'the row belongs to a collaboration with a member organization in which the viewer holds the rule at collaboration scope or wider',
  GLOBAL: 'the viewer holds the rule at global scope',
};

/** The notes of the scopes, as cells name them. */
const noteOf = {
  OWN: 'own',
  ORGANIZATION: 'org',
  COLLABORATION: 'col',
  GLOBAL: 'glo',
} as const satisfies Record<RuleScope, string>;
/** The name of a scope in the cells of a table. */
export type ScopeNote = (typeof noteOf)[RuleScope];

/** The notes of a table whose rows are holders of rules: one for each scope, `own` where somebody makes such rows. */
export function scopeNotes(belonging: Belonging): Record<ScopeNote, Note> {
  const note = (scope: RuleScope): Note => ({
    text: meanings[scope],
    holds: (actor, action) => {
      const operation = operationOf[action];
      if (!('rules' in actor) || !operation) return never;
      return inScope(isLive(operation) ? 'live' : (actor as Holder).rules, operation, scope, belonging);
    },
  });
  const notes = { org: note('ORGANIZATION'), col: note('COLLABORATION'), glo: note('GLOBAL') };
  // Which scopes there are cells for is said by the catalogue; a cell without a note stops the start.
  return (belonging.own ? { own: note('OWN'), ...notes } : notes) as Record<ScopeNote, Note>;
}

/** How the rows of holders differ from what the catalogue says of their resource. */
export interface HolderOptions<N extends string> {
  /** The operations that the table has columns for; those of the resource where left out. */
  readonly operations?: readonly RuleOperation[];
  /** Rules of `live` that speak of these rows too. */
  readonly live?: readonly ('RECEIVE' | 'SEND')[];
  /** The scopes that speak of these rows; all where left out. */
  readonly scopes?: readonly RuleScope[];
  /** Notes that must hold beside the scope, by action. */
  readonly also?: Partial<Record<Action, readonly N[]>>;
}

/** The rows of a table for the holders of rules on its resource: one for each scope, a cell for each rule of the catalogue. */
export function holders<N extends string = never>(
  rules: RuleResource,
  options: HolderOptions<N> = {},
): Row<N | ScopeNote>[] {
  const { operations = Object.keys(ruleMatrix[rules]), live = [], scopes = ruleScopes, also = {} } = options;
  const spoken: readonly string[] = [...operations, ...live];
  return scopes.flatMap((scope) => {
    const cells = (Object.entries(operationOf) as [Action, RuleOperation][]).flatMap(
      ([action, operation]) => {
        const resource = isLive(operation) ? 'live' : rules;
        if (!spoken.includes(operation) || !scopesOf(resource, operation).includes(scope)) return [];
        return [[action, [noteOf[scope], ...(also[action] ?? [])]] as const];
      },
    );
    if (cells.length === 0) return [];
    const actor: Holder = {
      name: `holder of ${rules} rules, ${words[scope]} scope`,
      who: viewerIs('signedIn'),
      rules,
      scope,
    };
    return [{ actor, ...Object.fromEntries(cells) } as Row<N | ScopeNote>];
  });
}

/** The rule that an actor needs for an action, such as `compute_node:create`; null where the actor is no holder of rules. */
export function ruleFor(actor: Actor, action: Action): string | null {
  const operation = operationOf[action];
  if (!('rules' in actor) || !operation) return null;
  return `${isLive(operation) ? 'live' : (actor as Holder).rules}:${operation.toLowerCase()}`;
}

function isLive(operation: RuleOperation): boolean {
  return operation === 'RECEIVE' || operation === 'SEND';
}

/** Rules on the resource reach the row, at one of these scopes: for grants of fields. */
export function isInReach(
  resource: RuleResource,
  operation: RuleOperation,
  belonging: Belonging,
  scopes: readonly RuleScope[] = scopesOf(resource, operation),
): Condition {
  return any(...scopes.map((scope) => inScope(resource, operation, scope, belonging)));
}
