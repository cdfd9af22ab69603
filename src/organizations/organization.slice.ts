/** The slice of organizations: organizations and who belongs to them. */
import { noticeOf } from '../invites/invite.mails.ts';
import { byCell, forBearer, forEveryone, forInvitee } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { MembershipInvite } from './membership-invite.entity.ts';
import { membershipInviteMail } from './membership-invite.mail.ts';
import { membershipInvitePermissions } from './membership-invite.permissions.ts';
import { MembershipInviteResolver } from './membership-invite.resolver.ts';
import { Membership } from './membership.entity.ts';
import { Organization } from './organization.entity.ts';
import {
  membershipPermissions,
  organizationPermissions,
  publicKeyPermissions,
} from './organization.permissions.ts';
import { OrganizationResolver } from './organization.resolver.ts';
import { PublicKey } from './public-key.entity.ts';
import { PublicKeySubscriptions, publicKeyChanged } from './public-key.live.ts';

/** Organizations. */
export const organizationSlice: Slice = {
  entities: [Organization, PublicKey, Membership, MembershipInvite],
  permissions: [
    organizationPermissions,
    publicKeyPermissions,
    membershipPermissions,
    membershipInvitePermissions,
  ],
  resolvers: [OrganizationResolver, MembershipInviteResolver, PublicKeySubscriptions],
  operations: {
    Query: { organizations: forEveryone, organization: forEveryone, membershipInvite: forBearer },
    Mutation: {
      createOrganization: byCell('Organization', 'create'),
      updateOrganization: byCell('Organization', 'update'),
      deleteOrganization: byCell('Organization', 'delete'),
      addMember: byCell('Membership', 'create'),
      removeMember: byCell('Membership', 'delete'),
      inviteMember: byCell('MembershipInvite', 'create'),
      cancelMembershipInvite: byCell('MembershipInvite', 'delete'),
      acceptMembership: forInvitee,
      declineMembership: forInvitee,
    },
    Subscription: { publicKeyChanged: byCell('PublicKey', 'view') },
  },
  mails: [membershipInviteMail],
  notifications: [noticeOf(membershipInviteMail), publicKeyChanged],
};
