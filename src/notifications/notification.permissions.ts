/** The permission table of notifications: one's own, and nobody else's. */
import { always, isViewer } from '../permissions/condition.ts';
import { permissionTable, registered } from '../permissions/table.ts';

/** Notifications. Made by the server; their reader marks them as read and deletes them. */
export const notificationPermissions = permissionTable({
  resource: 'Notification',
  exists: always,
  notes: { self: { text: 'self', holds: isViewer('user') } },
  rows: [
    {
      actor: { ...registered, name: 'self' },
      list: ['self'],
      view: ['self'],
      update: ['self'],
      delete: ['self'],
    },
  ],
  grants: {},
  open: ['id', 'createdAt', 'updatedAt', 'viewerCan', 'kind', 'isRead', 'subject', 'actors'],
  guarded: {},
});
