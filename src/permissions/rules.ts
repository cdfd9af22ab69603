/**
 * The catalogue of rules: what a role of an organization can consist of. A rule is resource × scope × operation; the
 * matrix below lies beside its namesake in the permission tables' specification, row for row. Rows of `rules` are
 * synced with it at start (roles/sync.ts); scope.ts says what the scopes mean.
 */

/** How far a rule reaches, from the narrowest to the widest. Holding a wider scope holds the narrower ones. */
export const ruleScopes = ['OWN', 'ORGANIZATION', 'COLLABORATION', 'GLOBAL'] as const;
/** How far a rule reaches. */
export type RuleScope = (typeof ruleScopes)[number];

/** What a rule lets its holders do. */
export const ruleOperations = ['VIEW', 'CREATE', 'UPDATE', 'DELETE', 'RECEIVE', 'SEND'] as const;
/** What a rule lets its holders do. */
export type RuleOperation = (typeof ruleOperations)[number];

const own = 'OWN';
const org = 'ORGANIZATION';
const col = 'COLLABORATION';
const glo = 'GLOBAL';

/** Which rules there are: the scopes of each operation on each resource. */
export const ruleMatrix = {
  organization: { VIEW: [org, col, glo], CREATE: [glo], UPDATE: [org, col, glo], DELETE: [glo] },
  collaboration: { VIEW: [org, glo], CREATE: [glo], UPDATE: [col, glo], DELETE: [col, glo] },
  compute_node: {
    VIEW: [org, col, glo],
    CREATE: [org, col, glo],
    UPDATE: [org, col, glo],
    DELETE: [org, col, glo],
  },
  task: { VIEW: [own, org, col, glo], CREATE: [col, glo], DELETE: [own, org, col, glo] },
  result: { VIEW: [own, org, col, glo] },
  role: { VIEW: [org, col, glo], CREATE: [org, col, glo], UPDATE: [org, col, glo], DELETE: [org, col, glo] },
  user: {
    VIEW: [org, col, glo],
    CREATE: [org, col, glo],
    UPDATE: [own, org, col, glo],
    DELETE: [own, org, col, glo],
  },
  live: { RECEIVE: [org, col, glo], SEND: [org, col, glo] },
  port: { VIEW: [org, glo] },
} as const satisfies Record<string, Partial<Record<RuleOperation, readonly RuleScope[]>>>;

/** What rules are about. `live` are notices and cancelling; it has no rows of its own. */
export type RuleResource = keyof typeof ruleMatrix;

/** A rule of the catalogue. */
export interface CatalogueRule {
  readonly resource: RuleResource;
  readonly operation: RuleOperation;
  readonly scope: RuleScope;
}

/** The scopes at which there is a rule for the operation on the resource; empty where there is none. */
export function scopesOf(resource: RuleResource, operation: RuleOperation): readonly RuleScope[] {
  return (ruleMatrix[resource] as Partial<Record<RuleOperation, readonly RuleScope[]>>)[operation] ?? [];
}

/** Every rule there is, in the order of the matrix. */
export const catalogue: readonly CatalogueRule[] = (Object.keys(ruleMatrix) as RuleResource[]).flatMap(
  (resource) =>
    ruleOperations.flatMap((operation) =>
      scopesOf(resource, operation).map((scope) => ({ resource, operation, scope })),
    ),
);

/** A scope and all that are wider: whoever holds one of them holds the scope. */
export function scopesFrom(scope: RuleScope): readonly RuleScope[] {
  return ruleScopes.slice(ruleScopes.indexOf(scope));
}
