/**
 * Whatever compute nodes, cancelling people and the upkeep do to results at once, in whatever order: results never leave
 * the table of states, attempts never go back, what is final stays, a task is what its results say, and nobody is told of
 * a fault of the database.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { serverViewer } from '../../src/permissions/viewer.ts';
import { issueMachineTokens } from '../../src/platform/auth/tokens.ts';
import { Writer } from '../../src/platform/data/writer.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import { endLeases } from '../../src/tasks/result.upkeep.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization } from '../kit/collaborations.ts';
import type { Asker, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let root: Person;
let collaboration: string;
const organizations: string[] = [];
const computeNodes: string[] = [];
const nodes: Asker[] = [];

beforeAll(async () => {
  server = await startServer({ POOL_SIZE: '10' });
  root = await createPerson(server, { isSuperAdmin: true });
  for (const name of ['Alpha', 'Beta', 'Gamma']) organizations.push(await createOrganization(server, name));
  collaboration = await createCollaboration(server, 'Open', organizations);
  for (const organization of organizations) {
    const id = randomUUID();
    await server.sql(
      `INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash) VALUES ($1::uuid, $2, $3, $4, $2, 'x')`,
      [id, id, organization, collaboration],
    );
    computeNodes.push(id);
    nodes.push({ token: (await issueMachineTokens(server.app.database, server.app.config, id)).accessToken });
  }
  // Every status that a result had, and in which order, as the database itself saw it.
  await server.sql(
    `CREATE TABLE steps (n serial, result uuid, was text, now text, old_attempt int, new_attempt int)`,
  );
  await server.sql(
    `CREATE FUNCTION keep_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       INSERT INTO steps (result, was, now, old_attempt, new_attempt) VALUES (new.id, old.status, new.status, old.attempt, new.attempt); RETURN new; END $$`,
  );
  await server.sql(
    `CREATE TRIGGER steps AFTER UPDATE ON results FOR EACH ROW WHEN (old.status <> new.status OR old.attempt <> new.attempt) EXECUTE FUNCTION keep_step()`,
  );
});
afterAll(() => server.close());

/** A task with a subtask, and a result of each at every organization: their ids, the task's first. */
async function family(): Promise<{ tasks: string[]; results: string[][] }> {
  const tasks = [randomUUID(), randomUUID()];
  const results: string[][] = [];
  for (const [at, task] of tasks.entries()) {
    await server.sql(
      `INSERT INTO tasks (id, name, image, job_id, collaboration_id, initiator_id, parent_id) VALUES ($1, 'T', 'i', 1, $2, $3, $4)`,
      [task, collaboration, organizations[0], at === 0 ? null : tasks[0]],
    );
    const ids = organizations.map(() => randomUUID());
    results.push(ids);
    await server.sql(
      `INSERT INTO results (id, task_id, organization_id, compute_node_id, deadline_at) SELECT r, $2, o, n, now() + interval '1 day' FROM unnest($1::uuid[], $3::uuid[], $4::uuid[]) AS t(r, o, n)`,
      [ids, task, organizations, computeNodes],
    );
  }
  return { tasks, results };
}

const statuses = [
  'PENDING',
  'INITIALIZING',
  'ACTIVE',
  'COMPLETED',
  'FAILED',
  'START_FAILED',
  'NO_IMAGE',
  'CRASHED',
  'CANCELED',
  'NOT_ALLOWED',
  'UNKNOWN_ERROR',
];
/** The table of states, by hand: by whomever. */
const steps: Record<string, readonly string[]> = {
  PENDING: ['INITIALIZING', 'ACTIVE', 'NOT_ALLOWED', 'START_FAILED', 'NO_IMAGE', 'CANCELED', 'UNKNOWN_ERROR'],
  INITIALIZING: [
    'ACTIVE',
    'START_FAILED',
    'NO_IMAGE',
    'CRASHED',
    'FAILED',
    'CANCELED',
    'PENDING',
    'UNKNOWN_ERROR',
  ],
  ACTIVE: ['COMPLETED', 'FAILED', 'CRASHED', 'UNKNOWN_ERROR', 'CANCELED', 'PENDING'],
};
/** What results come to together, by hand. */
function together(all: readonly string[]): string {
  const failed = ['FAILED', 'START_FAILED', 'NO_IMAGE', 'CRASHED', 'NOT_ALLOWED', 'UNKNOWN_ERROR'];
  if (all.some((one) => failed.includes(one))) return 'FAILED';
  return ['CANCELED', 'ACTIVE', 'INITIALIZING', 'PENDING'].find((one) => all.includes(one)) ?? 'COMPLETED';
}

