/** The frame of commands that need the application: it is there while their work runs, and closed whatever happens. */
import { createApp } from '../app.ts';
import type { App } from '../app.ts';
import type { Config } from '../platform/config/index.ts';
import { createLogger } from '../platform/observe/log.ts';

/**
 * Runs the work on an application whose database is up to date. Beside a running server it joins the server's
 * embedded database. Only warnings are logged: what a command has to say it prints itself.
 * @param options.migrate false: the database is left as it is found
 */
export async function withApp<T>(
  config: Config,
  work: (app: App) => Promise<T>,
  { migrate = true } = {},
): Promise<T> {
  const log = createLogger(config);
  if (log.isLevelEnabled('info') && config.sources.LOG_LEVEL === 'default') log.level = 'warn';
  const app = await createApp(config, log);
  try {
    if (migrate) await app.migrate();
    return await work(app);
  } finally {
    await app.close();
  }
}
