/** How many rows each table has: equal before and after means that nothing was left behind. */
import type { TestServer } from './server.ts';

/** The number of rows of every table, by its name. */
export async function rowCounts(server: Pick<TestServer, 'sql'>): Promise<Record<string, number>> {
  const tables = await server.sql(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [{ n }] = await server.sql(`SELECT count(*)::int AS n FROM "${name}"`);
    counts[name] = n;
  }
  return counts;
}
