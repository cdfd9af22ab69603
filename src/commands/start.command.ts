/** `convoke start`: the server and its workers, until a signal ends them. */
import { setTimeout as delay } from 'node:timers/promises';
import { setUpSecret } from '../accounts/set-up.ts';
import type { App } from '../app.ts';
import { createApp } from '../app.ts';
import { formatDemo, loadDemo } from '../demo/index.ts';
import type { AddCommand } from '../platform/cli/cli.ts';
import { examples } from '../platform/cli/cli.ts';
import { createLogger } from '../platform/observe/log.ts';
import { serve } from '../server.ts';
import type { RunningServer } from '../server.ts';
import { startWorkers } from '../worker.ts';
import type { Workers } from '../worker.ts';
import { mostSecondsOf, untilEnded } from './until-ended.ts';

/** Adds `convoke start`. */
export const addStart: AddCommand = (program, cli) =>
  program
    .command('start')
    .description('Start the server, with its workers, on the configured address.')
    .option('--no-demo', 'leave out the demo data that the first start of an embedded database loads')
    .option('--no-worker', 'serve only; run the jobs with `convoke worker` elsewhere')
    .addHelpText(
      'after',
      examples(
        'convoke start',
        'PORT=8080 convoke start --no-demo',
        'DATABASE_URL=postgres://… convoke start',
      ),
    )
    .action(
      cli.action(async ({ config }, _args, options) => {
        const log = createLogger(config);
        // Listened for from the first moment: a signal during the start ends it cleanly too.
        const ended = untilEnded(log, { mostSeconds: mostSecondsOf(config) });
        const app = await createApp(config, log);
        const parts: Part[] = [];
        const stopped = (work: Promise<void>) =>
          work.catch((error: unknown) => log.error({ err: error }, 'a part did not stop cleanly'));
        try {
          await Promise.race([start(app, options, parts), ended]);
          await ended;
          if (config.run.production) {
            for (const { drain } of parts) drain?.();
            await delay(config.run.drainSeconds * 1000);
          }
        } finally {
          await Promise.all(parts.map((part) => stopped(part.stop())));
          await stopped(app.close());
        }
      }),
    );

/** What runs beside others in the process, and is stopped beside them. */
type Part = Pick<Workers, 'stop'> & Partial<Pick<RunningServer, 'drain'>>;

/** Starts the parts one after another, and names those that run. */
async function start(app: App, options: Record<string, unknown>, parts: Part[]): Promise<void> {
  await app.migrate();
  const isFirstStart =
    options.demo !== false && !app.config.run.production && app.embedded !== null && !app.embedded.joined;
  const signIns = isFirstStart ? await loadDemo(app) : null;
  const workers = options.worker === false ? undefined : await startWorkers(app);
  if (workers) parts.push(workers);
  const server = await serve(app, { workers });
  parts.push(server);
  app.log.info({ url: server.url, database: app.embedded ? 'embedded' : 'configured' }, 'Convoke is ready');
  await tell(app, server.url, signIns ? formatDemo(signIns) : null);
}

/** Tells a person where to go and, once, how to sign in; secrets go to the terminal and not into the log. */
async function tell(app: App, url: string, signIns: string | null): Promise<void> {
  const lines: string[] = [];
  if (process.stderr.isTTY && !app.config.run.production) {
    lines.push(`  Explorer  ${url}/`, `  API       ${url}/graphql`, `  Mailbox   ${url}/mailbox`);
  }
  if (signIns) lines.push('', 'Demo data is loaded. These sign-ins are shown this once:', '', signIns);
  else {
    const secret = await setUpSecret(app);
    if (secret)
      lines.push(
        '',
        `There is no super admin yet. Make one with the mutation setUp and the secret ${secret},`,
        'or with: convoke admin create --email YOU@EXAMPLE.ORG --password -',
      );
  }
  if (lines.length > 0) process.stderr.write(`\n${lines.join('\n')}\n\n`);
}
