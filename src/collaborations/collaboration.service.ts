/** The verbs of collaborations: create, update, delete, and which organizations are in one. */
import type { Changes } from '../platform/data/writer.ts';
import { applyInput, assertVersion } from '../platform/data/writer.ts';
import { conflict } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import { cleanInput } from '../platform/inputs.ts';
import { publishMachineRightsChange } from '../platform/live/rights.ts';
import { cancelResultsOf } from '../tasks/task.service.ts';
import { Collaboration } from './collaboration.entity.ts';
import type { CreateCollaborationInput, UpdateCollaborationInput } from './collaboration.inputs.ts';

/** Makes a collaboration of organizations that the viewer may see. Throws CONFLICT for a taken name. */
export async function createCollaboration(
  changes: Changes,
  input: CreateCollaborationInput,
): Promise<Collaboration> {
  await changes.authorize('create', { resource: 'Collaboration', values: {} });
  const organizations = new Set(
    input.organizationIds.map((id, index) =>
      uuidOfArgument('Organization', id, 'input', 'organizationIds', index),
    ),
  );
  for (const id of organizations) await changes.authorize('view', { resource: 'Organization', id });
  const { name } = cleanInput(Collaboration, input);
  await assertNameIsFree(changes, name, null);
  const collaboration = changes.em.create(Collaboration, { name, encrypted: input.encrypted } as never, {
    partial: true,
  });
  await changes.em.persist(collaboration).flush();
  for (const id of organizations) await join(changes, collaboration.id, id);
  return collaboration;
}

/** Renames a collaboration. Throws CONFLICT for a taken name or an old version. */
export async function updateCollaboration(
  changes: Changes,
  id: string,
  input: UpdateCollaborationInput,
): Promise<Collaboration> {
  const collaboration = await changes.take(Collaboration, id, 'update');
  const { version, ...rest } = input;
  assertVersion(collaboration, version);
  const clean = cleanInput(Collaboration, rest, { required: ['name'] });
  if (typeof clean.name === 'string') await assertNameIsFree(changes, clean.name, collaboration.id);
  applyInput(collaboration, clean, ['name']);
  collaboration.version += 1;
  await changes.em.flush();
  return collaboration;
}

/**
 * Deletes a collaboration with its tasks and its compute nodes, whose keys and tokens are worth nothing from then on.
 * Throws CONFLICT while compute nodes work on a task, as the deletion of that task would.
 */
export async function deleteCollaboration(changes: Changes, id: string): Promise<Collaboration> {
  const collaboration = await changes.take(Collaboration, id, 'delete');
  const [{ n: unfinished }] = await changes.query(
    'SELECT count(*)::int AS n FROM tasks WHERE collaboration_id = $1 AND finished_at IS NULL',
    [collaboration.id],
  );
  if (Number(unfinished) > 0)
    throw conflict(`${String(unfinished)} tasks of the collaboration are not finished: cancel them first`, {
      tasks: unfinished,
    });
  await tellComputeNodes(changes, collaboration.id, null);
  await changes.em.remove(collaboration).flush();
  return collaboration;
}

/** Takes an organization into a collaboration; one that is in it stays. */
export async function addOrganization(
  changes: Changes,
  id: string,
  organizationId: string,
): Promise<Collaboration> {
  const collaboration = await takeForItsOrganizations(changes, id);
  const organization = uuidOfArgument('Organization', organizationId, 'organizationId');
  await changes.authorize('view', { resource: 'Organization', id: organization });
  await join(changes, collaboration.id, organization);
  return collaboration;
}

/**
 * Takes an organization out of a collaboration, and its compute node there with it; its open results are canceled. One
 * that is not in it stays out.
 */
export async function removeOrganization(
  changes: Changes,
  id: string,
  organizationId: string,
): Promise<Collaboration> {
  const collaboration = await takeForItsOrganizations(changes, id);
  const organization = uuidOfArgument('Organization', organizationId, 'organizationId');
  await changes.authorize('view', { resource: 'Organization', id: organization });
  await cancelResultsOf(changes, collaboration.id, organization);
  await tellComputeNodes(changes, collaboration.id, organization);
  await changes.query('DELETE FROM compute_nodes WHERE collaboration_id = $1 AND organization_id = $2', [
    collaboration.id,
    organization,
  ]);
  const left = await changes.query(
    'DELETE FROM collaboration_organizations WHERE collaboration_id = $1 AND organization_id = $2 RETURNING 1',
    [collaboration.id, organization],
  );
  if (left.length > 0) changes.record('UPDATE', 'Collaboration', collaboration.id, ['organizations']);
  return collaboration;
}

/** The set of organizations in a collaboration changes with global scope only, through whatever mutation. */
async function takeForItsOrganizations(changes: Changes, id: string): Promise<Collaboration> {
  const collaboration = await changes.take(Collaboration, id, 'update');
  await changes.authorizeFields({ resource: 'Collaboration', id: collaboration.id }, ['organizations']);
  return collaboration;
}

async function join(changes: Changes, collaborationId: string, organizationId: string): Promise<void> {
  const joined = await changes.query(
    'INSERT INTO collaboration_organizations (collaboration_id, organization_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1',
    [collaborationId, organizationId],
  );
  if (joined.length > 0) changes.record('UPDATE', 'Collaboration', collaborationId, ['organizations']);
}

/** Ends the sockets of the compute nodes that go with a collaboration, or with one organization of it. */
async function tellComputeNodes(
  changes: Changes,
  collaborationId: string,
  organizationId: string | null,
): Promise<void> {
  const machines = await changes.query(
    'SELECT id FROM compute_nodes WHERE collaboration_id = $1 AND ($2::uuid IS NULL OR organization_id = $2)',
    [collaborationId, organizationId],
  );
  for (const { id } of machines) await publishMachineRightsChange(changes, String(id));
}

async function assertNameIsFree(changes: Changes, name: string, id: string | null): Promise<void> {
  const taken = await changes.query(
    'SELECT FROM collaborations WHERE lower(name) = lower($1) AND id IS DISTINCT FROM $2',
    [name, id],
  );
  if (taken.length > 0) throw conflict('There is a collaboration of this name already', { field: 'name' });
}
