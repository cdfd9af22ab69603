/** The permission tables of invites. The verified owner of the address answers; the token alone shows four fields. */
import { all, any, column, holdsEventRole, isViewersAddress, not, via, viewerIs } from '../permissions/condition.ts';
import { eventRoles, hangsOnLivingEvent, ofOwnEvent, toStaff, toTeam } from '../permissions/notes.ts';
import { permissionTable, registered, staff } from '../permissions/table.ts';

const isInvitee = all(viewerIs('verified'), isViewersAddress('email'));

/** Role invites. The invitee changes the status alone, by accepting and declining. */
export const roleInvitePermissions = permissionTable({
  resource: 'RoleInvite',
  exists: hangsOnLivingEvent,
  notes: {
    1: ofOwnEvent,
    owners: { text: 'owner role: owner only', holds: any(not(column('role', 'OWNER')), via('event', holdsEventRole('OWNER'))) },
    unused: { text: 'not once accepted', holds: not(column('answer', 'ACCEPTED')) },
    address: { text: 'signed in with that e-mail, verified', holds: isInvitee },
  },
  rows: [
    { actor: staff, list: true, view: true, create: true, update: true, delete: true },
    {
      actor: eventRoles('owner, organizer', 'OWNER', 'ORGANIZER'),
      list: [1], view: [1], create: [1, 'owners'], update: [1, 'owners'], delete: [1, 'unused'],
    },
    { actor: eventRoles('coorganizer', 'COORGANIZER'), list: [1], view: [1] },
    { actor: { ...registered, name: 'invitee' }, list: ['address'], view: ['address'] },
  ],
  grants: {
    invitee: { text: 'invitee', holds: isInvitee },
    team: toTeam,
    staff: toStaff,
    bearer: { text: 'bearer of the token', holds: hangsOnLivingEvent },
  },
  open: ['id', 'createdAt', 'updatedAt', 'viewerCan', 'eventName', 'role', 'expiresAt'],
  guarded: {
    status: { write: [] },
    event: { read: ['invitee', 'team', 'staff'], write: [] },
    email: { read: ['invitee', 'team', 'staff'] },
    invitedBy: { read: ['invitee', 'team', 'staff'], write: [] },
  },
});
