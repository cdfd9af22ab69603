/** The verbs of compute nodes: register, update, new key, delete, and what one reports of itself. */
import { Collaboration } from '../collaborations/collaboration.entity.ts';
import { Organization } from '../organizations/organization.entity.ts';
import type { Changes } from '../platform/data/writer.ts';
import { applyInput, assertVersion } from '../platform/data/writer.ts';
import { conflict, forbidden, invalid } from '../platform/graphql/errors.ts';
import { encodeId, uuidOfArgument } from '../platform/graphql/node.ts';
import { Problems, cleanInput } from '../platform/inputs.ts';
import { judgeText, longest } from '../platform/values.ts';
import { publishMachineRightsChange } from '../platform/live/rights.ts';
import { newApiKey, storedKey } from './api-key.ts';
import type { ComputeNodeConfigurationInput } from './compute-node.configuration.ts';
import { ComputeNode } from './compute-node.entity.ts';
import type { RegisterComputeNodeInput, UpdateComputeNodeInput } from './compute-node.inputs.ts';

/** Most entries of a list in a configuration. */
const mostEntries = 1000;

/** A compute node, and its new key, which is not stored. */
export interface Registered {
  readonly computeNode: ComputeNode;
  readonly apiKey: string;
}

/**
 * Registers the compute node of an organization in a collaboration that it is a member of, in the place of one that was
 * deleted there. Throws CONFLICT where there is one.
 */
export async function registerComputeNode(
  changes: Changes,
  input: RegisterComputeNodeInput,
): Promise<Registered> {
  const organization = uuidOfArgument('Organization', input.organizationId, 'input', 'organizationId');
  const collaboration = uuidOfArgument('Collaboration', input.collaborationId, 'input', 'collaborationId');
  await changes.authorize('create', { resource: 'ComputeNode', values: { organization, collaboration } });
  const { name } = cleanInput(ComputeNode, input);
  const [found] = await changes.query(
    `SELECT o.name || ' - ' || c.name AS name, EXISTS (SELECT FROM compute_nodes n WHERE n.organization_id = o.id AND n.collaboration_id = c.id) AS taken
     FROM collaboration_organizations l JOIN organizations o ON o.id = l.organization_id JOIN collaborations c ON c.id = l.collaboration_id
     WHERE l.organization_id = $1 AND l.collaboration_id = $2 FOR SHARE OF l`,
    [organization, collaboration],
  );
  if (!found) throw invalid('is no member of the collaboration', 'input', 'organizationId');
  if (found.taken) throw conflict('The organization has a compute node in this collaboration already');
  const apiKey = newApiKey();
  const computeNode = changes.em.create(
    ComputeNode,
    {
      ...storedKey(apiKey),
      name: name ?? String(found.name).slice(0, longest.line).trim(),
      organization: changes.em.getReference(Organization, organization),
      collaboration: changes.em.getReference(Collaboration, collaboration),
    } as never,
    { partial: true },
  );
  changes.coverFields(computeNode, ['name']);
  await changes.em.persist(computeNode).flush();
  // What the one before it left undone is its work: to start, to stop, and to keep the lease of.
  await changes.query(
    `UPDATE results r SET compute_node_id = $1 FROM tasks t
     WHERE t.id = r.task_id AND t.collaboration_id = $2 AND r.organization_id = $3 AND r.compute_node_id IS NULL
       AND (r.finished_at IS NULL OR (r.status = 'CANCELED' AND r.cancel_acknowledged_at IS NULL))`,
    [computeNode.id, collaboration, organization],
  );
  return { computeNode, apiKey };
}

/** Renames a compute node. Throws CONFLICT for an old version. */
export async function updateComputeNode(
  changes: Changes,
  id: string,
  input: UpdateComputeNodeInput,
): Promise<ComputeNode> {
  const computeNode = await takeToManage(changes, id);
  const { version, ...rest } = input;
  assertVersion(computeNode, version);
  applyInput(computeNode, cleanInput(ComputeNode, rest, { required: ['name'] }), ['name']);
  computeNode.version += 1;
  await changes.em.flush();
  return computeNode;
}

