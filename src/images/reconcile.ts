/**
 * Files and rows held against each other: files that no row names, and rows that name a file which is not there. Neither
 * comes of a process that was killed: what a job made without its row is made again or removed by its next attempt. It
 * is for after a storage or a database was put back from a copy.
 */
import type { Database } from '../platform/data/database.ts';
import { quote } from '../platform/data/sql.ts';
import { filesPath } from '../platform/files/keys.ts';
import type { Storage } from '../platform/files/storage.ts';

/** What does not fit together. */
export interface Reconciliation {
  readonly files: number;
  /** Keys of files that no row names, and that are older than an hour: younger ones may be on their way. */
  readonly unnamed: readonly string[];
  /** Keys that rows name and that are not there. */
  readonly missing: readonly string[];
}

const graceMs = 3_600_000;

/** Compares. */
export async function reconcileFiles(
  { database, storage }: { readonly database: Database; readonly storage: Storage },
  now = Date.now(),
): Promise<Reconciliation> {
  const named = await namedKeys(database);
  const there = new Set<string>();
  const unnamed: string[] = [];
  for await (const key of storage.list()) {
    there.add(key);
    if (named.has(key)) continue;
    const at = await storage.writtenAt(key);
    if (at && at.getTime() < now - graceMs) unnamed.push(key);
  }
  return {
    files: there.size,
    unnamed: unnamed.toSorted(),
    missing: [...named].filter((key) => !there.has(key)).toSorted(),
  };
}

/** The keys that columns of files and uploads name. */
async function namedKeys(database: Database): Promise<Set<string>> {
  const columns = [...database.models.values()].flatMap(({ table, columns: all }) =>
    [...all.values()]
      .filter(({ file }) => file !== undefined)
      .map(({ name }) => `SELECT ${quote(name)} AS path FROM ${quote(table)}`),
  );
  const rows = await database.query<{ key: string }>(
    `SELECT substr(path, length('${filesPath}/') + 1) AS key FROM (${columns.join(' UNION ALL ')}) named WHERE starts_with(path, '${filesPath}/')
     UNION SELECT key FROM uploads`,
  );
  return new Set(rows.map(({ key }) => key));
}
