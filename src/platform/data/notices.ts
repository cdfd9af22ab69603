/** Live messages on their way out: written down in the transaction that causes them, told by PostgreSQL when it commits. */
import type { QueryRow } from './database.ts';

/** A live message to be told when the transaction commits. */
export interface Notice {
  readonly topic: string;
  readonly kind: 'CREATED' | 'UPDATED' | 'REMOVED';
  readonly resource: string;
  /** The row that changed; with `of`, the row that those which changed hang on. */
  readonly id: string;
  /** A to-one relation of the resource: the notice is about every row whose relation points to `id`. */
  readonly of?: string;
  /** The row before the change, as PostgreSQL's JSON; for whoever could see it then and cannot now. Absent: as it is. */
  readonly before?: QueryRow | null;
  /** Rows of other tables before the change, where they have a say in who could see the row. */
  readonly beside?: readonly RowsBefore[];
  /** What is told beside the row, as JSON, such as a piece of a log. Every listener who sees the row gets it, so nothing else may be in it. */
  readonly data?: unknown;
}

/** What a table held before a change: these rows stood where now those do whose relation or id `by` is `value`. */
export interface RowsBefore {
  readonly resource: string;
  readonly by: string;
  readonly value: string;
  readonly rows: readonly QueryRow[];
}

/**
 * Writes live messages down in their order, in one statement: with the query of a transaction or, for what is a
 * transaction of its own, of the database.
 */
export async function publishNotices(
  query: (text: string, values: readonly unknown[]) => Promise<unknown>,
  notices: readonly Notice[],
): Promise<void> {
  if (notices.length === 0) return;
  await query(
    `WITH stored AS (INSERT INTO notices (topic, payload)
       SELECT topic, payload::jsonb || jsonb_build_object('transaction', pg_current_xact_id()::text)
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS given (topic, payload, n) ORDER BY n RETURNING id, topic)
     SELECT pg_notify('notices', json_build_array(id::text, topic)::text) FROM stored`,
    [notices.map(({ topic }) => topic), notices.map(({ topic: _topic, ...payload }) => JSON.stringify(payload))],
  );
}
