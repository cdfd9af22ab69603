/** The mail that invites a person to a role at an event. */
import { z } from 'zod';
import { mailKind } from '../platform/mail/mail-kind.ts';
import { answeringOf, inviteOfMail } from './invite.mails.ts';
import { roleInviteWords } from './invite.words.ts';

/** Asks somebody to take a role at an event. */
export const roleInviteMail = mailKind({
  name: 'event.roleInvite',
  description: 'Somebody is invited to a role at an event, or the invite is sent again.',
  payload: z.object({ inviteId: z.uuid() }),
  right: ({ inviteId: id }) => ({ action: 'create', subject: { resource: 'RoleInvite', id } }),
  words: roleInviteWords,
  async find({ inviteId }, mail) {
    const invite = await inviteOfMail(mail, 'role_invites', inviteId);
    if (!invite) return null;
    const [event] = await mail.query<{ event: string; inviter: string | null }>(
      `SELECT e.name AS event, (SELECT u.public_name FROM users u WHERE u.id = $2) AS inviter FROM events e WHERE e.id = $1 AND e.deleted_at IS NULL`,
      [invite.event_id, invite.invited_by_id],
    );
    if (!event) return null;
    const answering = answeringOf(mail, '/role-invites', ['acceptRoleInvite', 'declineRoleInvite']);
    return {
      to: await mail.toAddress(invite.email as string),
      about: { ...event, role: invite.role as string, ...answering },
    };
  },
});
