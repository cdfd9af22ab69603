/** Working: an application with its relay and workers, running. `convoke worker` and `convoke start` run this. */
import { loadViewer } from './accounts/authenticate.ts';
import type { App } from './app.ts';
import { anonymous, serverViewer } from './permissions/viewer.ts';
import { Writer } from './platform/data/writer.ts';
import type { Actor } from './platform/jobs/queue.ts';
import { pruneJob } from './platform/jobs/prune.ts';
import { runWorkers } from './platform/jobs/workers.ts';
import type { Workers, WorkersOptions } from './platform/jobs/workers.ts';
import { mailJobs } from './platform/mail/mail-job.ts';
import { createMailer } from './platform/mail/mailer.ts';
import { mailKinds, slices } from './slices.ts';

export type { Workers } from './platform/jobs/workers.ts';

/**
 * Starts the workers of an application whose migrations have run. Takes up to nine database connections beside the
 * application's own pool; where Redis is configured one, and eleven to Redis.
 * @param more further kinds of jobs and schedules, and other settings of the worker; for tests
 */
export function startWorkers(
  app: App,
  more: Partial<Pick<WorkersOptions, 'definitions' | 'schedules' | 'work' | 'backoffMs'>> = {},
): Promise<Workers> {
  const { config, log, database, permissions, storage, decoder, embedded } = app;
  const jobs = [...slices.flatMap((slice) => slice.jobs ?? []), ...mailJobs(mailKinds)];
  const prune = pruneJob(slices.flatMap((slice) => slice.prune ?? []));
  return runWorkers({
    config,
    log,
    database,
    storage,
    decoder,
    ...more,
    databaseUrl: config.database.url ?? embedded!.url,
    mailer: createMailer(config, database),
    ask: app.ask,
    nobody: new Writer(database, permissions, anonymous),
    writerOf: (actor) => writerOf(app, actor),
    definitions: [...jobs, ...(more.definitions ?? [])],
    schedules: [
      ...slices.flatMap((slice) => slice.schedules ?? []),
      { job: prune, everyMinutes: 60 },
      ...(more.schedules ?? []),
    ],
  });
}

/** Changes rows for whoever queued a job, with the rights that they have now; null where they are blocked or gone. */
export async function writerOf(
  { database, permissions }: Pick<App, 'database' | 'permissions'>,
  { kind, userId }: Actor,
): Promise<Writer | null> {
  if (kind === 'server') return new Writer(database, permissions, serverViewer);
  if (userId === null) return new Writer(database, permissions, anonymous);
  const found = await loadViewer(database, { userId, familyId: null, expiresAt: null });
  return found && new Writer(database, permissions, found.viewer);
}
