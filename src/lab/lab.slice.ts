/** The slice of the lab: anybody sees what its instrument can do, registered people run it. */
import { forEveryone, forSignedIn } from '../permissions/operations.ts';
import type { JobDefinition } from '../platform/jobs/job.ts';
import type { Slice } from '../platform/slice.ts';
import { LabInstrument } from './lab-instrument.entity.ts';
import { LabResolver } from './lab.resolver.ts';
import { runJob } from './lab.service.ts';

/** The lab. */
export const labSlice: Slice = {
  entities: [LabInstrument],
  resolvers: [LabResolver],
  operations: { Query: { lab: forEveryone }, Mutation: { runLabFunction: forSignedIn } },
  jobs: [runJob as JobDefinition],
};
