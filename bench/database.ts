/**
 * A PostgreSQL of the bench's own: a fresh embedded one in a temporary folder, with pg_stat_statements, ended
 * and removed with the run. Used by run.ts. Its settings hold for every contender.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import pino from 'pino';
import { startEmbedded } from '../src/platform/data/embedded.ts';

/** The bench's database while it runs. */
export interface Database {
  readonly url: string;
  readonly client: pg.Client;
}

/** Starts the database in that folder, empty; `cleanup` ends it. */
export async function startDatabase(folder: string, cleanup: AsyncDisposableStack): Promise<Database> {
  const { url, stop } = await startEmbedded({
    dataDir: folder,
    log: pino({ level: 'warn' }),
    settings: {
      shared_preload_libraries: 'pg_stat_statements',
      random_page_cost: '1.1',
      max_connections: '400',
    },
  });
  cleanup.defer(stop);
  const client = new pg.Client({ connectionString: url });
  // A connection that is lost between two queries is told by the next query.
  client.on('error', () => undefined);
  await client.connect();
  cleanup.defer(() => client.end());
  await client.query('create extension pg_stat_statements');
  return { url, client };
}

/** Loads the rows of load.sql into tables that stand. */
export async function loadRows({ client }: Database): Promise<void> {
  await client.query(await readFile(path.join(import.meta.dirname, 'load.sql'), 'utf8'));
  await client.query('vacuum analyze');
}

/**
 * SQL statements per request. `request` is made `times` times; statements that ran about as often (or a
 * multiple of it) count, those of background work, which run seldom, do not.
 */
export async function statementsPerRequest(
  { client }: Database,
  request: () => Promise<unknown>,
  times = 200,
): Promise<number> {
  await client.query('select pg_stat_statements_reset()');
  for (let i = 0; i < times; i++) await request();
  const { rows } = await client.query<{ calls: string }>(
    'select calls from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())',
  );
  return rows.reduce((sum, row) => sum + Math.round(Number(row.calls) / times), 0);
}
