/** An instance that is killed while results are reported: its clients go on at the other one, and none misses a final status. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Client } from 'graphql-ws';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { storedKey } from '../../src/compute-nodes/api-key.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import { projectRoot } from '../../src/platform/project.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRole } from '../kit/collaborations.ts';
import type { Asker, TestServer } from '../kit/server.ts';
import { ask, startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const secret = 's'.repeat(64);
let server: TestServer;
let researcher: Person;
let node: Asker;
let collaboration: string;
let alpha: string;
let instances: { child: ChildProcess; url: string }[] = [];
const clients: Client[] = [];

beforeAll(async () => {
  server = await startServer({ TOKEN_SECRET: secret });
  instances = await Promise.all([startProcess(), startProcess()]);
  researcher = await createPerson(server);
  const organization = await createOrganization(server, 'Alpha');
  const open = await createCollaboration(server, 'Open', [organization]);
  [alpha, collaboration] = [encodeId('Organization', organization), encodeId('Collaboration', open)];
  await holdRole(server, researcher, 'Researcher', organization);
  const { apiKeyPrefix, apiKeyHash } = storedKey('k'.repeat(40));
  await server.sql(
    "INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash) VALUES (gen_random_uuid(), 'a', $1, $2, $3, $4)",
    [organization, open, apiKeyPrefix, apiKeyHash],
  );
  const { data } = await server.ask(
    'mutation ($key: String!) { authenticateComputeNode(apiKey: $key) { accessToken } }',
    { key: 'k'.repeat(40) },
  );
  node = { token: data!.authenticateComputeNode.accessToken };
}, 180_000);
afterAll(async () => {
  await Promise.all(clients.map((client) => client.dispose()));
  for (const { child } of instances) child.kill('SIGKILL');
  await server.close();
});

/** An instance in a process of its own, on the database of the test. Builds where nobody has yet. */
async function startProcess(): Promise<{ child: ChildProcess; url: string }> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [join(projectRoot, 'bin', 'convoke'), 'start'], {
    env: {
      PATH,
      HOME,
      NODE_ENV: 'test',
      PORT: '0',
      DATABASE_URL: server.databaseUrl,
      DATA_DIR: server.app.config.run.dataDir,
      TOKEN_SECRET: secret,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
  const url = () => /"url":"([^"]+)"[^\n]*"Convoke is ready"/.exec(said)?.[1];
  await until(() => {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${said}`);
    return url() !== undefined;
  }, 150_000);
  return { child, url: url()! };
}

const told =
  'subscription ($c: ID!) { taskStatusChanged(collaborationId: $c) { task { id status } result { id status } } }';
const present =
  'query ($c: ID!) { tasks(first: 100, filter: { collaboration: { equals: $c } }) { nodes { id status results { nodes { id status } } } } }';
const ranks = ['PENDING', 'INITIALIZING', 'ACTIVE', 'COMPLETED'];

/** A client that begins at one of the instances and goes to the next at every loss, as docs/guides/live.md says: subscribe, then read. */
function follow(first: number, mayTryAgain: () => Promise<void>) {
  const known = new Map<string, string>();
  const connections: string[] = [];
  const take = ({ id, status }: { id: string; status: string }) => {
    // What is read may be older than what was told already: statuses go forward only.
    if (ranks.indexOf(status) >= ranks.indexOf(known.get(id) ?? 'PENDING')) known.set(id, status);
  };
  let at = first;
  const client = createClient({
    url: () => `${instances[at++ % 2].url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: () => ({ authorization: `Bearer ${researcher.token}` }),
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: mayTryAgain,
  });
  clients.push(client);
  const ended = { error: () => {}, complete: () => {} };
  // On every connection, the subscriptions that stood are sent again before this.
  client.on('connected', (socket) => {
    connections.push(new URL((socket as WebSocket).url).host);
    const next = ({ data }: any) => {
      for (const { results, ...task } of data.tasks.nodes) [task, ...results.nodes].forEach(take);
    };
    client.subscribe({ query: present, variables: { c: collaboration } }, { next, ...ended });
  });
  client.subscribe(
    { query: told, variables: { c: collaboration } },
    {
      next: ({ data }: any) =>
        [data.taskStatusChanged.task, data.taskStatusChanged.result].forEach((one) => one && take(one)),
      ...ended,
    },
  );
  return { known, connections };
}

/** Reports to one of the instances, and to the other where that one is gone; what was done though no answer came is refused then. */
async function report(at: number, id: string, status: string): Promise<void> {
  const document =
    'mutation ($id: ID!, $status: TaskStatus!) { reportResult(id: $id, input: { status: $status }) { result { id } } }';
  const send = (index: number) => ask(instances[index % 2].url, document, { id, status }, node);
  const answer = await send(at).catch(() => null);
  if (answer) expect(answer.errors).toBeUndefined();
  else await send(at + 1);
}

it('loses no final status for anybody', async () => {
  const create =
    'mutation ($c: ID!, $o: ID!) { createTask(input: { collaborationId: $c, name: "T", image: "i", organizations: [{ organizationId: $o, input: "x" }] }) { task { id results { nodes { id } } } } }';
  const tasks: { id: string; result: string }[] = [];
  for (let count = 0; count < 30; count += 1) {
    const { id, results } = (await server.ask(create, { c: collaboration, o: alpha }, researcher)).data!
      .createTask.task;
    tasks.push({ id, result: results.nodes[0].id });
  }
  let finals = 0;
  let mostAway = Infinity;
  // Whoever lost the instance stays away until more became final meanwhile.
  const followers = Array.from({ length: 6 }, (_, index) =>
    follow(index, () => until(() => finals >= mostAway)),
  );
  await until(() => followers.every(({ known }) => known.size === 2 * tasks.length));

  const waiting = tasks.entries();
  const work = async () => {
    for (const [index, { result }] of waiting) {
      await report(index, result, 'ACTIVE');
      await report(index + 1, result, 'COMPLETED');
      finals += 1;
      if (finals !== 10) continue;
      mostAway = finals + 10;
      instances[0].child.kill('SIGKILL');
    }
  };
  await Promise.all([work(), work(), work()]);

  const everything = tasks
    .flatMap(({ id, result }) => [
      [id, 'COMPLETED'],
      [result, 'COMPLETED'],
    ])
    .sort();
  await until(() =>
    followers.every(({ known }) => [...known.values()].every((status) => status === 'COMPLETED')),
  );
  for (const { known } of followers) expect([...known].sort()).toEqual(everything);
  const [gone, left] = instances.map(({ url }) => new URL(url).host);
  expect(followers.map(({ connections }) => connections)).toEqual(
    [0, 1, 2, 3, 4, 5].map((index) => (index % 2 === 0 ? [gone, left] : [left])),
  );
  expect(await server.sql('SELECT status, count(*)::int FROM results GROUP BY status')).toEqual([
    { status: 'COMPLETED', count: 30 },
  ]);
}, 60_000);
