/** `convoke worker`: relay and workers alone, until a signal ends them. */
import { createApp } from '../app.ts';
import type { App } from '../app.ts';
import type { AddCommand } from '../platform/cli/cli.ts';
import { examples } from '../platform/cli/cli.ts';
import { startWorkers } from '../worker.ts';

/** Adds `convoke worker`. */
export const addWorker: AddCommand = (program, cli) =>
  program
    .command('worker')
    .description('Run background jobs, beside servers that were started with --no-worker or in addition to theirs.')
    .addHelpText('after', examples('convoke worker', 'DATABASE_URL=postgres://… REDIS_URL=redis://… convoke worker'))
    .action(
      cli.action(async ({ config }) => {
        const app = await createApp(config);
        try {
          await app.migrate();
          const workers = await startWorkers(app);
          app.log.info({ queue: config.redis.url ? 'redis' : 'postgresql' }, 'working');
          await ended(app);
          await workers.stop();
        } finally {
          await app.close();
        }
      }),
    );

/** One key press reaches a process twice, from the terminal and from npm: what comes within this time is one wish. */
const sameWishMs = 1000;

/** Resolves at SIGTERM or SIGINT. A second one, later, ends the process there and then. */
function ended({ log }: App): Promise<void> {
  return new Promise((resolve) => {
    let first = 0;
    const end = (signal: NodeJS.Signals) => {
      if (first === 0) {
        first = Date.now();
        log.info({ signal }, 'stopping; running jobs may finish');
        resolve();
      } else if (Date.now() - first > sameWishMs) {
        log.warn({ signal }, 'stopping at once; interrupted jobs run again');
        process.exit(1);
      }
    };
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
  });
}
