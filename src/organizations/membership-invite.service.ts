/** The verbs of membership invites that are theirs alone: invite by who may add members, accept by the invitee. */
import { User } from '../accounts/user.entity.ts';
import type { InviteKey } from '../invites/invite.answers.ts';
import { acceptInvite, assertSenderMay } from '../invites/invite.answers.ts';
import type { InviteLimits } from '../invites/invite.mails.ts';
import { sendInvite } from '../invites/invite.mails.ts';
import type { Changes } from '../platform/data/writer.ts';
import { conflict } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import { MembershipInvite } from './membership-invite.entity.ts';
import type { InviteMemberInput } from './membership-invite.inputs.ts';
import { membershipInviteMail } from './membership-invite.mail.ts';
import { insertMembership } from './membership.service.ts';
import { Organization } from './organization.entity.ts';

/** Invites a person to join an organization, by mail. Throws CONFLICT where they are in it, or have a pending invite. */
export async function inviteMember(
  changes: Changes,
  limits: InviteLimits,
  input: InviteMemberInput,
): Promise<MembershipInvite> {
  const { em } = changes;
  const { email } = input;
  const organization = uuidOfArgument('Organization', input.organizationId, 'input', 'organizationId');
  await changes.authorize('create', { resource: 'MembershipInvite', values: { organization, email } });
  await assertFree(changes, organization, email);
  const made = {
    organization: em.getReference(Organization, organization),
    email,
    invitedBy: em.getReference(User, changes.userId),
  };
  const invite = em.create(MembershipInvite, made as never, { partial: true });
  await sendInvite(changes, membershipInviteMail, invite, {
    place: { resource: 'Organization', id: organization },
    limits,
  });
  return invite;
}

/** Accepts an invite: makes the viewer a member, who holds nothing yet. Errors as of `acceptInvite` and `assertSenderMay`. */
export async function acceptMembership(changes: Changes, key: InviteKey): Promise<MembershipInvite> {
  const invite = await acceptInvite(changes, MembershipInvite, key);
  const { organization, email } = invite;
  await assertSenderMay(changes, invite.invitedBy, {
    resource: 'MembershipInvite',
    values: { organization: organization.id, email },
  });
  await insertMembership(changes, { organization: invite.organization.id, user: changes.userId });
  return invite;
}

/** Throws CONFLICT where the person is a member, or has a pending invite; an expired one gives way. */
async function assertFree(changes: Changes, organization: string, email: string): Promise<void> {
  await changes.query('SELECT FROM organizations WHERE id = $1 FOR UPDATE', [organization]);
  await changes.query(
    `UPDATE membership_invites SET answer = 'EXPIRED' WHERE organization_id = $1 AND lower(email) = lower($2) AND answer = 'PENDING' AND expires_at <= now()`,
    [organization, email],
  );
  const [found] = await changes.query(
    `SELECT
       EXISTS (SELECT FROM memberships m JOIN users u ON u.id = m.user_id
               WHERE m.organization_id = $1 AND lower(u.email) = lower($2) AND u.deleted_at IS NULL) AS "isMember",
       EXISTS (SELECT FROM membership_invites i
               WHERE i.organization_id = $1 AND lower(i.email) = lower($2) AND i.answer = 'PENDING') AS "isInvited"`,
    [organization, email],
  );
  if (found.isMember === true) throw conflict('This person is a member already');
  if (found.isInvited === true)
    throw conflict('There is a pending invite of this address: cancel that one first');
}
