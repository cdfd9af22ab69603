/** Queueing jobs: their rows, and the outbox that a relay hands to the queue. In a transaction, so that they run if it commits. */
import { v7 as uuidv7 } from 'uuid';
import type { Transaction } from '../data/database.ts';

/** Whose jobs they are. */
export interface Enqueuer {
  readonly kind: string;
  readonly userId: string | null;
}

/** Queues a job for each payload, in one statement; returns their ids. */
export async function enqueueJobs(
  query: Transaction['query'],
  { name, isFollowed = false }: { readonly name: string; readonly isFollowed?: boolean },
  payloads: readonly unknown[],
  { kind, userId }: Enqueuer,
): Promise<string[]> {
  const ids = payloads.map(() => uuidv7());
  if (ids.length === 0) return ids;
  await query(
    `WITH job AS (SELECT * FROM unnest($3::uuid[], $4::jsonb[]) AS job (id, payload)),
     kept AS (
       INSERT INTO jobs (id, kind, status, payload, actor_id, actor_kind, is_followed)
       SELECT id, $1, 'WAITING', payload, $2::uuid, $5, $6 FROM job),
     stored AS (
       INSERT INTO outbox (id, name, payload, actor_id, actor_kind) SELECT id, $1, payload, $2::uuid, $5 FROM job RETURNING id)
     SELECT pg_notify('outbox', '') FROM (SELECT FROM stored LIMIT 1) AS any_of_them`,
    [name, userId, ids, payloads.map((payload) => JSON.stringify(payload)), kind, isFollowed],
  );
  return ids;
}
