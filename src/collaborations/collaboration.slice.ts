/** The slice of collaborations. */
import { byCell, forEveryone } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { CollaborationOrganization } from './collaboration-organization.entity.ts';
import { Collaboration } from './collaboration.entity.ts';
import { collaborationPermissions } from './collaboration.permissions.ts';
import { CollaborationResolver } from './collaboration.resolver.ts';

/** Collaborations. */
export const collaborationSlice: Slice = {
  entities: [Collaboration, CollaborationOrganization],
  permissions: [collaborationPermissions],
  resolvers: [CollaborationResolver],
  operations: {
    Query: { collaborations: forEveryone, collaboration: forEveryone },
    Mutation: {
      createCollaboration: byCell('Collaboration', 'create'),
      updateCollaboration: byCell('Collaboration', 'update'),
      deleteCollaboration: byCell('Collaboration', 'delete'),
      addOrganizationToCollaboration: byCell('Collaboration', 'update'),
      removeOrganizationFromCollaboration: byCell('Collaboration', 'update'),
    },
  },
};
