/** The permission table of membership invites: for who may add members there; the verified owner of the address answers. */
import { all, some, via } from '../permissions/condition.ts';
import { isInvitee } from '../permissions/notes.ts';
import type { Belonging } from '../permissions/scope.ts';
import { inScope, isInReach } from '../permissions/scope.ts';
import { permissionTable, registered } from '../permissions/table.ts';

const belonging: Belonging = {
  organization: (held) => via('organization', held),
  collaboration: (where) => via('organization', some('collaborations', where)),
};
// Whoever may make somebody a member: the rule is user:create, whatever is done with the invite.
const mayAdd = isInReach('user', 'CREATE', belonging);

/** Membership invites. The invitee changes the status alone, by accepting and declining. */
export const membershipInvitePermissions = permissionTable({
  resource: 'MembershipInvite',
  exists: all(),
  notes: {
    org: { text: 'the invite is to an organization in which the viewer holds user:create', holds: inScope('user', 'CREATE', 'ORGANIZATION', belonging) },
    col: {
      text: 'the invite is to an organization of a collaboration with a member organization in which the viewer holds user:create at collaboration scope or wider',
      holds: inScope('user', 'CREATE', 'COLLABORATION', belonging),
    },
    glo: { text: 'the viewer holds user:create at global scope', holds: inScope('user', 'CREATE', 'GLOBAL', belonging) },
    address: { text: 'signed in with that e-mail, verified', holds: isInvitee },
  },
  rows: [
    ...(['org', 'col', 'glo'] as const).map((note) => ({
      actor: { ...registered, name: `holder of user:create, ${{ org: 'organization', col: 'collaboration', glo: 'global' }[note]} scope` },
      list: [note], view: [note], create: [note], delete: [note],
    })),
    { actor: { ...registered, name: 'invitee' }, list: ['address'], view: ['address'] },
  ],
  grants: {
    invitee: { text: 'invitee', holds: isInvitee },
    holders: { text: 'holders of user:create there', holds: mayAdd },
    bearer: { text: 'bearer of the token', holds: all() },
  },
  open: ['id', 'createdAt', 'updatedAt', 'viewerCan', 'organizationName', 'expiresAt'],
  guarded: {
    status: { write: [] },
    organization: { read: ['invitee', 'holders'], write: [] },
    email: { read: ['invitee', 'holders'], write: [] },
    invitedBy: { read: ['invitee', 'holders'], write: [] },
  },
});
