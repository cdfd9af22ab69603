/** The verbs of jobs: staff has one that failed tried again, or discards it. */
import type { Changes } from '../platform/data/writer.ts';
import { conflict } from '../platform/graphql/errors.ts';
import { Job, JobStatus } from './job.entity.ts';

/** Has a job that failed for good tried again, from its first attempt. Throws CONFLICT for one that did not. */
export async function retryJob(changes: Changes, id: string): Promise<Job> {
  const job = await changes.take(Job, id, 'update');
  if (job.status !== JobStatus.FAILED)
    throw conflict('Only a job that failed is tried again', { status: job.status });
  job.status = JobStatus.WAITING;
  job.finishedAt = null;
  await tellRelay(changes, job, 'AGAIN');
  changes.record('RETRY', 'Job', job.id);
  return job;
}

/** Discards a job that waits or has failed. Throws CONFLICT for one that runs or is done. Discarded already: no change. */
export async function discardJob(changes: Changes, id: string): Promise<Job> {
  const job = await changes.take(Job, id, 'update');
  if (job.status === JobStatus.CANCELED) return job;
  if (job.status === JobStatus.ACTIVE)
    throw conflict('The job is running: wait for its end', { status: job.status });
  if (job.status === JobStatus.COMPLETED) throw conflict('The job is done', { status: job.status });
  job.status = JobStatus.CANCELED;
  job.finishedAt = new Date();
  await tellRelay(changes, job, 'DROP');
  changes.record('DISCARD', 'Job', job.id);
  return job;
}

/** Any instance may be asked, with or without workers: the relay of one that has some tells the queue. */
async function tellRelay(changes: Changes, job: Job, operation: 'AGAIN' | 'DROP'): Promise<void> {
  await changes.query(
    `INSERT INTO outbox (id, name, payload, actor_id, actor_kind, operation)
     SELECT id, kind, coalesce(payload, '{}'), actor_id, actor_kind, $2 FROM jobs WHERE id = $1
     ON CONFLICT (id) DO UPDATE SET operation = excluded.operation`,
    [job.id, operation],
  );
  await changes.query(`SELECT pg_notify('outbox', '')`);
}
