/**
 * The organization that hosts an event. Whoever holds organization:update through a role in it counts as coorganizer of
 * the event (permissions/plan.ts), so only they may name it.
 */
import { Organization } from '../organizations/organization.entity.ts';
import type { Changes } from '../platform/data/writer.ts';
import { forbidden } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import type { Event } from './event.entity.ts';

/**
 * Sets or clears the host of an event; absent, it stays. Says whether anything changed. Throws NOT_FOUND for an
 * organization that the viewer may not see, FORBIDDEN where they do not hold organization:update through a role in it.
 */
export async function setHost(
  changes: Changes,
  event: Event,
  organizationId: string | null | undefined,
): Promise<boolean> {
  if (organizationId === undefined) return false;
  const before = event.organization?.id ?? null;
  const uuid =
    organizationId === null
      ? null
      : uuidOfArgument('Organization', organizationId, 'input', 'organizationId');
  if (uuid === before) return false;
  if (uuid !== null) await assertMayHost(changes, uuid);
  event.organization = uuid === null ? null : changes.em.getReference(Organization, uuid);
  return true;
}

async function assertMayHost(changes: Changes, organization: string): Promise<void> {
  await changes.authorize('view', { resource: 'Organization', id: organization });
  if (!mayHost(changes, organization)) {
    throw forbidden(
      'To name the host of an event you need organization:update through a role in that organization',
    );
  }
}

/** Whether the viewer may name this organization (a uuid) as the host of events. A super admin holds Root in every one. */
export function mayHost({ viewer }: Changes, organization: string): boolean {
  return viewer.isSuperAdmin || viewer.hosting.includes(organization);
}
