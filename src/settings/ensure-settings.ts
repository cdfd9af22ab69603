/** The one row of settings. Called after migrations, so that whoever reads or changes settings finds it. */
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../platform/data/database.ts';

/** Inserts the row of settings, with the defaults of its columns, where there is none. */
export async function ensureSettings(database: Database): Promise<void> {
  await database.query('INSERT INTO settings (id) VALUES ($1) ON CONFLICT (is_only) DO NOTHING', [uuidv7()]);
}
