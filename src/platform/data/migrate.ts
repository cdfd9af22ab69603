/** Migrations: numbered, run one after another, by one process at a time. */
import type { MigrationObject } from '@mikro-orm/core';
import type { Database } from './database.ts';
import { neverCut } from './silence.ts';

/** An arbitrary number that names the lock under which migrations run. */
const lockId = 7_265_481;

/** Runs the migrations that have not run yet; returns their names. */
export async function migrate(database: Database): Promise<string[]> {
  const client = await database.pool.connect();
  neverCut(client);
  try {
    await client.query('SET lock_timeout = 0; SET statement_timeout = 0');
    await client.query('SELECT pg_advisory_lock($1)', [lockId]);
    try {
      const done = await database.orm.migrator.up();
      return done.map(({ name }) => name);
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [lockId]);
    }
  } finally {
    // The settings above are this client's alone: it is not given back to the pool.
    client.release(true);
  }
}

/** The names of the migrations that have not run. Changes nothing. */
export async function pendingMigrations(database: Database): Promise<string[]> {
  const [{ begun }] = await database.query(`SELECT to_regclass('migrations') IS NOT NULL AS begun`);
  // MikroORM would make its table for the answer, which a role that may only read cannot.
  if (!begun) return (database.orm.config.get('migrations').migrationsList ?? []).map((one) => (one as MigrationObject).name);
  return (await database.orm.migrator.getPending()).map(({ name }) => name);
}

/** The statements that would make the database equal the model; empty when it is. */
export async function schemaDifference(database: Database): Promise<string> {
  return (await database.orm.schema.getUpdateSchemaSQL({ wrap: false, safe: false, dropTables: false })).trim();
}
