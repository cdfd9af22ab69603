/**
 * Compute nodes that fall silent: their leases are ended every minute, though nobody is connected, and those who may
 * receive their presence are told. Each is told by a job of their own, so that what decides is what they may do then.
 */
import { z } from 'zod';
import { anonymous } from '../permissions/viewer.ts';
import { notify } from '../notifications/notify.ts';
import { enqueueJobs } from '../platform/jobs/enqueue.ts';
import type { JobDefinition } from '../platform/jobs/job.ts';
import { wentOffline } from './compute-node.mail.ts';
import { endPresence, offlineJobName } from './presence.ts';

/** Ends the leases that nobody renewed. */
export const presenceJob: JobDefinition<object> = {
  name: 'computeNode.endPresence',
  payload: z.object({}),
  run: (_payload, { database }) => endPresence(database),
};

const about = z.object({ computeNodeId: z.uuid() });
type About = z.output<typeof about>;

/** Finds those who hold a rule to receive anywhere in the collaboration, or site-wide; the table decides on each of them later. */
export const offlineJob: JobDefinition<About> = {
  name: offlineJobName,
  payload: about,
  async run({ computeNodeId }, { database }) {
    await database.transaction(async ({ query }) => {
      const people = await query(
        `SELECT DISTINCT h.user_id AS id FROM compute_nodes n JOIN held_rules h ON h.resource = 'live' AND h.operation = 'RECEIVE'
         WHERE n.id = $1 AND (h.organization_id IS NULL OR h.organization_id IN (
           SELECT organization_id FROM collaboration_organizations WHERE collaboration_id = n.collaboration_id))`,
        [computeNodeId],
      );
      for (const { id } of people)
        await enqueueJobs(query, tellOfflineJob, [{ computeNodeId }], {
          ...anonymous,
          kind: 'user',
          userId: String(id),
        });
    });
  },
};

/** Tells the person on whose behalf it runs, where they may receive the presence of the compute node. */
export const tellOfflineJob: JobDefinition<About> = {
  name: 'computeNode.tellOffline',
  payload: about,
  async run({ computeNodeId: id }, { actorId, write }) {
    if (actorId === null || !(await write.decide('receive', { resource: 'ComputeNode', id })).allowed) return;
    const mail = (userId: string) => ({ computeNodeId: id, userId });
    await write.transaction((changes) =>
      notify(changes, {
        kind: wentOffline,
        recipients: [actorId],
        actors: [],
        subject: { resource: 'ComputeNode', id },
        mail,
      }),
    );
  },
};
