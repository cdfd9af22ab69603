/** Runs jobs that wait in the outbox in this process, without a queue: for tests of what a job does. */
import { createMailer } from '../../src/platform/mail/mailer.ts';
import type { JobContext } from '../../src/platform/jobs/context.ts';
import { PermanentError } from '../../src/platform/jobs/job.ts';
import { anonymous } from '../../src/permissions/viewer.ts';
import { Writer } from '../../src/platform/data/writer.ts';
import { slices } from '../../src/slices.ts';
import { writerOf } from '../../src/worker.ts';
import type { TestServer } from './server.ts';

/** A job as it lies in the outbox. */
export interface WaitingJob {
  readonly id: string;
  readonly name: string;
  readonly payload: unknown;
  readonly actorId: string | null;
}

/** Takes the jobs of these names out of the outbox, oldest first. */
export async function takeJobs(server: TestServer, ...names: string[]): Promise<WaitingJob[]> {
  const rows = await server.sql(
    'WITH taken AS (DELETE FROM outbox WHERE name = ANY($1) RETURNING *) SELECT id, name, payload, actor_id AS "actorId" FROM taken ORDER BY id',
    [names],
  );
  return rows as WaitingJob[];
}

/** Runs one attempt of a job. */
export async function runJob(
  { app }: TestServer,
  { id, name, payload, actorId }: WaitingJob,
  isLastAttempt = true,
): Promise<void> {
  const definition = slices.flatMap(({ jobs = [] }) => jobs).find((one) => one.name === name)!;
  const { database, storage, decoder, config, log } = app;
  const mailer = createMailer(config, database);
  const nobody = new Writer(database, app.permissions, anonymous);
  const write = (await writerOf(app, { kind: actorId ? 'user' : 'anonymous', userId: actorId })) ?? nobody;
  const ask: JobContext['ask'] = (document, variables) => app.ask(write.viewer, document, variables);
  const given = {
    id,
    ask,
    name,
    actorId,
    write,
    isLastAttempt,
    signal: new AbortController().signal,
    progress: async () => {},
  };
  const context: JobContext = { ...given, database, storage, decoder, config, log, mailer };
  await definition.run(definition.payload.parse(payload), context).catch((error: unknown) => {
    if (!(error instanceof PermanentError)) throw error;
  });
}

/** Runs the jobs of these names, and those that they cause, until none waits; answers how many there were. */
export async function runJobs(server: TestServer, ...names: string[]): Promise<number> {
  let count = 0;
  for (
    let waiting = await takeJobs(server, ...names);
    waiting.length > 0;
    waiting = await takeJobs(server, ...names)
  ) {
    for (const job of waiting) await runJob(server, job);
    count += waiting.length;
  }
  return count;
}
