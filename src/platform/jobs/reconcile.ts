/**
 * Reconciling: what the rows of jobs say against what the queue knows. A queue that lost its memory (Redis without
 * persistence) gets its jobs again, and a worker that died between an end and writing it down is made up for. Adding a
 * job that the queue knows changes nothing, so it is harmless that several processes do this.
 */
import type { Logger } from 'pino';
import type { Database } from '../data/database.ts';
import type { JobQueue } from './queue.ts';
import { recordJob } from './record.ts';

/** How long a job may be silent before the queue is asked about it, in minutes. */
const silentMinutes = 10;

/** Most jobs that are looked at in one go. */
const most = 500;

/** Looks after the jobs that have been silent for long. @returns how many were handed over again */
export async function reconcile(database: Database, queue: JobQueue, log: Logger): Promise<number> {
  const silent = await database.query<{ id: string }>(
    `SELECT id FROM jobs WHERE status IN ('WAITING', 'ACTIVE') AND updated_at < now() - interval '${silentMinutes} minutes'
       AND NOT EXISTS (SELECT FROM outbox WHERE outbox.id = jobs.id) ORDER BY updated_at LIMIT ${most}`,
  );
  const lost: string[] = [];
  for (const { id } of silent) {
    const state = await queue.stateOf(id);
    if (state === null) lost.push(id);
    else if (state === 'failed') await recordJob(database, id, { status: 'FAILED' });
    else if (state === 'completed') await recordJob(database, id, { status: 'COMPLETED' });
    // The queue has it: that is news too, and the next look is at others.
    else await database.query('UPDATE jobs SET updated_at = now() WHERE id = $1', [id]);
  }
  if (lost.length === 0) return 0;
  await database.query(
    `WITH again AS (UPDATE jobs SET status = 'WAITING', updated_at = now() WHERE id = ANY($1::uuid[]) AND status IN ('WAITING', 'ACTIVE') RETURNING *)
     INSERT INTO outbox (id, name, payload, actor_id, actor_kind)
     SELECT id, kind, coalesce(payload, '{}'), actor_id, actor_kind FROM again ON CONFLICT (id) DO NOTHING`,
    [lost],
  );
  log.warn({ jobs: lost.length }, 'the queue had lost jobs; it gets them again');
  return lost.length;
}
