/**
 * The jobs of these tests, in this process and in child processes: each leaves a row in the table `effects`, which a
 * test file makes with `effectsTable`.
 */
import { z } from 'zod';
import type { JobContext } from '../../src/platform/jobs/context.ts';
import type { JobDefinition } from '../../src/platform/jobs/job.ts';
import { PermanentError } from '../../src/platform/jobs/job.ts';
import { laneNames } from '../../src/platform/jobs/lanes.ts';

/** One row for each time that a job did something. */
export const effectsTable = `CREATE TABLE effects (at serial PRIMARY KEY, job_id text NOT NULL, note text, pid int NOT NULL)`;

async function leave({ id, database }: JobContext, note: string): Promise<void> {
  await database.query('INSERT INTO effects (job_id, note, pid) VALUES ($1, $2, $3)', [
    id,
    note,
    process.pid,
  ]);
}

const payload = z.object({ note: z.string() });

/** What `test.held.LANE` waits for, in this process. */
export const held = { until: Promise.resolve() };

/**
 * `test.note` notes, `test.fail` notes and fails, `test.vain` fails for good, `test.hang` notes and never ends the first
 * time, `test.late` never ends, `test.held.LANE` waits for `held.until` before it notes,
 * `test.beside.LANE` notes.
 */
export const definitions: readonly JobDefinition[] = [
  ...laneNames.flatMap((lane) => [
    {
      name: `test.held.${lane}`,
      lane,
      payload,
      async run({ note }: z.output<typeof payload>, context: JobContext) {
        await held.until;
        await leave(context, note);
      },
    },
    {
      name: `test.beside.${lane}`,
      lane,
      payload,
      run: ({ note }: z.output<typeof payload>, context: JobContext) => leave(context, note),
    },
  ]),
  { name: 'test.note', payload, run: ({ note }: z.output<typeof payload>, context) => leave(context, note) },
  {
    name: 'test.fail',
    payload,
    async run({ note }: z.output<typeof payload>, context) {
      await leave(context, note);
      throw new Error('this time not');
    },
  },
  {
    name: 'test.vain',
    payload,
    async run({ note }: z.output<typeof payload>, context) {
      await leave(context, note);
      throw new PermanentError('never');
    },
  },
  {
    name: 'test.hang',
    payload,
    async run({ note }: z.output<typeof payload>, context) {
      await leave(context, note);
      // The second to run it does it.
      const [{ count }] = await context.database.query(
        'SELECT count(*)::int AS count FROM effects WHERE job_id = $1',
        [context.id],
      );
      if (count === 1) await new Promise(() => {});
    },
  },
  {
    name: 'test.late',
    payload,
    deadlineSeconds: 0.05,
    async run({ note }: z.output<typeof payload>, context) {
      await leave(context, note);
      await new Promise(() => {});
    },
  },
];
