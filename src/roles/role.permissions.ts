/** The permission tables of roles and rules. What it takes to give one is in holding.ts. */
import { all, any, column, isViewer, some, via } from '../permissions/condition.ts';
import type { Belonging } from '../permissions/scope.ts';
import { holders, scopeNotes } from '../permissions/scope.ts';
import { permissionTable, registered } from '../permissions/table.ts';

// Default roles are of no organization, and in the scope of every one.
const belonging: Belonging = {
  organization: (held, heldAnywhere) => any(via('organization', held), all(column('isDefault', true), heldAnywhere)),
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
