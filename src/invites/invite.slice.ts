/** The slice of invites: to roles at events. */
import { byCell, forBearer, forInvitee } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { roleInvitePermissions } from './invite.permissions.ts';
import { RoleInvite } from './role-invite.entity.ts';
import { roleInviteMail } from './role-invite.mail.ts';
import { RoleInviteResolver } from './role-invite.resolver.ts';

/** Invites. */
export const inviteSlice: Slice = {
  entities: [RoleInvite],
  permissions: [roleInvitePermissions],
  resolvers: [RoleInviteResolver],
  operations: {
    Query: { roleInvite: forBearer },
    Mutation: {
      createRoleInvite: byCell('RoleInvite', 'create'),
      updateRoleInvite: byCell('RoleInvite', 'update'),
      resendRoleInvite: byCell('RoleInvite', 'update'),
      cancelRoleInvite: byCell('RoleInvite', 'delete'),
      deleteRoleInvite: byCell('RoleInvite', 'delete'),
      acceptRoleInvite: forInvitee,
      declineRoleInvite: forInvitee,
    },
  },
  mails: [roleInviteMail],
};
