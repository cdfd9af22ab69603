/** `convoke tasks watch` as a process of its own, against a server: what it says of tasks, and how it ends. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { storedKey } from '../../src/compute-nodes/api-key.ts';
import { hashPassword } from '../../src/platform/auth/passwords.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRole } from '../kit/collaborations.ts';
import type { Asker, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';
import { serveBeside } from './kit.ts';

let server: TestServer;
let researcher: Person;
let rival: Person;
let node: Asker;
let alpha: string;
let collaboration: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  server = await startServer();
  [researcher, rival] = [await createPerson(server), await createPerson(server)];
  alpha = await createOrganization(server, 'Alpha');
  const gamma = await createOrganization(server, 'Gamma');
  collaboration = await createCollaboration(server, 'Open', [alpha]);
  await createCollaboration(server, 'Elsewhere', [gamma]);
  const { apiKeyPrefix, apiKeyHash } = storedKey('k'.repeat(40));
  await server.sql(
    "INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash) VALUES (gen_random_uuid(), 'north', $1, $2, $3, $4)",
    [alpha, collaboration, apiKeyPrefix, apiKeyHash],
  );
  await holdRole(server, researcher, 'Researcher', alpha);
  await holdRole(server, rival, 'Collaboration Admin', gamma);
  const { data } = await server.ask(
    'mutation ($k: String!) { authenticateComputeNode(apiKey: $k) { accessToken } }',
    { k: 'k'.repeat(40) },
  );
  node = { token: data!.authenticateComputeNode.accessToken };
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await server.close();
});

/** The command in a process of its own. */
function watch(env: Record<string, string>, ...args: string[]) {
  const program = [
    '--experimental-transform-types',
    '--no-warnings',
    join(import.meta.dirname, 'command-child.ts'),
    'tasks',
    'watch',
  ];
  const child = spawn(process.execPath, [...program, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => (said.err += chunk));
  return {
    child,
    said,
    ended: once(child, 'close').then(([code]) => code as number),
    lines: () => said.out.split('\n').slice(0, -1),
  };
}
const as = (person: Person) => ({ CONVOKE_TOKEN: person.token! });

async function data(
  asker: Asker,
  document: string,
  variables: Record<string, unknown>,
): Promise<Record<string, any>> {
  const answer = await server.ask(document, variables, asker);
  expect(answer.errors).toBeUndefined();
  return answer.data!;
}
async function task(name: string): Promise<{ id: string; result: string }> {
  const document = `mutation ($c: ID!, $a: ID!, $name: String!) { createTask(input: { collaborationId: $c, name: $name, image: "i", organizations: [{ organizationId: $a, input: "x" }] }) { task { id results { nodes { id } } } } }`;
  const made = (
    await data(researcher, document, {
      c: encodeId('Collaboration', collaboration),
      a: encodeId('Organization', alpha),
      name,
    })
  ).createTask.task;
  return { id: made.id, result: made.results.nodes[0].id };
}
const report = (id: string, status: string) =>
  data(
    node,
    'mutation ($id: ID!, $status: TaskStatus!) { reportResult(id: $id, input: { status: $status }) { result { id } } }',
    { id, status },
  );
const cancel = (id: string) =>
  data(researcher, 'mutation ($id: ID!) { cancelTask(id: $id) { task { id } } }', { id });

it('tells each change of a task in a line, ends with it, and has no colours in a pipe', async () => {
  const one = await task('Average');
  // Another server may say what this one refuses as a name.
  const [{ uuid }] = await server.sql(`SELECT id AS uuid FROM tasks ORDER BY created_at DESC LIMIT 1`);
  await server.sql('UPDATE tasks SET name = $2 WHERE id = $1', [uuid, 'Average\u001B[31m']);
  const { said, ended, lines } = watch(as(researcher), '--server', server.url, '--task', one.id);
  await until(async () => lines().length === 2);
  for (const status of ['INITIALIZING', 'ACTIVE', 'COMPLETED']) {
    const before = lines().length;
    await report(one.result, status);
    await until(async () => lines().length === before + 2);
  }
  expect([await ended, said.err]).toEqual([0, '']);
  expect(said.out).not.toContain('\u001B');
  expect(lines().map((line) => line.split('  ').slice(1).join('  '))).toEqual(
    [
      ['PENDING', 'PENDING'],
      ['PENDING -> INITIALIZING', 'PENDING -> INITIALIZING'],
      ['INITIALIZING -> ACTIVE', 'INITIALIZING -> ACTIVE'],
      ['ACTIVE -> COMPLETED', 'ACTIVE -> COMPLETED'],
    ].flatMap((steps) => steps.map((step) => expect.stringContaining(`  ${step}`))),
  );
  expect(lines()[0]).toContain('Alpha (north)');
  expect(lines().at(-1)).toMatch(/^\S+Z {2}Average {1,2}task {2}ACTIVE -> COMPLETED$/);
}, 60_000);

it('ends by the outcome: 1 for what crashed, 3 for what was canceled, 4 when it is told to end before', async () => {
  const [crashed, canceled, open] = [await task('Crash'), await task('Cancel'), await task('Open')];
  const all = [crashed, canceled, open].map(({ id }) =>
    watch(as(researcher), '--server', server.url, '--task', id, '--json'),
  );
  await until(async () => all.every(({ lines }) => lines().length === 2), 30_000);
  await report(crashed.result, 'ACTIVE');
  // Of steps in quick succession one message may tell.
  await until(async () => all[0].lines().length === 4);
  await report(crashed.result, 'CRASHED');
  await cancel(canceled.id);
  all[2].child.kill('SIGTERM');
  expect(await Promise.all(all.map(({ ended }) => ended))).toEqual([1, 3, 4]);
  const steps = all[0].lines().map((line) => JSON.parse(line));
  expect(steps[0]).toEqual({
    at: expect.any(String),
    status: 'PENDING',
    previousStatus: null,
    task: { id: crashed.id, name: 'Crash', status: 'PENDING', finishedAt: null },
    result: {
      id: crashed.result,
      status: 'PENDING',
      attempt: 1,
      organization: 'Alpha',
      computeNode: 'north',
      startedAt: null,
      finishedAt: null,
    },
  });
  expect(steps.filter(({ result }) => result === null).map(({ status }) => status)).toEqual([
    'PENDING',
    'ACTIVE',
    'FAILED',
  ]);
  await cancel(open.id);
}, 60_000);

it('refuses who may not, what is not there and what makes no sense, with a word on what to do', async () => {
  const { id } = await task('Secret');
  const c = encodeId('Collaboration', collaboration);
  const runs = [
    watch(as(rival), '--server', server.url, '--task', id),
    watch(as(rival), '--server', server.url, '--collaboration', c),
    watch(as(researcher), '--server', server.url, '--task', encodeId('Task', crypto.randomUUID())),
    watch({ CONVOKE_TOKEN: 'wrong' }, '--server', server.url, '--task', id),
    watch({}, '--server', server.url, '--task', id),
    watch(as(researcher), '--server', server.url),
    watch(as(researcher), '--server', server.url, '--task', id, '--collaboration', c),
    watch(as(researcher), '--server', server.url, '--task', c),
    watch(as(researcher), '--server', server.url, '--collaboration', id),
    watch(as(researcher), '--server', server.url, '--task', 'nonsense'),
  ];
  expect(await Promise.all(runs.map(({ ended }) => ended))).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 2, 1]);
  expect(runs.map(({ said }) => said.out)).toEqual(runs.map(() => ''));
  const said = [
    'no such task',
    'no such collaboration',
    'no such task',
    'CONVOKE_TOKEN is bad',
    'CONVOKE_LOGIN',
    'one of --task',
    'one of --task',
    `--task ${c} names a collaboration: watch it with --collaboration.`,
    `--collaboration ${id} names a task: watch it with --task.`,
    'expected an id such as task_01jd',
  ];
  for (const [index, words] of said.entries()) expect(runs[index].said.err).toContain(words);
  await cancel(id);
}, 60_000);

