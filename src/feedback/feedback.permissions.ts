/** The permission table of feedback. Of events it is public, of sessions it is the team's among themselves. */
import { any, holdsEventRole, isViewer, via } from '../permissions/condition.ts';
import { hangsOnLivingEvent, livesWithItsEvent, ofPublishedEvent, team } from '../permissions/notes.ts';
import { everyone, permissionTable, registered, staff } from '../permissions/table.ts';

/** Feedback. */
export const feedbackPermissions = permissionTable({
  resource: 'Feedback',
  exists: any(hangsOnLivingEvent, via('session', livesWithItsEvent)),
  createdIn: ['event', 'session'],
  notes: {
    1: {
      text: 'of sessions of own events',
      holds: (actor) => via('session', via('event', holdsEventRole(...(actor.roles ?? [])))),
    },
    4: { text: `of events: ${ofPublishedEvent.text}`, holds: ofPublishedEvent.holds },
    session: { text: 'of sessions', holds: via('session', livesWithItsEvent) },
    own: { text: 'own', holds: isViewer('user') },
  },
  rows: [
    { actor: staff, list: true, view: true, create: ['session'], update: ['own'], delete: true },
    { actor: team, list: [1], view: [1], create: [1], update: [1, 'own'], delete: ['own'] },
    { actor: registered, create: [4], update: [4, 'own'], delete: ['own'] },
    { actor: everyone, list: [4], view: [4] },
  ],
  grants: {},
  open: ['id', 'createdAt', 'updatedAt', 'viewerCan', 'rating', 'comment'],
  guarded: { user: { write: [] }, event: { write: [] }, session: { write: [] } },
});
