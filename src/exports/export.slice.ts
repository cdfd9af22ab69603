/** The slice of exports. */
import { byCell } from '../permissions/operations.ts';
import type { JobDefinition } from '../platform/jobs/job.ts';
import type { Slice } from '../platform/slice.ts';
import { exportJob, pruneExports } from './export.job.ts';
import { ExportResolver } from './export.resolver.ts';

/** Exports. */
export const exportSlice: Slice = {
  entities: [],
  resolvers: [ExportResolver],
  operations: { Mutation: { exportEvent: byCell('Event', 'update') } },
  jobs: [exportJob as JobDefinition],
  prune: [pruneExports],
};
