/**
 * Containers: what runs on a compute node for one attempt at one result. Their token is made by that compute node, for the
 * image of the task and no other, and is worth nothing from the moment on that the result is final, is given to somebody
 * again, or the compute node's own sign-in ends; whatever is written in it.
 */
import type { Viewer } from '../permissions/viewer.ts';
import { anonymous } from '../permissions/viewer.ts';
import type { Work } from '../platform/auth/access-token.ts';
import { signAccessToken } from '../platform/auth/access-token.ts';
import type { Config } from '../platform/config/index.ts';
import type { Database } from '../platform/data/database.ts';
import type { Changes } from '../platform/data/writer.ts';
import { conflict, forbidden } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import { openStatuses } from './task.states.ts';

/** A token for the container of a task at the asking compute node. Throws CONFLICT once its result there is final. */
export async function createContainerToken(
  changes: Changes,
  config: Config,
  id: string,
  image: string,
): Promise<{ token: string; expiresAt: Date }> {
  const taskId = uuidOfArgument('Task', id, 'taskId');
  await changes.authorize('view', { resource: 'Task', id: taskId });
  const { kind, machine, tokenFamilyId } = changes.viewer;
  if (kind !== 'computeNode' || !machine || !tokenFamilyId)
    throw forbidden('Only the compute node of a task makes tokens for its container');
  const [found] = await changes.query(
    `SELECT r.id, r.attempt, r.deadline_at AS "deadlineAt", r.status = ANY($3::text[]) AS "isOpen", t.image = $4 AS "isImage"
     FROM results r JOIN tasks t ON t.id = r.task_id WHERE r.task_id = $1 AND r.organization_id = $2`,
    [taskId, machine.organizationId, openStatuses, image],
  );
  if (!found || found.isImage !== true) throw forbidden("The image is not the task's");
  if (found.isOpen !== true) throw conflict('The result of this compute node is final');
  changes.record('CREATE_TOKEN', 'Result', String(found.id));
  const work: Work = { resultId: String(found.id), attempt: Number(found.attempt) };
  const holder = { userId: null, computeNodeId: machine.computeNodeId, familyId: tokenFamilyId, work };
  return signAccessToken(config, holder, new Date(found.deadlineAt as string).getTime());
}

const viewerSql = `
  SELECT json_build_object('computeNodeId', n.id, 'organizationId', n.organization_id, 'collaborationId', n.collaboration_id, 'taskId', r.task_id)::text
  FROM results r JOIN compute_nodes n ON n.id = r.compute_node_id
  WHERE r.id = $1 AND r.attempt = $2 AND r.status IN (${openStatuses.map((status) => `'${status}'`).join(', ')}) AND EXISTS (
    SELECT FROM token_families f WHERE f.id = $3 AND f.compute_node_id = n.id AND f.ended_at IS NULL AND f.expires_at > now())`;

/** The viewer that a container is while its attempt is open; null for any other. */
export async function loadContainer(
  database: Database,
  {
    work,
    familyId,
    expiresAt,
  }: { readonly work: Work; readonly familyId: string; readonly expiresAt: number },
): Promise<{ viewer: Viewer; isUnseen: boolean } | null> {
  const text = await database.value(viewerSql, [work.resultId, work.attempt, familyId], 'container');
  if (text === null) return null;
  const machine = JSON.parse(text) as NonNullable<Viewer['machine']>;
  // A container's sign of life is none of its compute node.
  return {
    isUnseen: false,
    viewer: { ...anonymous, kind: 'container', machine, tokenFamilyId: familyId, expiresAt },
  };
}
