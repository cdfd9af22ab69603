/** The mail that invites a person to a role at an event. */
import { z } from 'zod';
import { digestOf } from '../platform/auth/secrets.ts';
import type { JobDefinition } from '../platform/jobs/job.ts';
import { layout, sendMail } from '../platform/mail/mail.ts';
import { linkTo } from '../platform/mail/links.ts';
import { inviteDays, tokenOf } from './invite.tokens.ts';

/** The name of the job that sends the mail; its payload is `{ inviteId, nonce }`. */
export const roleInviteMail = 'invites.roleInviteMail';

const payload = z.object({ inviteId: z.uuid(), nonce: z.string() });

/** The roles as a sentence has them. */
const roleNames: Readonly<Record<string, string>> = {
  OWNER: 'owner',
  ORGANIZER: 'organizer',
  COORGANIZER: 'coorganizer',
  TRACK_ORGANIZER: 'track organizer',
  MODERATOR: 'moderator',
  REGISTRAR: 'registrar',
};

/** Sends the mail, where its token is still the invite's and the invite still pending. */
export const roleInviteMailJob: JobDefinition<z.output<typeof payload>> = {
  name: roleInviteMail,
  payload,
  async run({ inviteId, nonce }, context) {
    const token = tokenOf(context.config, roleInviteMail, nonce);
    const [invite] = await context.database.query<{ email: string; role: string; event: string; inviter: string | null }>(
      `SELECT i.email, i.role, e.name AS event, u.public_name AS inviter
       FROM role_invites i JOIN events e ON e.id = i.event_id LEFT JOIN users u ON u.id = i.invited_by_id
       WHERE i.id = $1 AND i.token_hash = $2 AND i.answer = 'PENDING' AND i.expires_at > now() AND e.deleted_at IS NULL`,
      [inviteId, digestOf(token)],
    );
    if (!invite) return;
    const title = `Be ${roleNames[invite.role]} of ${oneLine(invite.event)}`;
    const paragraphs = [
      `${invite.inviter ?? 'The team'} invites you to be ${roleNames[invite.role]} of ${invite.event}.`,
      `Sign in with this address to accept or decline, within ${inviteDays} days. Without an account, make one with this address first.`,
      ...(invite.role === 'OWNER' ? ['Who accepts becomes the owner of the event; its present owner stays as an organizer.'] : []),
      `The mutations acceptRoleInvite and declineRoleInvite take the token as it is: ${token}`,
    ];
    const action = { label: 'Look at the invite', url: await linkTo(context, `/role-invites?token=${token}`) };
    await sendMail(context, { to: invite.email, subject: title, ...layout({ title, paragraphs, action }) });
  },
};

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
