/** The permission table of activities: read by staff, written by the server alone. */
import { always } from '../permissions/condition.ts';
import { permissionTable, staff } from '../permissions/table.ts';

/** Activities. */
export const activityPermissions = permissionTable({
  resource: 'Activity',
  exists: always,
  notes: {},
  rows: [{ actor: staff, list: true, view: true }],
  grants: {},
  open: [
    'id',
    'createdAt',
    'updatedAt',
    'viewerCan',
    'action',
    'actor',
    'actorId',
    'actorKind',
    'computeNode',
    'task',
    'taskId',
    'object',
    'objectId',
    'objectType',
    'changes',
    'mutation',
    'requestId',
    'address',
    'at',
  ],
  guarded: {},
});
