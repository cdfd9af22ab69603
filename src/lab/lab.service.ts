/**
 * Runs of the lab: a function of the instrument is called by a job, for a task of one result and no collaboration. Its
 * creator follows it as any task, live or by asking.
 */
import { z } from 'zod';
import { User } from '../accounts/user.entity.ts';
import type { Changes } from '../platform/data/writer.ts';
import { badInput, forbidden } from '../platform/graphql/errors.ts';
import type { JobDefinition } from '../platform/jobs/job.ts';
import { Result } from '../tasks/result.entity.ts';
import { Task } from '../tasks/task.entity.ts';
import { TaskStatus } from '../tasks/task.states.ts';
import { tellCreated, telling } from '../tasks/task.topics.ts';
import type { Instrument } from './instrument.ts';
import { argumentsFor, functionsOf } from './instrument.ts';
import type { LabValue } from './lab.expression.ts';
import { LabExpressionError, parseLabCall } from './lab.expression.ts';
import { SimulatedInstrument } from './simulated-instrument.ts';

/** How long a run may wait and take in all, and one call of the instrument, in seconds. */
const patience = { run: 300, call: 10 } as const;

/** The instrument of this lab, asleep. */
export const theInstrument = (): Instrument => new SimulatedInstrument();

/** A call, ready to be made. */
interface ReadCall {
  readonly name: string;
  readonly values: readonly LabValue[];
}

/** Reads an expression for the instrument. Throws LabExpressionError with the place of what is wrong, FORBIDDEN for what is protected. */
function readCall(instrument: Instrument, expression: string): ReadCall {
  const call = parseLabCall(expression);
  const functions = functionsOf(instrument);
  const named = functions.get(call.name);
  if (!named) {
    const known = [...functions.values()].filter(({ isProtected }) => !isProtected).map(({ name }) => name);
    throw new LabExpressionError(`there is no such function; there are ${known.join(', ')}`, call.position);
  }
  if (named.isProtected)
    throw forbidden(`${call.name} is for the lab itself: it wakes the instrument up and puts it away`);
  return { name: call.name, values: argumentsFor(named, call) };
}

/**
 * Starts a run. Throws BAD_USER_INPUT, with the position of what is wrong in the expression; FORBIDDEN for a function
 * that is protected. @param stringify the result as plain text in place of JSON
 */
export async function runLabFunction(
  changes: Changes,
  expression: string,
  stringify: boolean,
): Promise<Task> {
  const instrument = theInstrument();
  const { name } = positioned(() => readCall(instrument, expression));
  const [{ id: jobId }] = await changes.query(`SELECT nextval('task_job_ids')::int AS id`);
  const creator = changes.em.getReference(User, changes.userId);
  const task = changes.em.create(
    Task,
    {
      name,
      description: expression,
      image: `lab:${instrument.name}`,
      databaseLabels: [],
      jobId,
      collaboration: null,
      initiator: null,
      creator,
      parent: null,
    } as never,
    { partial: true },
  );
  const deadlineAt = new Date(Date.now() + patience.run * 1000);
  const result = changes.em.create(
    Result,
    { task, organization: null, computeNode: null, input: expression, deadlineAt } as never,
    { partial: true },
  );
  await changes.em.persist([task, result]).flush();
  await tellCreated(changes, task.id);
  await changes.enqueue(runJob, { resultId: result.id, stringify });
  return task;
}

function positioned<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LabExpressionError)) throw error;
    throw badInput([{ path: ['expression'], message: error.message, position: error.position }]);
  }
}

const payload = z.object({ resultId: z.uuid(), stringify: z.boolean() });

/** Makes the call of a run. */
export const runJob: JobDefinition<z.output<typeof payload>> = {
  name: 'lab.run',
  lane: 'single',
  payload,
  deadlineSeconds: patience.call * 3,
  attempts: 2,
  right: ({ resultId }) => ({ action: 'view', subject: { resource: 'Result', id: resultId } }),
  async run({ resultId, stringify }, { write, database, signal }) {
    const expression = await write.transaction((changes) => begin(changes, resultId));
    // It was canceled, or is done: a job may come twice.
    if (expression === null) return;
    const instrument = theInstrument();
    const outcome = await database.transaction(async ({ query }) => {
      await query('INSERT INTO lab_instruments (name) VALUES ($1) ON CONFLICT DO NOTHING', [instrument.name]);
      // One call at a time: whoever has the row has the instrument.
      const [{ state }] = await query('SELECT state FROM lab_instruments WHERE name = $1 FOR UPDATE', [
        instrument.name,
      ]);
      await instrument.open(state);
      const made = await call(instrument, readCall(instrument, expression), signal);
      await query('UPDATE lab_instruments SET state = $2::jsonb WHERE name = $1', [
        instrument.name,
        JSON.stringify(await instrument.close()),
      ]);
      return made;
    });
    await write.transaction((changes) => end(changes, resultId, outcome, stringify));
  },
};

/** What a call came to: a value, or the words of what went wrong. */
type Outcome = { readonly value: unknown } | { readonly error: string };

async function call(
  instrument: Instrument,
  { name, values }: ReadCall,
  signal: AbortSignal,
): Promise<Outcome> {
  const late = AbortSignal.any([signal, AbortSignal.timeout(patience.call * 1000)]);
  const over = new Promise<never>((_resolve, reject) =>
    late.addEventListener('abort', () => reject(new Error(`it took longer than ${patience.call} seconds`))),
  );
  over.catch(() => {});
  try {
    const method = (instrument as unknown as Record<string, (...given: readonly LabValue[]) => unknown>)[
      name
    ];
    return { value: await Promise.race([method.apply(instrument, values as LabValue[]), over]) };
  } catch (error) {
    signal.throwIfAborted();
    return { error: (error as Error).message };
  }
}

/** Makes a run active and answers with its expression; null where it is not to be run any more. */
async function begin(changes: Changes, resultId: string): Promise<string | null> {
  const [found] = await changes.query('SELECT status, input FROM results WHERE id = $1 FOR UPDATE', [
    resultId,
  ]);
  if (!found || (found.status !== TaskStatus.PENDING && found.status !== TaskStatus.ACTIVE)) return null;
  if (found.status === TaskStatus.PENDING) {
    await telling(changes, [resultId], async () => {
      await changes.query(
        `UPDATE results SET status = 'ACTIVE', started_at = now(), updated_at = now() WHERE id = $1`,
        [resultId],
      );
    });
  }
  return String(found.input);
}

async function end(changes: Changes, resultId: string, outcome: Outcome, stringify: boolean): Promise<void> {
  const [found] = await changes.query('SELECT status FROM results WHERE id = $1 FOR UPDATE', [resultId]);
  if (found?.status !== TaskStatus.ACTIVE) return;
  const [status, text] =
    'error' in outcome
      ? [TaskStatus.FAILED, JSON.stringify(outcome)]
      : [TaskStatus.COMPLETED, textOf(outcome.value, stringify)];
  await telling(changes, [resultId], async () => {
    await changes.query(
      'UPDATE results SET status = $2, result = $3, finished_at = now(), updated_at = now() WHERE id = $1',
      [resultId, status, text],
    );
  });
  changes.record('RUN', 'Result', resultId, ['status', 'result']);
}

/** A value as JSON, typed arrays as lists; or as plain text, which a text alone is without its quotes. */
function textOf(value: unknown, stringify: boolean): string {
  if (stringify && typeof value === 'string') return value;
  return JSON.stringify(value ?? null, (_key, one: unknown) =>
    ArrayBuffer.isView(one) ? [...(one as unknown as Iterable<unknown>)] : one,
  );
}
