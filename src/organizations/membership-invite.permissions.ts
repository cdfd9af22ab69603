/** The permission table of membership invites: for who may add members there; the verified owner of the address answers. */
import { all } from '../permissions/condition.ts';
import { isInvitee } from '../permissions/notes.ts';
import { inScope, isInReach, ofItsOrganization } from '../permissions/scope.ts';
import { permissionTable, registered } from '../permissions/table.ts';

// Whoever may make somebody a member: the rule is user:create, whatever is done with the invite.
const mayAdd = isInReach('user', 'CREATE', ofItsOrganization);

/** Membership invites. The invitee changes the status alone, by accepting and declining. */
export const membershipInvitePermissions = permissionTable({
  resource: 'MembershipInvite',
  exists: all(),
  notes: {
    org: {
      text: 'the invite is to an organization in which the viewer holds user:create',
      holds: inScope('user', 'CREATE', 'ORGANIZATION', ofItsOrganization),
    },
    col: {
      text: 'the invite is to an organization of a collaboration with a member organization in which the viewer holds user:create at collaboration scope or wider',
      holds: inScope('user', 'CREATE', 'COLLABORATION', ofItsOrganization),
    },
    glo: {
      text: 'the viewer holds user:create at global scope',
      holds: inScope('user', 'CREATE', 'GLOBAL', ofItsOrganization),
    },
    address: { text: 'signed in with that e-mail, verified', holds: isInvitee },
  },
  rows: [
    ...(['org', 'col', 'glo'] as const).map((note) => ({
      actor: {
        ...registered,
        name: `holder of user:create, ${{ org: 'organization', col: 'collaboration', glo: 'global' }[note]} scope`,
      },
      list: [note],
      view: [note],
      create: [note],
      delete: [note],
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
