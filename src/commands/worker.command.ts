/** `convoke worker`: relay and workers alone, until a signal ends them. */
import { createApp } from '../app.ts';
import type { AddCommand } from '../platform/cli/cli.ts';
import { examples } from '../platform/cli/cli.ts';
import { createLogger } from '../platform/observe/log.ts';
import { startWorkers } from '../worker.ts';
import { mostSecondsOf, untilEnded } from './until-ended.ts';

/** Adds `convoke worker`. */
export const addWorker: AddCommand = (program, cli) =>
  program
    .command('worker')
    .description(
      'Run background jobs, beside servers that were started with --no-worker or in addition to theirs.',
    )
    .addHelpText(
      'after',
      examples('convoke worker', 'DATABASE_URL=postgres://… REDIS_URL=redis://… convoke worker'),
    )
    .action(
      cli.action(async ({ config }) => {
        const log = createLogger(config);
        const ended = untilEnded(log, { mostSeconds: mostSecondsOf(config) });
        const app = await createApp(config, log);
        try {
          await app.migrate();
          const workers = await startWorkers(app);
          log.info({ queue: config.redis.url ? 'redis' : 'postgresql' }, 'working');
          // After a crash too: whatever still takes jobs would keep the process alive.
          await ended.finally(() => workers.stop());
        } finally {
          await app.close();
        }
      }),
    );
