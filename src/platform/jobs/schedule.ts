/** Schedules: work that is done again and again, once per installation however many instances run. */
import type { JobDefinition } from './job.ts';

/** A job without a payload, and how often it runs. Slices give theirs in their manifests. */
export interface Schedule {
  readonly job: JobDefinition;
  readonly everyMinutes: number;
}
