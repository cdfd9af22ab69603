/** Job definitions: what work there is, apart from when and where it runs. */
import type { z } from 'zod';
import type { JobContext } from './context.ts';

/** A kind of job. The payload is small: ids and what cannot be looked up. */
export interface JobDefinition<T = unknown> {
  /** Unique, as `slice.verb`. */
  readonly name: string;
  /** What the payload is; checked when the job is started and again when it runs. */
  readonly payload: z.ZodType<T>;
  /** Does the work. May run more than once for one job, so it must be harmless to repeat. */
  readonly run: (payload: T, context: JobContext) => Promise<void>;
}
