/** The permission tables of roles and rules. What it takes to give one is in holding.ts. */
import { all, any, column, isViewer, some, via } from '../permissions/condition.ts';
import type { Belonging } from '../permissions/scope.ts';
import { holders, scopeNotes } from '../permissions/scope.ts';
import type { CatalogueRule } from '../permissions/rules.ts';
import { catalogue } from '../permissions/rules.ts';
import { permissionTable, registered } from '../permissions/table.ts';
import { defaultRoles } from './default-roles.ts';

// Default roles are of no organization, and in the scope of every one.
const belonging: Belonging = {
  organization: (held, heldAnywhere) =>
    any(via('organization', held), all(column('isDefault', true), heldAnywhere)),
  collaboration: (where) => via('organization', some('collaborations', where)),
};

/** Roles. Default ones change with the code alone. */
export const rolePermissions = permissionTable({
  resource: 'Role',
  exists: all(),
  notes: {
    ...scopeNotes(belonging),
    custom: { text: 'not a default role', holds: column('isDefault', false) },
    held: { text: 'a role that they hold', holds: some('holders', isViewer('id')) },
  },
  rows: [
    ...holders('role', { also: { create: ['custom'], update: ['custom'], delete: ['custom'] } }),
    { actor: { ...registered, name: 'holder of the role' }, list: ['held'], view: ['held'] },
  ],
  remarks: [
    'Giving or taking a rule, in a role or directly, needs holding it at that scope or wider; nobody changes their own roles or rules.',
    "An organization's role goes to its members alone. Default roles change with the code alone:",
    ...defaultRoles.map(({ name, rules }) => `${name}: ${inWords(rules)}.`),
  ],
  grants: {},
  open: ['id', 'createdAt', 'updatedAt', 'viewerCan', 'name', 'description', 'rules', 'organization'],
  guarded: {
    isDefault: { write: [] },
    version: { write: [] },
  },
});

/** Rules: the catalogue, for every registered user. It changes with the code alone. */
export const rulePermissions = permissionTable({
  resource: 'Rule',
  exists: all(),
  notes: {},
  rows: [{ actor: registered, list: true, view: true }],
  grants: {},
  open: ['id', 'createdAt', 'updatedAt', 'viewerCan', 'resource', 'scope', 'operation', 'description'],
  guarded: {},
});

/** Rules as people read them: resource, operation, scopes. */
function inWords(rules: readonly CatalogueRule[]): string {
  if (rules === catalogue) return 'every rule';
  const operations = Map.groupBy(
    rules,
    ({ resource, operation }) => `${resource.replace('_', ' ')} ${operation.toLowerCase()}`,
  );
  return [...operations]
    .map(
      ([operation, of]) =>
        `${operation} (${[...new Set(of.map(({ scope }) => scope.toLowerCase()))].join(', ')})`,
    )
    .join(', ');
}
