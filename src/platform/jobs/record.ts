/**
 * The rows of jobs (src/jobs), kept in step with what the queue does: one row per job under its outbox id, from the
 * transaction that queued it on. They outlive the queue: what it forgets is handed over again (reconcile.ts). What runs
 * by a schedule has no row: its next run makes up for a failed one.
 */
import { validate as isUuid } from 'uuid';
import type { Database } from '../data/database.ts';
import { publishNotices } from '../data/notices.ts';

/** Where a job stands. */
export type JobState = 'WAITING' | 'ACTIVE' | 'COMPLETED' | 'FAILED' | 'CANCELED';

/** What is known of a job from a moment on; absent keys stay as they are. */
export interface JobNews {
  readonly status?: JobState;
  readonly progress?: number;
  readonly message?: string;
  readonly error?: string | null;
  readonly url?: string;
  readonly attempts?: number;
}

/** The topic of a job's progress. */
export const jobTopic = (jobId: string): string => `job:${jobId}`;

/**
 * Writes down what is new of a job, and tells who follows it. A job that was discarded or is done stays so: a worker that
 * stood still comes late with news of what another has done meanwhile.
 */
export async function recordJob(database: Database, id: string, news: JobNews): Promise<void> {
  if (!isUuid(id)) return;
  const { status = null, progress = null, message = null, error, url = null, attempts = null } = news;
  const [changed] = await database.query<{ isFollowed: boolean }>(
    `UPDATE jobs SET status = coalesce($2, status), progress = coalesce($3, progress), message = coalesce($4, message),
       error = CASE WHEN $5 THEN $6 ELSE error END, url = coalesce($7, url), attempts = coalesce($8, attempts),
       started_at = CASE WHEN $2 = 'ACTIVE' THEN now() ELSE started_at END,
       payload = CASE WHEN $2 = 'COMPLETED' THEN NULL ELSE payload END,
       finished_at = CASE WHEN $2 IN ('COMPLETED', 'FAILED') THEN now() ELSE finished_at END, updated_at = now()
     WHERE id = $1 AND status NOT IN ('CANCELED', 'COMPLETED') RETURNING is_followed AS "isFollowed"`,
    [id, status, progress, message, error !== undefined, error ?? null, url, attempts],
  );
  if (!changed?.isFollowed) return;
  const query = (text: string, values: readonly unknown[]) => database.query(text, values);
  await publishNotices(query, [{ topic: jobTopic(id), kind: 'UPDATED', resource: 'Job', id }]);
}

/** Whether a job is not to be run (again): it was discarded, or is done and the queue has not heard of it. */
export async function isOver(database: Database, id: string): Promise<boolean> {
  if (!isUuid(id)) return false;
  const [row] = await database.query(
    `SELECT FROM jobs WHERE id = $1 AND status IN ('COMPLETED', 'CANCELED')`,
    [id],
  );
  return row !== undefined;
}

/** How often progress is told at most, in milliseconds. */
const restMs = 250;

/** The function that a running job tells its progress with: steps in quick succession are told as one. */
export function progressOf(
  database: Database,
  id: string,
): (fraction: number, message?: string, url?: string) => Promise<void> {
  let last = 0;
  return async (fraction, message, url) => {
    if (url === undefined && fraction < 1 && Date.now() - last < restMs) return;
    last = Date.now();
    await recordJob(database, id, { progress: Math.min(1, Math.max(0, fraction)), message, url });
  };
}
