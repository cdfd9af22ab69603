/** The mail that invites a person to join an organization. */
import { z } from 'zod';
import { answeringOf, inviteOfMail } from '../invites/invite.mails.ts';
import { mailKind } from '../platform/mail/mail-kind.ts';
import { membershipInviteWords } from './membership-invite.words.ts';

/** Asks somebody to join an organization. */
export const membershipInviteMail = mailKind({
  name: 'organization.membershipInvite',
  description: 'Somebody is invited to join an organization.',
  payload: z.object({ inviteId: z.uuid() }),
  right: ({ inviteId: id }) => ({ action: 'create', subject: { resource: 'MembershipInvite', id } }),
  words: membershipInviteWords,
  async find({ inviteId }, mail) {
    const invite = await inviteOfMail(mail, 'membership_invites', inviteId);
    if (!invite) return null;
    const [organization] = await mail.query<{ organization: string; inviter: string | null }>(
      `SELECT o.name AS organization, (SELECT u.public_name FROM users u WHERE u.id = $2) AS inviter FROM organizations o WHERE o.id = $1`,
      [invite.organization_id, invite.invited_by_id],
    );
    if (!organization) return null;
    const answering = answeringOf(mail, '/membership-invites', ['acceptMembership', 'declineMembership']);
    return { to: await mail.toAddress(invite.email as string), about: { ...organization, ...answering } };
  },
});
