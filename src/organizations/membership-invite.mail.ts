/** The mail that invites a person to join an organization. */
import { z } from 'zod';
import { howToAnswer, inviteOfMail } from '../invites/invite.mails.ts';
import { text } from '../platform/mail/layout.ts';
import { mailKind } from '../platform/mail/mail-kind.ts';

/** Asks somebody to join an organization. */
export const membershipInviteMail = mailKind({
  name: 'organization.membershipInvite',
  description: 'Somebody is invited to join an organization.',
  payload: z.object({ inviteId: z.uuid() }),
  right: ({ inviteId: id }) => ({ action: 'create', subject: { resource: 'MembershipInvite', id } }),
  async compose({ inviteId }, mail) {
    const invite = await inviteOfMail(mail, 'membership_invites', inviteId);
    if (!invite) return null;
    const [organization] = await mail.query<{ name: string; inviter: string | null }>(
      `SELECT o.name, (SELECT u.public_name FROM users u WHERE u.id = $2) AS inviter FROM organizations o WHERE o.id = $1`,
      [invite.organization_id, invite.invited_by_id],
    );
    if (!organization) return null;
    return {
      to: await mail.toAddress(invite.email as string),
      subject: `Join ${organization.name}`,
      blocks: [
        text(`${organization.inviter ?? 'Somebody'} invites you to join ${organization.name}.`),
        ...howToAnswer(mail, '/membership-invites', 'acceptMembership and declineMembership'),
      ],
    };
  },
});