it('watches a collaboration through a restart of the server, misses nothing, and ends once no task is open', async () => {
  await server.sql('UPDATE users SET password_hash = $2 WHERE id = $1', [
    researcher.userId,
    await hashPassword('correct horse battery'),
  ]);
  const login = { CONVOKE_LOGIN: researcher.email, CONVOKE_PASSWORD: 'correct horse battery' };
  let other = await serveBeside(server);
  try {
    const first = await task('First');
    const run = watch(
      login,
      '--server',
      other.url,
      '--collaboration',
      encodeId('Collaboration', collaboration),
      '--until-done',
    );
    await until(async () => run.lines().length === 2, 30_000);
    await other.close();
    const meanwhile = await task('Meanwhile');
    await report(first.result, 'ACTIVE');
    await report(first.result, 'COMPLETED');
    other = await serveBeside(server, { PORT: new URL(other.url).port });
    await until(
      async () => run.lines().some((line) => line.includes('First  task  PENDING -> COMPLETED')),
      40_000,
    );
    await until(async () => run.lines().some((line) => line.includes('Meanwhile  task  PENDING')), 40_000);
    expect(run.said.err).toContain('trying again');
    await report(meanwhile.result, 'ACTIVE');
    await report(meanwhile.result, 'COMPLETED');
    expect(await run.ended).toBe(0);
    // It signed in by itself, and out again.
    const [{ count }] = await server.sql(
      'SELECT count(*)::int FROM token_families WHERE user_id = $1 AND ended_at IS NULL',
      [researcher.userId],
    );
    expect(count).toBe(1);
  } finally {
    await other.close();
  }
}, 120_000);
