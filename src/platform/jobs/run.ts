/**
 * Runs one attempt of one job: finds its definition, checks its payload, asks whether whoever queued it may still do
 * this, and gives it a deadline. What cannot go well at another attempt fails for good; what a shutdown interrupts
 * goes back to the queue and costs no attempt.
 */
import { UnrecoverableError, WaitingError } from 'bullmq';
import type { Job, Processor } from 'bullmq';
import { z } from 'zod';
import type { Writer } from '../data/writer.ts';
import type { Ask } from '../graphql/ask.ts';
import { PublicError } from '../graphql/errors.ts';
import type { JobContext } from './context.ts';
import type { JobDefinition, Right } from './job.ts';
import { PermanentError } from './job.ts';
import type { Actor, JobData } from './queue.ts';
import { isOver, progressOf, recordJob } from './record.ts';

/** What every job is given, apart from its own. */
export interface Surroundings extends Pick<
  JobContext,
  'database' | 'storage' | 'decoder' | 'config' | 'log' | 'mailer'
> {
  /** Who queued a job, as the database has them now; null where they are blocked or gone. */
  readonly writerOf: (actor: Actor) => Promise<Writer | null>;
  /** Changes nothing: for those who are blocked or gone. */
  readonly nobody: Writer;
  /** Asks the schema as a viewer. */
  readonly ask: Ask;
}

/**
 * The function that BullMQ calls for a job.
 * @param shutdown aborted when running jobs have to end
 */
export function processorOf(
  definitions: readonly JobDefinition[],
  around: Surroundings,
  shutdown: AbortSignal,
): Processor<JobData> {
  const byName = indexed(definitions);
  return async (job, token) => {
    const id = job.id as string;
    if (await isOver(around.database, id)) return;
    await recordJob(around.database, id, { status: 'ACTIVE', attempts: job.attemptsMade + 1 });
    try {
      await attempt(byName.get(job.name), job, around, shutdown);
    } catch (error) {
      if (shutdown.aborted && error === shutdown.reason) {
        await recordJob(around.database, id, { status: 'WAITING' });
        await job.moveToWait(token);
        throw new WaitingError();
      }
      throw isFinal(error) ? new UnrecoverableError(error.message) : error;
    }
    await recordJob(around.database, id, { status: 'COMPLETED', progress: 1, error: null });
  };
}

async function attempt(
  definition: JobDefinition | undefined,
  job: Job<JobData>,
  around: Surroundings,
  shutdown: AbortSignal,
): Promise<void> {
  if (!definition) throw new PermanentError(`There is no job called ${job.name} in this version`);
  const payload = definition.payload.safeParse(job.data.payload);
  if (!payload.success)
    throw new PermanentError(`The payload is not that of ${job.name}: ${z.prettifyError(payload.error)}`);
  const { deadlineSeconds = 60, name } = definition;
  const deadline = new AbortController();
  const timer = setTimeout(
    () => deadline.abort(new Error(`${name} took longer than ${deadlineSeconds} seconds`)),
    deadlineSeconds * 1000,
  );
  const signal = AbortSignal.any([deadline.signal, shutdown]);
  const id = job.id as string;
  const { writerOf, nobody, ask, ...given } = around;
  try {
    signal.throwIfAborted();
    const write = await writerOf(job.data.actor);
    const right = definition.right?.(payload.data);
    if (right) await assertRight(write, right);
    const work = definition.run(payload.data, {
      ...given,
      log: around.log.child({ job: name, jobId: id }),
      id,
      name,
      actorId: job.data.actor.userId,
      write: write ?? nobody,
      ask: (document, variables) => ask((write ?? nobody).viewer, document, variables),
      isLastAttempt: isLastAttempt(job),
      signal,
      progress: progressOf(around.database, id),
    });
    await untilAborted(work, signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Throws where whoever queued the job has lost the right to it meanwhile, or is blocked or gone (null). */
export async function assertRight(write: Writer | null, { action, subject }: Right): Promise<void> {
  if (!write) throw new PermanentError('Not done: whoever started this is blocked or gone');
  const { allowed } = await write.decide(action, subject);
  if (!allowed)
    throw new PermanentError(
      `Not done: whoever started this may no longer ${action} the ${subject.resource}`,
    );
}

/** Whether this attempt is the job's last one. */
function isLastAttempt(job: Pick<Job, 'attemptsMade' | 'opts'>): boolean {
  return job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
}

/** Another attempt would end the same way: what we said is for good, and what the services refuse. */
function isFinal(error: unknown): error is Error {
  return (
    error instanceof PermanentError ||
    (error instanceof PublicError && !['UNAVAILABLE', 'LIMIT_EXCEEDED'].includes(error.code))
  );
}

/** The work's result, or the signal's reason as soon as it is aborted: a job that does not heed its signal is left behind. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => reject(signal.reason as Error);
    signal.addEventListener('abort', end, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}

function indexed(definitions: readonly JobDefinition[]): Map<string, JobDefinition> {
  const byName = new Map<string, JobDefinition>();
  for (const definition of definitions) {
    if (byName.has(definition.name)) throw new Error(`Two jobs are called ${definition.name}`);
    byName.set(definition.name, definition);
  }
  return byName;
}
