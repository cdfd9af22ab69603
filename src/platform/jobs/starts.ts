/** How much work a person may start: what takes the server long is limited for each person and kind of job. */
import { attempt } from '../auth/rate-limit.ts';
import type { Context } from '../graphql/context.ts';
import type { JobKind } from './job.ts';

const seconds = 900;

/** Counts a job that the viewer is about to start. Throws RATE_LIMITED where they have started too many of its kind. Not in a transaction. */
export async function countStart(
  { viewer, write, config }: Pick<Context, 'viewer' | 'write' | 'config'>,
  { name }: Pick<JobKind, 'name'>,
): Promise<void> {
  if (viewer.userId === null) return;
  await attempt(
    write.database,
    { name: `start ${name}`, attempts: config.limits.jobsPerPerson, seconds },
    viewer.userId,
  );
}
