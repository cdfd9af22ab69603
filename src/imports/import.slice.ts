/** The slice of imports. */
import { telling } from '../jobs/job.news.ts';
import { byCell } from '../permissions/operations.ts';
import type { JobDefinition } from '../platform/jobs/job.ts';
import type { Slice } from '../platform/slice.ts';
import { importJob } from './import.job.ts';
import { imported } from './import.mail.ts';
import { ImportResolver } from './import.resolver.ts';

/** Imports. */
export const importSlice: Slice = {
  entities: [],
  resolvers: [ImportResolver],
  operations: { Mutation: { importEvent: byCell('Event', 'create') } },
  jobs: [telling(importJob, imported, () => ({})) as JobDefinition],
  notifications: [imported],
};
