/**
 * The upkeep of results, by the server itself: what a compute node was silent about for too long is given to it again, or
 * given up; what is past its deadline is given up; what was kept long enough is cleared.
 */
import type { Changes } from '../platform/data/writer.ts';
import type { Database } from '../platform/data/database.ts';
import { fileKey } from '../platform/files/keys.ts';
import type { Storage } from '../platform/files/storage.ts';
import { payloadHours } from './content.ts';
import type { TaskSettings } from './task.settings.ts';
import { TaskStatus, openStatuses } from './task.states.ts';
import { telling } from './task.topics.ts';

const again = `UPDATE results SET status = 'PENDING', attempt = attempt + 1, lease_until = NULL, held_by = NULL, started_at = NULL, assigned_at = now(), updated_at = now() WHERE id = ANY($1::uuid[])`;
const givenUp = `UPDATE results SET status = 'UNKNOWN_ERROR', lease_until = NULL, finished_at = now(), updated_at = now() WHERE id = ANY($1::uuid[])`;

/** Most results that are looked after in one transaction. */
const batch = 100;

/**
 * Results whose lease or deadline is over. Each has one attempt more while retries are left, and is given up after that.
 * @returns how many there were, at most a hundred: call it again until there are none
 */
export async function endLeases(
  changes: Changes,
  { retries }: Pick<TaskSettings, 'retries'>,
): Promise<number> {
  const over = await changes.query(
    `SELECT id, status, attempt, deadline_at < now() AS "isLate" FROM results
     WHERE status = ANY($1::text[]) AND (deadline_at < now() OR (status <> 'PENDING' AND lease_until < now())) ORDER BY id LIMIT ${batch} FOR UPDATE SKIP LOCKED`,
    [openStatuses],
  );
  // Attempts count from one: the first of them is no retry.
  const isRetried = ({ attempt, isLate }: (typeof over)[number]) =>
    isLate !== true && Number(attempt) <= retries;
  const ids = over.map(({ id }) => String(id));
  await telling(changes, ids, async () => {
    for (const [isSo, statement, action, to] of [
      [true, again, 'RETRY', TaskStatus.PENDING],
      [false, givenUp, 'GIVE_UP', TaskStatus.UNKNOWN_ERROR],
    ] as const) {
      const some = over.filter((one) => isRetried(one) === isSo);
      if (some.length > 0) await changes.query(statement, [some.map(({ id }) => id)]);
      for (const { id, status } of some)
        changes.record(action, 'Result', String(id), [{ field: 'status', from: String(status), to }]);
    }
    await changes.query('DELETE FROM algorithm_ports WHERE result_id = ANY($1::uuid[])', [ids]);
  });
  return over.length;
}

/** Clears inputs and results of tasks that were finished long enough ago; what they came to is kept. */
export async function clearOld(
  database: Database,
  {
    resultRetentionDays,
    inputRetentionDays,
  }: Pick<TaskSettings, 'resultRetentionDays' | 'inputRetentionDays'>,
): Promise<void> {
  for (const [column, days] of [
    ['result', resultRetentionDays],
    ['input', inputRetentionDays],
  ] as const) {
    if (days === null) continue;
    await database.query(
      `UPDATE results r SET ${column} = NULL, ${column}_payload_id = NULL, updated_at = now() FROM tasks t
       WHERE t.id = r.task_id AND t.finished_at < now() - make_interval(days => $1) AND (r.${column} IS NOT NULL OR r.${column}_payload_id IS NOT NULL)`,
      [days],
    );
  }
}

/** Removes payloads that nothing names: never named in time, or of results that were cleared or deleted. */
export async function removePayloads(database: Database, storage: Storage): Promise<void> {
  const rows = await database.query<{ id: string }>(
    `SELECT id FROM payloads p WHERE created_at < now() - make_interval(hours => $1)
       AND NOT EXISTS (SELECT FROM results r WHERE r.input_payload_id = p.id) AND NOT EXISTS (SELECT FROM results r WHERE r.result_payload_id = p.id)
     ORDER BY id LIMIT 1000`,
    [payloadHours],
  );
  // The file first: a row without a file is found again, a file without a row is not.
  for (const { id } of rows) {
    await storage.remove(fileKey('payloads', id));
    await database.query('DELETE FROM payloads WHERE id = $1', [id]);
  }
}
