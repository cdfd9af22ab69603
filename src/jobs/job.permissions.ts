/** The permission table of jobs: who started one, and staff. */
import { all, always, column, isViewer } from '../permissions/condition.ts';
import { permissionTable, registered, staff } from '../permissions/table.ts';

/** Jobs. A mail that somebody caused is no job that they started: its error would tell them of its recipient. */
export const jobPermissions = permissionTable({
  resource: 'Job',
  exists: always,
  notes: {
    own: {
      text: 'of a kind that people start, and started by the viewer',
      holds: all(isViewer('actor'), column('isFollowed', true)),
    },
  },
  rows: [
    { actor: staff, list: true, view: true, update: true },
    { actor: { ...registered, name: 'who started it' }, list: ['own'], view: ['own'] },
  ],
  grants: {},
  open: [
    'id',
    'createdAt',
    'updatedAt',
    'viewerCan',
    'kind',
    'status',
    'progress',
    'message',
    'error',
    'url',
    'attempts',
    'startedAt',
    'finishedAt',
    'actor',
  ],
  guarded: {},
});