const place = { task: fc.nat(1), node: fc.nat(2) };
const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      ...place,
      status: fc.constantFrom(...statuses),
      attempt: fc.option(fc.integer({ min: 1, max: 3 })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('start' as const, 'log' as const, 'acknowledge' as const),
      ...place,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('lease' as const, 'cancel' as const), ...place }),
  },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

async function run(one: Act, { tasks, results }: Awaited<ReturnType<typeof family>>): Promise<void> {
  const id = encodeId('Result', results[one.task][one.node]);
  const tell = async (
    document: string,
    variables: Record<string, unknown> = {},
    asker: Asker = nodes[one.node],
  ) => {
    const { errors = [] } = await server.ask(document, variables, asker);
    for (const { extensions, message } of errors)
      expect([extensions.code, message]).toEqual([
        'CONFLICT',
        expect.not.stringMatching(/Several people|deadlock/),
      ]);
  };
  switch (one.kind) {
    case 'report':
      return tell(
        'mutation ($id: ID!, $input: ReportResultInput!) { reportResult(id: $id, input: $input) { result { status } } }',
        { id, input: { status: one.status, attempt: one.attempt, log: '.' } },
      );
    case 'start':
      return tell('mutation ($id: ID!) { startResult(id: $id) { result { status } } }', { id });
    case 'log':
      return tell('mutation ($id: ID!) { appendResultLog(id: $id, text: ".") }', { id });
    case 'acknowledge':
      return tell('mutation ($id: ID!) { acknowledgeCancel(resultId: $id) { result { status } } }', { id });
    case 'cancel':
      return tell(
        'mutation ($id: ID!) { cancelTask(id: $id) { task { status } } }',
        { id: encodeId('Task', tasks[one.task]) },
        root,
      );
    case 'lease':
      await server.sql(
        `UPDATE results SET lease_until = now() - interval '1 second' WHERE id = $1 AND lease_until IS NOT NULL`,
        [results[one.task][one.node]],
      );
      await new Writer(server.app.database, server.app.permissions, serverViewer).transaction((changes) =>
        endLeases(changes, { retries: 1 }),
      );
  }
}

async function assertSound({ tasks, results }: Awaited<ReturnType<typeof family>>): Promise<void> {
  const made = await server.sql('SELECT * FROM steps WHERE result = ANY($1::uuid[]) ORDER BY n', [
    results.flat(),
  ]);
  const last = new Map<string, string>();
  for (const { result, was, now, old_attempt: before, new_attempt: after } of made) {
    expect(was).toBe(last.get(result) ?? 'PENDING');
    expect([was, steps[was] ?? []]).toEqual([was, expect.arrayContaining([now])]);
    expect(after - before).toBe(now === 'PENDING' ? 1 : 0);
    last.set(result, now);
  }
  const stand = await server.sql(
    `SELECT t.status, t.finished_at IS NOT NULL AS finished, array_agg(r.status ORDER BY r.id) AS all, bool_and(r.finished_at IS NOT NULL) AS ended, max(r.attempt) AS attempt
     FROM tasks t JOIN results r ON r.task_id = t.id WHERE t.id = ANY($1::uuid[]) GROUP BY t.id`,
    [tasks],
  );
  for (const { status, finished, all, ended, attempt } of stand) {
    expect([all, status]).toEqual([all, together(all)]);
    expect(finished).toBe(
      (all as string[]).every((one) => !['PENDING', 'INITIALIZING', 'ACTIVE'].includes(one)),
    );
    expect(ended).toBe(finished);
    expect(attempt).toBeLessThanOrEqual(2);
  }
}

describe('results under random acts', () => {
  it('one after the other keep the table of states', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 15 }), async (acts) => {
        const one = await family();
        for (const each of acts) {
          await run(each, one);
          await assertSound(one);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('all at once keep it too, and no deadlock is told of', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 8, maxLength: 20 }), async (acts) => {
        const one = await family();
        await Promise.all(acts.map((each) => run(each, one)));
        await assertSound(one);
      }),
      { numRuns: 20 },
    );
  });
});
