/** The permission tables of invites. The verified owner of the address answers; the token alone shows four fields. */
import { all, any, column, holdsEventRole, not, via } from '../permissions/condition.ts';
import type { Condition } from '../permissions/condition.ts';
import {
  eventRoles,
  hangsOnLivingEvent,
  isInvitee,
  livesWithItsEvent,
  ofOwnEvent,
  onTeamOfEvent,
  team,
  toStaff,
  toTeam,
} from '../permissions/notes.ts';
import { permissionTable, registered, staff } from '../permissions/table.ts';
import { isSelfSubmitted, isSpokenByViewer, maySessionBeEdited } from '../sessions/session.permissions.ts';

/** Role invites. The invitee changes the status alone, by accepting and declining. */
export const roleInvitePermissions = permissionTable({
  resource: 'RoleInvite',
  exists: hangsOnLivingEvent,
  notes: {
    1: ofOwnEvent,
    owners: {
      text: 'owner role: owner only',
      holds: any(not(column('role', 'OWNER')), via('event', holdsEventRole('OWNER'))),
    },
    unused: { text: 'not once accepted', holds: not(column('answer', 'ACCEPTED')) },
    address: { text: 'signed in with that e-mail, verified', holds: isInvitee },
  },
  rows: [
    { actor: staff, list: true, view: true, create: true, update: true, delete: true },
    {
      actor: eventRoles('owner, organizer', 'OWNER', 'ORGANIZER'),
      list: [1],
      view: [1],
      create: [1, 'owners'],
      update: [1, 'owners'],
      delete: [1, 'unused'],
    },
    { actor: eventRoles('coorganizer', 'COORGANIZER'), list: [1], view: [1] },
    { actor: { ...registered, name: 'invitee' }, list: ['address'], view: ['address'] },
  ],
  remarks: [
    'Whoever bears the token sees the name of the event, the role, the status and the expiry, without an account. Tokens are good once, for 7 days.',
    'The member is written as the invite is accepted, in the same transaction.',
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

/** The session that the row hangs on, and its event, are not deleted. */
export const ofLivingSession = via('session', livesWithItsEvent);
const isOfParty = via('session', any(isSelfSubmitted, isSpokenByViewer));

/** Speaker invites. The invitee changes the status alone, by accepting and declining. */
export const speakerInvitePermissions = permissionTable({
  resource: 'SpeakerInvite',
  exists: ofLivingSession,
  notes: {
    1: {
      text: ofOwnEvent.text,
      holds: (actor) => via('session', via('event', holdsEventRole(...(actor.roles ?? [])))),
    },
    party: { text: 'of a self-submitted session, or one that the viewer speaks in', holds: isOfParty },
    may: {
      text: `who may update the session: it is not locked, and ${maySessionBeEdited.text}`,
      holds: via('session', all(column('isLocked', false), maySessionBeEdited.holds as Condition)),
    },
    unused: { text: 'not once accepted', holds: not(column('answer', 'ACCEPTED')) },
    address: { text: 'signed in with that e-mail, verified', holds: isInvitee },
  },
  rows: [
    { actor: staff, list: true, view: true, create: true, update: true, delete: true },
    { actor: team, list: [1], view: [1], create: [1], update: [1], delete: [1, 'unused'] },
    {
      actor: { ...registered, name: 'creator, speakers of the session' },
      list: ['party'],
      view: ['party'],
      create: ['party', 'may'],
      update: ['party', 'may'],
      delete: ['party', 'may', 'unused'],
    },
    { actor: { ...registered, name: 'invitee' }, list: ['address'], view: ['address'] },
  ],
  remarks: [
    'Whoever bears the token sees the name of the event, the title of the session, the status and the expiry, without an account. Tokens are good once, for 7 days.',
    'Accepting links the profile of the invitee to the session, whether or not the call is open, the event published or the session locked.',
  ],
  grants: {
    invitee: { text: 'invitee', holds: isInvitee },
    submitters: { text: 'creator, its speakers', holds: isOfParty },
    team: { text: toTeam.text, holds: via('session', onTeamOfEvent) },
    staff: toStaff,
    bearer: { text: 'bearer of the token', holds: ofLivingSession },
  },
  open: ['id', 'createdAt', 'updatedAt', 'viewerCan', 'eventName', 'sessionTitle', 'expiresAt'],
  guarded: {
    status: { write: [] },
    session: { read: ['invitee', 'submitters', 'team', 'staff'], write: [] },
    speaker: { read: ['invitee', 'submitters', 'team', 'staff'], write: [] },
    email: { read: ['invitee', 'submitters', 'team', 'staff'] },
    invitedBy: { read: ['invitee', 'submitters', 'team', 'staff'], write: [] },
  },
});
