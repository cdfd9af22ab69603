/** The slice of exports. */
import { telling } from '../jobs/job.news.ts';
import { byCell } from '../permissions/operations.ts';
import type { JobDefinition } from '../platform/jobs/job.ts';
import type { Slice } from '../platform/slice.ts';
import { exportJob, pruneExports } from './export.job.ts';
import { exported } from './export.mail.ts';
import { ExportResolver } from './export.resolver.ts';

/** Exports. */
export const exportSlice: Slice = {
  entities: [],
  resolvers: [ExportResolver],
  operations: { Mutation: { exportEvent: byCell('Event', 'update') } },
  jobs: [telling(exportJob, exported, ({ eventId }) => ({ eventId })) as JobDefinition],
  notifications: [exported],
  prune: [pruneExports],
};
