/** The slice of invites: to roles at events, and to speak in sessions. */
import { byCell, forBearer, forInvitee } from '../permissions/operations.ts';
import type { Prune } from '../platform/jobs/prune.ts';
import type { Slice } from '../platform/slice.ts';
import { roleInvitePermissions, speakerInvitePermissions } from './invite.permissions.ts';
import { noticeOf } from './invite.mails.ts';
import { RoleInvite } from './role-invite.entity.ts';
import { roleInviteMail } from './role-invite.mail.ts';
import { RoleInviteResolver } from './role-invite.resolver.ts';
import { SpeakerInvite } from './speaker-invite.entity.ts';
import { speakerInviteMail } from './speaker-invite.mail.ts';
import { SpeakerInviteResolver } from './speaker-invite.resolver.ts';

/** What nobody answered in time: it says so, and its token is forgotten. */
const expireInvites: Prune = async (database) => {
  for (const table of ['role_invites', 'speaker_invites', 'membership_invites']) {
    await database.query(
      `UPDATE ${table} SET answer = 'EXPIRED', token_hash = NULL, updated_at = now() WHERE answer = 'PENDING' AND expires_at <= now()`,
    );
  }
};

/** Invites. */
export const inviteSlice: Slice = {
  entities: [RoleInvite, SpeakerInvite],
  permissions: [roleInvitePermissions, speakerInvitePermissions],
  resolvers: [RoleInviteResolver, SpeakerInviteResolver],
  operations: {
    Query: { roleInvite: forBearer, speakerInvite: forBearer },
    Mutation: {
      createRoleInvite: byCell('RoleInvite', 'create'),
      updateRoleInvite: byCell('RoleInvite', 'update'),
      resendRoleInvite: byCell('RoleInvite', 'update'),
      cancelRoleInvite: byCell('RoleInvite', 'delete'),
      deleteRoleInvite: byCell('RoleInvite', 'delete'),
      acceptRoleInvite: forInvitee,
      declineRoleInvite: forInvitee,
      createSpeakerInvite: byCell('SpeakerInvite', 'create'),
      updateSpeakerInvite: byCell('SpeakerInvite', 'update'),
      resendSpeakerInvite: byCell('SpeakerInvite', 'update'),
      cancelSpeakerInvite: byCell('SpeakerInvite', 'delete'),
      deleteSpeakerInvite: byCell('SpeakerInvite', 'delete'),
      acceptSpeakerInvite: forInvitee,
      declineSpeakerInvite: forInvitee,
    },
  },
  prune: [expireInvites],
  mails: [roleInviteMail, speakerInviteMail],
  notifications: [noticeOf(roleInviteMail), noticeOf(speakerInviteMail)],
};