/** Gives a compute node a new key. The old one, and every token that it was given for it, are worth nothing from then on. */
export async function resetComputeNodeKey(changes: Changes, id: string): Promise<Registered> {
  const computeNode = await takeToManage(changes, id);
  const apiKey = newApiKey();
  Object.assign(computeNode, storedKey(apiKey));
  computeNode.version += 1;
  await changes.query(
    'UPDATE token_families SET ended_at = now() WHERE compute_node_id = $1 AND ended_at IS NULL',
    [computeNode.id],
  );
  await publishMachineRightsChange(changes, computeNode.id);
  return { computeNode, apiKey };
}

/** Deletes a compute node, its tokens included. */
export async function deleteComputeNode(changes: Changes, id: string): Promise<ComputeNode> {
  const computeNode = await changes.take(ComputeNode, id, 'delete');
  await publishMachineRightsChange(changes, computeNode.id);
  await changes.em.remove(computeNode).flush();
  return computeNode;
}

/** Keeps what the asking compute node says of itself, in place of all that it said before. */
export async function reportConfiguration(
  changes: Changes,
  input: ComputeNodeConfigurationInput,
): Promise<ComputeNode> {
  const { machine } = changes.viewer;
  if (changes.viewer.kind !== 'computeNode' || !machine)
    throw forbidden('Only a compute node reports its configuration');
  const computeNode = await changes.take(
    ComputeNode,
    encodeId('ComputeNode', machine.computeNodeId),
    'update',
  );
  await changes.authorizeFields({ resource: 'ComputeNode', id: computeNode.id }, ['configuration']);
  assertSound(input);
  computeNode.reported = {
    encrypted: input.encrypted ?? null,
    databases: input.databases.map(({ label, type }) => ({ label, type: type ?? null })),
    allowedUserIds: idsOf('User', 'allowedUserIds', input.allowedUserIds),
    allowedOrganizationIds: idsOf('Organization', 'allowedOrganizationIds', input.allowedOrganizationIds),
    allowedAlgorithms: input.allowedAlgorithms ?? null,
  };
  await changes.em.flush();
  return computeNode;
}

/** People manage compute nodes; one of them changes nothing of itself but what it reports. */
async function takeToManage(changes: Changes, id: string): Promise<ComputeNode> {
  const computeNode = await changes.take(ComputeNode, id, 'update');
  await changes.authorizeFields({ resource: 'ComputeNode', id: computeNode.id }, ['name']);
  return computeNode;
}

/** Ids that were given, checked for their type and written as they were issued; whether there is such a row is not told. */
function idsOf(type: string, field: string, ids: readonly string[] | null | undefined): string[] | null {
  return ids?.map((id, index) => encodeId(type, uuidOfArgument(type, id, 'input', field, index))) ?? null;
}

function assertSound(input: ComputeNodeConfigurationInput): void {
  const problems = new Problems();
  const lists = {
    databases: input.databases,
    allowedUserIds: input.allowedUserIds,
    allowedOrganizationIds: input.allowedOrganizationIds,
    allowedAlgorithms: input.allowedAlgorithms,
  };
  for (const [field, list] of Object.entries(lists)) {
    if (list && list.length > mostEntries) problems.add(field, `has at most ${mostEntries} entries`);
  }
  const words = [
    ...input.databases.flatMap(({ label, type }) => [label, type ?? 'none']),
    ...(input.allowedAlgorithms ?? []),
  ];
  if (words.some((word) => judgeText({ kind: 'name', nullable: false }, word).problem !== null)) {
    problems.add('databases', `labels, types and algorithms are lines of 1 to ${longest.line} characters`);
  }
  const labels = input.databases.map(({ label }) => label);
  if (new Set(labels).size < labels.length) problems.add('databases', 'each label names one database');
  problems.assertNone();
}
