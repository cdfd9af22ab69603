/** Job definitions: what work there is, apart from when and where it runs. */
import type { z } from 'zod';
import type { JobContext } from './context.ts';

/** A kind of job, as whoever queues one needs it. */
export interface JobKind<T = unknown> {
  /** Unique, as `slice.verb`. */
  readonly name: string;
  /** What the payload is, small: ids and what cannot be looked up. Checked when it is queued and when the job runs. */
  readonly payload: z.ZodType<T>;
}

/** A kind of job, and the work. */
export interface JobDefinition<T = unknown> extends JobKind<T> {
  /** How long one attempt may take; 60 unless told. At its end the signal is aborted and the attempt has failed. */
  readonly deadlineSeconds?: number;
  /** Does the work. May run more than once for one job, so it must be harmless to repeat. */
  // A method, so that definitions of different payloads stand in one list.
  run(payload: T, context: JobContext): Promise<void>;
}

/** A fault that another attempt cannot mend: the job fails at once, and is kept. */
export class PermanentError extends Error {
  override name = 'PermanentError';
}
