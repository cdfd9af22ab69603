/** Puts the schema into an empty database, by the migrations that `convoke migrate` runs. */
import { loadConfig } from '../../src/platform/config/index.ts';
import { createApp } from '../../src/app.ts';

/** Prepares an empty database as a first start would, without demo data. */
export async function prepareDatabase(url: string): Promise<void> {
  const app = await createApp(
    loadConfig(
      { DATABASE_URL: url, LOG_LEVEL: 'error', NODE_ENV: 'test', DATA_DIR: '/tmp/convoke-test' },
      '/',
    ),
  );
  try {
    await app.migrate();
  } finally {
    await app.close();
  }
}
