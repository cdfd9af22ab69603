/** The permission table of favourites: each person's own, and nobody else's; how many there are is public. */
import { always, any, isViewer, isVisible, via } from '../permissions/condition.ts';
import { permissionTable, registered } from '../permissions/table.ts';

/** Favourites. */
export const favouritePermissions = permissionTable({
  resource: 'Favourite',
  exists: always,
  createdIn: ['event', 'session'],
  notes: {
    own: { text: 'own', holds: isViewer('user') },
    visible: {
      text: 'of an event or a session that the viewer may view',
      holds: any(via('event', isVisible('Event')), via('session', isVisible('Session'))),
    },
  },
  rows: [
    {
      actor: { ...registered, name: 'self' },
      list: ['own'],
      view: ['own'],
      create: ['visible'],
      delete: ['own'],
    },
  ],
  grants: {},
  open: ['id', 'createdAt', 'updatedAt', 'viewerCan', 'event', 'session'],
  guarded: {},
});
