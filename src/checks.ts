/** What /ready looks at. Whatever a check says is for everybody: what exactly went wrong is in the log. */
import type { App } from './app.ts';
import { pendingMigrations, schemaDifference } from './platform/data/migrate.ts';
import type { Check } from './platform/http/health.ts';
import type { Workers } from './worker.ts';

/** The checks of a process, with those of its workers where it runs some. */
export function checksOf(app: App, workers?: Workers): Check[] {
  const checks = [databaseCheck(app), migrationsCheck(app), modelCheck(app)];
  if (workers) checks.push({ checker: 'workers', run: () => workers.check() });
  if (workers?.checkRedis) checks.push({ checker: 'redis', run: workers.checkRedis });
  return checks;
}

/** The database answers. */
export function databaseCheck(app: App): Check {
  return checkOf(app, 'database', 'PostgreSQL does not answer', async () => {
    const version = await app.database.value('SHOW server_version', []);
    return `PostgreSQL ${version?.split(' ')[0]}`;
  });
}

/** Every migration has run. */
export function migrationsCheck(app: App): Check {
  return checkOf(app, 'migrations', 'the migrations could not be looked up', async () => {
    const pending = await pendingMigrations(app.database);
    if (pending.length > 0)
      throw new FailedCheck(`not applied: ${pending.join(', ')}; run "convoke migrate"`);
    return 'all applied';
  });
}

/** The tables are what the entities say. Compared once per process, since it takes long and does not change by itself. */
export function modelCheck(app: App): Check {
  let difference: Promise<string> | undefined;
  const compare = () => {
    difference ??= schemaDifference(app.database).catch((error: unknown) => {
      // What could not be compared is compared at the next asking.
      difference = undefined;
      throw error;
    });
    return difference;
  };
  return checkOf(app, 'model', 'the tables could not be compared with the model', async () => {
    const statements = await compare();
    if (statements === '') return 'the tables are those of the model';
    app.log.warn({ statements }, 'the tables differ from the model');
    throw new FailedCheck('the tables differ from the model; the log says where');
  });
}

/** A check found what it looks for not to be so; its message is for everybody. */
class FailedCheck extends Error {}

function checkOf({ log }: App, checker: string, fault: string, run: () => Promise<string>): Check {
  return {
    checker,
    async run() {
      try {
        return await run();
      } catch (error) {
        if (error instanceof FailedCheck) throw error;
        log.warn({ checker, err: error }, fault);
        throw new Error(fault, { cause: error });
      }
    },
  };
}
