/** The lab over HTTP: who sees its functions, who runs them, what comes back, and to whom. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { runJobs } from '../kit/jobs.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let student: Person;
let other: Person;
let admin: Person;

beforeAll(async () => {
  server = await startServer();
  [student, other, admin] = [
    await createPerson(server),
    await createPerson(server),
    await createPerson(server, { isAdmin: true }),
  ];
});
afterAll(() => server.close());

const run =
  'mutation ($expression: String!, $stringify: Boolean) { runLabFunction(expression: $expression, stringify: $stringify) { task { id name status results { nodes { id input status } } } } }';
const look =
  'query ($id: ID!) { task(id: $id) { name status collaboration { id } initiator { id } results { nodes { status result input organization { id } computeNode { id } } } } lab { trace(taskId: $id) } }';

/** Runs an expression to its end; what its creator reads of it then. */
async function ran(expression: string, stringify = false) {
  const { data, errors } = await server.ask(run, { expression, stringify }, student);
  expect(errors).toBeUndefined();
  const { id } = data!.runLabFunction.task;
  await runJobs(server, 'lab.run');
  const read = await server.ask(look, { id }, student);
  expect(read.errors).toBeUndefined();
  return { id, ...read.data!.task, ...read.data!.task.results.nodes[0], trace: read.data!.lab.trace };
}

describe('the lab', () => {
  it('tells everybody what its instrument can do, with what is protected', async () => {
    const { data, errors } = await server.ask(
      '{ lab { instrument functions { name description isProtected example parameters { name type options default } } } }',
    );
    expect(errors).toBeUndefined();
    const functions = new Map<string, any>(data!.lab.functions.map((one: any) => [one.name, one]));
    expect(functions.get('get_voltage')).toMatchObject({
      example: "get_voltage('A1')",
      isProtected: false,
      parameters: [{ name: 'input', options: ['A1', 'A2', 'A3'], default: null }],
    });
    expect([...functions.values()].filter(({ isProtected }) => isProtected).map(({ name }) => name)).toEqual([
      'close',
      'open',
    ]);
  });

  it('runs a function for a registered person, as a task that is their own', async () => {
    expect(await ran('set_pv1(2)')).toMatchObject({
      name: 'set_pv1',
      status: 'COMPLETED',
      collaboration: null,
      initiator: null,
      organization: null,
      computeNode: null,
      result: '2',
      trace: null,
    });
    // The instrument goes on where it was left, whichever process called it.
    expect(await ran("get_voltage('A2')")).toMatchObject({ result: '2', input: "get_voltage('A2')" });
    expect(JSON.parse((await ran("capture1('A1', samples=3, gap=100)")).result)).toEqual({
      milliseconds: [0, 0.1, 0.2],
      volts: { A1: [expect.any(Number), expect.any(Number), expect.any(Number)] },
    });
    expect((await ran('get_state()', true)).result).toBe('false');
  });

  it('draws what was captured', async () => {
    const { trace, id } = await ran('capture2(100, 20)');
    expect(trace).toMatch(/^<svg xmlns.*<polyline.*<polyline.*<\/svg>$/);
    expect((await server.ask(look, { id }, other)).data!.lab.trace).toBeNull();
  });

  it('shows a run to its creator and staff alone', async () => {
    const { id } = await ran('get_resistance()');
    const seen = async (person?: Person) =>
      (await server.ask('query ($id: ID!) { task(id: $id) { name } tasks { totalCount } }', { id }, person))
        .data;
    expect((await seen(admin))!.task).toEqual({ name: 'get_resistance' });
    expect(await seen(other)).toEqual({ task: null, tasks: { totalCount: 0 } });
    expect(await seen()).toEqual({ task: null, tasks: { totalCount: 0 } });
    const cancel = async (person: Person) =>
      (await server.ask('mutation ($id: ID!) { cancelTask(id: $id) { task { status } } }', { id }, person))
        .errors?.[0].extensions.code;
    expect([await cancel(other), await cancel(admin), await cancel(student)]).toEqual([
      'NOT_FOUND',
      'FORBIDDEN',
      'CONFLICT',
    ]);
  });

  it('does not run what was canceled before', async () => {
    const { id } = (await server.ask(run, { expression: 'set_pv1(4)' }, student)).data!.runLabFunction.task;
    const canceled = await server.ask(
      'mutation ($id: ID!) { cancelTask(id: $id) { task { status } } }',
      { id },
      student,
    );
    expect(canceled.data!.cancelTask.task.status).toBe('CANCELED');
    await runJobs(server, 'lab.run');
    expect((await ran("get_voltage('A2')")).result).toBe('2');
  });

  it('refuses everybody else, what is protected, and whatever is no call, with the place of it', async () => {
    const refusal = async (expression: string, person?: Person) =>
      (await server.ask(run, { expression }, person)).errors![0];
    expect((await refusal('get_resistance()')).extensions.code).toBe('UNAUTHENTICATED');
    expect((await refusal('open()', student)).extensions.code).toBe('FORBIDDEN');
    expect((await refusal('close()', student)).extensions.code).toBe('FORBIDDEN');
    const wrong = await refusal("get_voltage('A1').constructor", student);
    expect(wrong.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: ['expression'], position: 0 }],
    });
    expect((await refusal("get_voltage('A' + '1')", student)).extensions.fields).toEqual([
      {
        path: ['expression'],
        position: 12,
        message: 'nothing is calculated here: write the value itself (at character 13)',
      },
    ]);
    expect((await refusal('set_pv1(99)', student)).message).toContain('volts is at most 5');
    expect(await server.sql("SELECT FROM outbox WHERE name = 'lab.run'")).toHaveLength(0);
  });

  it('is used by one person so often and no more, whatever becomes of the runs; by others as before', async () => {
    await using busy = await startServer({ JOBS_PER_PERSON: '3' });
    const [eager, patient] = [await createPerson(busy), await createPerson(busy)];
    const codes = async (person: Person, expression = 'get_resistance()') =>
      (await busy.ask(run, { expression }, person)).errors?.map(({ extensions }) => [
        extensions.code,
        typeof extensions.retryAfter,
      ]);
    for (let time = 0; time < 3; time += 1) expect(await codes(eager)).toBeUndefined();
    const together = `mutation { ${Array.from({ length: 4 }, (_, at) => `a${at}: runLabFunction(expression: "get_resistance()") { task { id } }`).join(' ')} }`;
    expect((await busy.ask(together, {}, eager)).errors![0].extensions).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfter: expect.any(Number),
    });
    expect(await codes(eager, 'nonsense')).toEqual([['RATE_LIMITED', 'number']]);
    expect(await codes(patient)).toBeUndefined();
    expect((await busy.sql('SELECT count(*)::int AS count FROM jobs'))[0].count).toBe(4);
  });
});
