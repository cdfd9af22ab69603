/** The slice of jobs: background work, for those who started it and for staff. */
import { byCell, forEveryone } from '../permissions/operations.ts';
import { keptDays } from '../platform/jobs/queue.ts';
import type { Slice } from '../platform/slice.ts';
import { Job } from './job.entity.ts';
import { jobPermissions } from './job.permissions.ts';
import { JobResolver } from './job.resolver.ts';

/** Jobs. */
export const jobSlice: Slice = {
  entities: [Job],
  permissions: [jobPermissions],
  resolvers: [JobResolver],
  operations: {
    Query: { job: forEveryone, jobs: forEveryone },
    Mutation: { retryJob: byCell('Job', 'update'), discardJob: byCell('Job', 'update') },
    Subscription: { jobProgressed: byCell('Job', 'view') },
  },
  prune: [
    async (database) => {
      // What nobody follows is only of interest while it is not done.
      await database.query(
        `DELETE FROM jobs WHERE finished_at < now() - CASE WHEN status = 'COMPLETED' AND NOT is_followed THEN interval '1 day'
           ELSE interval '${keptDays} days' END`,
      );
    },
  ],
};
