/**
 * Runs one attempt of one job: finds its definition, checks its payload, and gives it a deadline. What cannot go
 * well at another attempt fails for good; what a shutdown interrupts goes back to the queue and costs no attempt.
 */
import { UnrecoverableError, WaitingError } from 'bullmq';
import type { Job, Processor } from 'bullmq';
import { z } from 'zod';
import type { JobContext } from './context.ts';
import type { JobDefinition } from './job.ts';
import { PermanentError } from './job.ts';
import type { JobData } from './queue.ts';

/** What every job is given, apart from its own. */
export type Surroundings = Pick<JobContext, 'database' | 'config' | 'log' | 'mailer'>;

/**
 * The function that BullMQ calls for a job.
 * @param shutdown aborted when running jobs have to end
 */
export function processorOf(definitions: readonly JobDefinition[], around: Surroundings, shutdown: AbortSignal): Processor<JobData> {
  const byName = indexed(definitions);
  return async (job, token) => {
    const definition = byName.get(job.name);
    if (!definition) throw new UnrecoverableError(`There is no job called ${job.name} in this version`);
    const payload = definition.payload.safeParse(job.data.payload);
    if (!payload.success) throw new UnrecoverableError(`The payload is not that of ${job.name}: ${z.prettifyError(payload.error)}`);
    try {
      await attempt(definition, payload.data, job, around, shutdown);
    } catch (error) {
      if (shutdown.aborted && error === shutdown.reason) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      throw error instanceof PermanentError ? new UnrecoverableError(error.message) : error;
    }
  };
}

async function attempt(definition: JobDefinition, payload: unknown, job: Job<JobData>, around: Surroundings, shutdown: AbortSignal) {
  const { deadlineSeconds = 60, name } = definition;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new Error(`${name} took longer than ${deadlineSeconds} seconds`)), deadlineSeconds * 1000);
  const signal = AbortSignal.any([deadline.signal, shutdown]);
  const id = job.id as string;
  const log = around.log.child({ job: name, jobId: id });
  try {
    signal.throwIfAborted();
    const isLastAttempt = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    const work = definition.run(payload, { ...around, log, id, name, actorId: job.data.actorId, isLastAttempt, signal });
    await untilAborted(work, signal);
  } finally {
    clearTimeout(timer);
  }
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
