/** The mail that invites a person to a role at an event. */
import { z } from 'zod';
import { text } from '../platform/mail/layout.ts';
import { mailKind } from '../platform/mail/mail-kind.ts';
import { howToAnswer, inviteOfMail } from './invite.mails.ts';

/** The roles as a sentence has them. */
export const roleNames: Readonly<Record<string, string>> = {
  OWNER: 'owner',
  ORGANIZER: 'organizer',
  COORGANIZER: 'coorganizer',
  TRACK_ORGANIZER: 'track organizer',
  MODERATOR: 'moderator',
  REGISTRAR: 'registrar',
};

/** Asks somebody to take a role at an event. */
export const roleInviteMail = mailKind({
  name: 'event.roleInvite',
  description: 'Somebody is invited to a role at an event, or the invite is sent again.',
  payload: z.object({ inviteId: z.uuid() }),
  right: ({ inviteId: id }) => ({ action: 'create', subject: { resource: 'RoleInvite', id } }),
  async compose({ inviteId }, mail) {
    const invite = await inviteOfMail(mail, 'role_invites', inviteId);
    if (!invite) return null;
    const [event] = await mail.query<{ name: string; inviter: string | null }>(
      `SELECT e.name, (SELECT u.public_name FROM users u WHERE u.id = $2) AS inviter FROM events e WHERE e.id = $1 AND e.deleted_at IS NULL`,
      [invite.event_id, invite.invited_by_id],
    );
    if (!event) return null;
    const role = roleNames[invite.role as string];
    return {
      to: await mail.toAddress(invite.email as string),
      subject: `Be ${role} of ${event.name}`,
      blocks: [
        text(`${event.inviter ?? 'The team'} invites you to be ${role} of ${event.name}.`),
        ...(invite.role === 'OWNER' ? [text('Who accepts becomes the owner of the event; its present owner stays as an organizer.')] : []),
        ...howToAnswer(mail, '/role-invites', 'acceptRoleInvite and declineRoleInvite'),
      ],
    };
  },
});
