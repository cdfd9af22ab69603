/** The slice of organizations: organizations and who belongs to them. */
import { byCell, forEveryone } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { Membership } from './membership.entity.ts';
import { Organization } from './organization.entity.ts';
import { membershipPermissions, organizationPermissions } from './organization.permissions.ts';
import { OrganizationResolver } from './organization.resolver.ts';

/** Organizations. */
export const organizationSlice: Slice = {
  entities: [Organization, Membership],
  permissions: [organizationPermissions, membershipPermissions],
  resolvers: [OrganizationResolver],
  operations: {
    Query: { organizations: forEveryone, organization: forEveryone },
    Mutation: {
      createOrganization: byCell('Organization', 'create'),
      updateOrganization: byCell('Organization', 'update'),
      deleteOrganization: byCell('Organization', 'delete'),
      addMember: byCell('Membership', 'create'),
      removeMember: byCell('Membership', 'delete'),
    },
  },
};
