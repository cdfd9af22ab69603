/**
 * Many new rows at once, for what writes whole events (imports, demo data): a few statements instead of one for each
 * row. Who may is decided by the callers; texts have to be in the normal form of their columns.
 */
import type { EntityData } from '@mikro-orm/core';
import type { Transaction } from './database.ts';
import { assertNormal } from './normal.ts';

/** PostgreSQL takes 65,535 parameters a statement. */
const mostParameters = 60_000;

/**
 * Inserts rows of one entity, in their order.
 * @param rows by property; links by the id of their row. What no row names gets the default of its column.
 */
export async function insertRows<T extends object>(
  { em }: Pick<Transaction, 'em'>,
  entity: new () => T,
  rows: readonly EntityData<T>[],
): Promise<void> {
  for (const row of rows) assertNormal(entity, row as Record<string, unknown>);
  const width = new Set(rows.flatMap((row) => Object.keys(row))).size;
  const atOnce = Math.max(1, Math.floor(mostParameters / Math.max(1, width)));
  for (let start = 0; start < rows.length; start += atOnce) {
    await em.insertMany(entity, rows.slice(start, start + atOnce) as never);
  }
}
