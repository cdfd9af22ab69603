/**
 * Compute nodes as viewers, and the lease that says whether one is online: every sign of life renews it, and one that
 * falls silent is offline when it ends.
 */
import type { Viewer } from '../permissions/viewer.ts';
import { anonymous, serverViewer } from '../permissions/viewer.ts';
import type { Database } from '../platform/data/database.ts';
import { enqueueJobs } from '../platform/jobs/enqueue.ts';

/** How long a sign of life is good for, in seconds. */
const leaseSeconds = 60;

/** A lease is renewed once a third of it has gone: not at every request. */
const viewerSql = `
  SELECT json_build_object('organizationId', n.organization_id, 'collaborationId', n.collaboration_id,
    'isUnseen', n.online_until IS NULL OR n.online_until < now() + interval '${Math.floor((leaseSeconds * 2) / 3)} seconds')::text
  FROM compute_nodes n WHERE n.id = $1 AND EXISTS (
    SELECT FROM token_families f WHERE f.id = $2 AND f.compute_node_id = n.id AND f.ended_at IS NULL AND f.expires_at > now())`;

/** The viewer that a compute node is while its family of tokens lives; null for any other. */
export async function loadComputeNode(
  database: Database,
  claim: { readonly computeNodeId: string; readonly familyId: string; readonly expiresAt: number | null },
): Promise<{ viewer: Viewer; isUnseen: boolean } | null> {
  const { computeNodeId, familyId, expiresAt } = claim;
  const text = await database.value(viewerSql, [computeNodeId, familyId], 'compute-node');
  if (text === null) return null;
  const { isUnseen, organizationId, collaborationId } = JSON.parse(text) as {
    isUnseen: boolean;
    organizationId: string;
    collaborationId: string;
  };
  const machine = { computeNodeId, organizationId, collaborationId, taskId: null };
  return {
    isUnseen,
    viewer: { ...anonymous, kind: 'computeNode', machine, tokenFamilyId: familyId, expiresAt },
  };
}

/**
 * Notes a sign of life of compute nodes, and of what they work on: as who they are signed in now. A process that was killed
 * and started again has signed in anew, so its lost work is given out again when the lease ends, however lively it is.
 */
export async function renewLeases(
  database: Database,
  machines: readonly Pick<Viewer, 'machine' | 'tokenFamilyId'>[],
): Promise<void> {
  if (machines.length === 0) return;
  const computeNodeIds = machines.map(({ machine }) => machine!.computeNodeId);
  await database.pool.query(
    `UPDATE compute_nodes SET last_seen_at = now(), online_until = now() + interval '${leaseSeconds} seconds' WHERE id = ANY($1::uuid[])`,
    [computeNodeIds],
  );
  await database.pool.query(
    // A result that somebody holds is being reported on, canceled or given up: its lease is theirs to set.
    `UPDATE results SET lease_until = now() + make_interval(secs => (SELECT tasks_lease_seconds FROM settings)) WHERE id IN (
       SELECT id FROM results WHERE compute_node_id = ANY($1::uuid[]) AND status IN ('INITIALIZING', 'ACTIVE')
         AND (held_by IS NULL OR held_by = ANY($2::uuid[])) FOR UPDATE SKIP LOCKED)`,
    [computeNodeIds, machines.map(({ tokenFamilyId }) => tokenFamilyId)],
  );
}

/**
 * Ends the leases that nobody renewed: who listens is told that these compute nodes are offline, and a job tells those
 * who may know of it by mail (compute-node.jobs.ts). Any process may do it.
 */
export async function endPresence(database: Database): Promise<void> {
  // Asked at every sign of life of any of them: mostly there is nothing to end.
  const due = await database.query('SELECT FROM compute_nodes WHERE online_until < now() LIMIT 1');
  if (due.length === 0) return;
  await database.transaction(async ({ query }) => {
    const ended = await query(
      `UPDATE compute_nodes SET online_until = NULL WHERE id IN (
         SELECT id FROM compute_nodes WHERE online_until < now() FOR UPDATE SKIP LOCKED) RETURNING id`,
    );
    await enqueueJobs(
      query,
      { name: offlineJobName },
      ended.map(({ id }) => ({ computeNodeId: id })),
      serverViewer,
    );
  });
}

/** The job that a compute node's going offline causes. */
export const offlineJobName = 'computeNode.findListeners';
