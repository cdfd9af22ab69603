/** `convoke start`: the server and its workers, until a signal ends them. */
import type { App } from '../app.ts';
import { createApp } from '../app.ts';
import type { AddCommand } from '../platform/cli/cli.ts';
import { examples } from '../platform/cli/cli.ts';
import { createLogger } from '../platform/observe/log.ts';
import { serve } from '../server.ts';

/** Adds `convoke start`. */
export const addStart: AddCommand = (program, cli) =>
  program
    .command('start')
    .description('Start the server, with its workers, on the configured address.')
    .option('--no-demo', 'leave out the demo data that the first start of an embedded database loads')
    .option('--no-worker', 'serve only; run the jobs with `convoke worker` elsewhere')
    .addHelpText('after', examples('convoke start', 'PORT=8080 convoke start --no-demo', 'DATABASE_URL=postgres://… convoke start'))
    .action(
      cli.action(async ({ config }) => {
        const log = createLogger(config);
        const app = await createApp(config, log);
        const parts: (() => Promise<void>)[] = [() => app.close()];
        try {
          await app.migrate();
          const server = await serve(app);
          parts.unshift(() => server.stop());
          announce(app, server.url);
          await untilEnded(app);
        } finally {
          for (const stop of parts) await stop().catch((error: unknown) => log.error({ err: error }, 'a part did not stop cleanly'));
        }
      }),
    );

/** Tells a person where to go; a machine reads the log. */
function announce({ config, log, embedded }: App, url: string): void {
  log.info({ url, database: embedded ? 'embedded' : 'configured' }, 'Convoke is ready');
  if (!process.stderr.isTTY || config.run.production) return;
  process.stderr.write(`\n  Explorer  ${url}/\n  API       ${url}/graphql\n  Mailbox   ${url}/mailbox\n\n`);
}

/** Waits for SIGTERM or SIGINT (each may come several times, from npm and from the terminal), or for a crash. */
function untilEnded({ log }: App): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (signal: string) => {
      log.info({ signal }, 'stopping');
      resolve();
    };
    process.on('SIGTERM', () => end('SIGTERM'));
    process.on('SIGINT', () => end('SIGINT'));
    process.once('uncaughtException', reject);
    process.once('unhandledRejection', reject);
  });
}
