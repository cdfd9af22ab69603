/** Job definitions: what work there is, apart from when and where it runs. */
import type { z } from 'zod';
import type { Subject } from '../../permissions/decide.ts';
import type { Action } from '../../permissions/table.ts';
import type { JobContext } from './context.ts';
import type { Lane } from './lanes.ts';

/** A kind of job, as whoever queues one needs it. */
export interface JobKind<T = unknown> {
  /** Unique, as `slice.verb`. */
  readonly name: string;
  /** What the payload is, small: ids and what cannot be looked up. Checked when it is queued and when the job runs. */
  readonly payload: z.ZodType<T>;
  /** Whoever starts it may follow it: they see the job, its progress, and why it failed. Others are for staff alone. */
  readonly isFollowed?: boolean;
}

/** What a person must be allowed for a job to be done on their behalf. */
export interface Right {
  readonly action: Action;
  readonly subject: Subject;
}

/** A kind of job, and the work. */
export interface JobDefinition<T = unknown> extends JobKind<T> {
  /** Where it waits, apart from jobs of other kinds; `usual` unless told. */
  readonly lane?: Lane;
  /** How long one attempt may take; 60 unless told. At its end the signal is aborted and the attempt has failed. */
  readonly deadlineSeconds?: number;
  /** How often it is tried in all, with growing rests between; 5 unless told. */
  readonly attempts?: number;
  /**
   * The right that whoever queued the job must still have when it runs, by the tables of that moment; without it the
   * job fails for good. Jobs without one do what was decided when they were queued.
   */
  right?(payload: T): Right;
  /** Does the work. May run more than once for one job, so it must be harmless to repeat. */
  // Methods, so that definitions of different payloads stand in one list.
  run(payload: T, context: JobContext): Promise<void>;
}

/** A fault that another attempt cannot mend: the job fails at once, and is kept. Who follows the job reads its words. */
export class PermanentError extends Error {
  override name = 'PermanentError';
}
