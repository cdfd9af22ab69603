/** The permission table of compute nodes. */
import { all, isOfMachine, via } from '../permissions/condition.ts';
import type { Belonging } from '../permissions/scope.ts';
import { holders, isInReach, scopeNotes } from '../permissions/scope.ts';
import { computeNode, container, permissionTable } from '../permissions/table.ts';

const belonging: Belonging = {
  organization: (held) => via('organization', held),
  collaboration: (where) => via('collaboration', where),
};

/** Compute nodes. One of them only changes what it reports of itself. */
export const computeNodePermissions = permissionTable({
  resource: 'ComputeNode',
  exists: all(),
  notes: {
    ...scopeNotes(belonging),
    collaboration: { text: 'of its collaboration', holds: isOfMachine('collaboration', 'collaborationId') },
    itself: { text: 'itself', holds: isOfMachine('id', 'computeNodeId') },
  },
  rows: [
    ...holders('compute_node', { live: ['RECEIVE'] }),
    { actor: computeNode, list: ['collaboration'], view: ['collaboration'], update: ['itself'] },
    { actor: container, list: ['collaboration'], view: ['collaboration'] },
  ],
  grants: {
    editors: {
      text: 'holders of compute_node:update',
      holds: isInReach('compute_node', 'UPDATE', belonging),
    },
    itself: { text: 'the compute node itself', holds: isOfMachine('id', 'computeNodeId') },
  },
  open: ['id', 'createdAt', 'updatedAt', 'viewerCan', 'organization', 'collaboration', 'online'],
  guarded: {
    name: { write: ['editors'] },
    configuration: { write: ['itself'] },
    lastSeenAt: { write: [] },
    version: { write: [] },
  },
});
