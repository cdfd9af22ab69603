/** The slice of compute nodes. */
import { byCell, forEveryone } from '../permissions/operations.ts';
import type { JobDefinition } from '../platform/jobs/job.ts';
import type { Slice } from '../platform/slice.ts';
import { ComputeNode } from './compute-node.entity.ts';
import { offlineJob, presenceJob, tellOfflineJob } from './compute-node.jobs.ts';
import { ComputeNodeSubscriptions } from './compute-node.live.ts';
import { wentOffline } from './compute-node.mail.ts';
import { computeNodePermissions } from './compute-node.permissions.ts';
import { ComputeNodeResolver } from './compute-node.resolver.ts';

/** Compute nodes. */
export const computeNodeSlice: Slice = {
  entities: [ComputeNode],
  permissions: [computeNodePermissions],
  resolvers: [ComputeNodeResolver, ComputeNodeSubscriptions],
  jobs: [offlineJob, tellOfflineJob] as JobDefinition[],
  notifications: [wentOffline],
  schedules: [{ job: presenceJob, everyMinutes: 1 }],
  operations: {
    Query: { computeNodes: forEveryone },
    Mutation: {
      authenticateComputeNode: forEveryone,
      registerComputeNode: byCell('ComputeNode', 'create'),
      updateComputeNode: byCell('ComputeNode', 'update'),
      resetComputeNodeKey: byCell('ComputeNode', 'update'),
      deleteComputeNode: byCell('ComputeNode', 'delete'),
      reportComputeNodeConfiguration: byCell('ComputeNode', 'update'),
    },
    Subscription: { computeNodeStatusChanged: byCell('ComputeNode', 'receive') },
  },
};
