/** The permission table of collaborations. */
import { all, holdsRule, isOfMachine, some } from '../permissions/condition.ts';
import type { Belonging } from '../permissions/scope.ts';
import { holders, scopeNotes } from '../permissions/scope.ts';
import { computeNode, container, permissionTable } from '../permissions/table.ts';

const belonging: Belonging = {
  organization: (held) => some('organizations', held),
  collaboration: (where) => where,
};

/** Collaborations. Which organizations are in one is changed at global scope only, whatever the way. */
export const collaborationPermissions = permissionTable({
  resource: 'Collaboration',
  exists: all(),
  notes: {
    ...scopeNotes(belonging),
    its: { text: 'its collaboration', holds: isOfMachine('id', 'collaborationId') },
  },
  rows: [
    ...holders('collaboration', { live: ['RECEIVE'] }),
    { actor: computeNode, list: ['its'], view: ['its'] },
    { actor: container, list: ['its'], view: ['its'] },
  ],
  grants: {
    global: {
      text: 'holders of collaboration:update at global scope',
      holds: holdsRule('collaboration', 'UPDATE', 'GLOBAL'),
    },
  },
  open: ['id', 'createdAt', 'updatedAt', 'viewerCan', 'name', 'encrypted', 'computeNodes', 'tasks'],
  guarded: {
    organizations: { write: ['global'] },
    version: { write: [] },
  },
});
