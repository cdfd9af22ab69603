/**
 * What `kill -9` of one of two instances does to subscribers: `npm run bench:live-kill -- [subscribers] [seconds]`. Tasks are
 * made, worked on and reported without a pause, at both instances; every subscriber follows all statuses, subscribing and
 * reading at each connection as docs/guides/live.md says, with the pauses that graphql-ws makes by itself.
 */
import { setTimeout as rest } from 'node:timers/promises';
import type { Client } from 'graphql-ws';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { Federation, Installation } from './live.instances.ts';
import { makeFederation, runBench, startInstallation } from './live.instances.ts';

const [subscribers, seconds] = [2, 3].map((place, index) =>
  Number(process.argv[place] ?? [100, 6][index]),
) as [number, number];
/** Tasks that are worked on at once, and the rest after each. */
const load = { workers: 4, restMs: 60 };
const patienceMs = 30_000;

const statuses =
  'subscription ($c: ID!) { taskStatusChanged(collaborationId: $c) { task { id } result { id } status } }';
const page =
  'query ($c: ID!, $after: String) { tasks(first: 100, after: $after, filter: { collaboration: { equals: $c } }) { nodes { id status results { nodes { id status } } } pageInfo { hasNextPage endCursor } } }';
const create =
  'mutation ($c: ID!, $o: ID!) { createTask(input: { collaborationId: $c, name: "T", image: "i", organizations: [{ organizationId: $o, input: "x" }] }) { task { id results { nodes { id } } } } }';
const report =
  'mutation ($id: ID!, $status: TaskStatus!) { reportResult(id: $id, input: { status: $status }) { result { id } } }';

/** One subscriber, which goes to the other instance at every loss. */
class Follower {
  readonly finals = new Set<string>();
  readonly connectedAt: number[] = [];
  readonly readAt: number[] = [];
  readonly errors: unknown[] = [];
  duplicates = 0;
  private readonly told = new Set<string>();
  readonly client: Client;
  readonly first: number;
  private readonly collaboration: string;

  constructor({ instances }: Installation, collaboration: string, token: string, first: number) {
    this.collaboration = collaboration;
    this.first = first;
    let at = first;
    this.client = createClient({
      url: () => instances[at++ % 2]!.socket,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: Infinity,
      shouldRetry: () => true,
    });
    this.client.on('connected', () => {
      this.connectedAt.push(performance.now());
      void this.read().then(
        () => this.readAt.push(performance.now()),
        () => {},
      );
    });
    const next = ({ data, errors }: any) =>
      data ? this.hear(data.taskStatusChanged) : this.errors.push(...errors);
    this.client.subscribe(
      { query: statuses, variables: { c: collaboration } },
      { next, error: (error) => this.errors.push(error), complete: () => {} },
    );
  }

  private hear({ task, result, status }: any): void {
    const { id } = result ?? task;
    if (this.told.has(`${id} ${status}`)) this.duplicates += 1;
    this.told.add(`${id} ${status}`);
    if (status === 'COMPLETED') this.finals.add(id);
  }

  private async read(): Promise<void> {
    for (let after: string | null = null, more = true; more;) {
      const { tasks }: any = await new Promise<any>((resolve, reject) => {
        this.client.subscribe(
          { query: page, variables: { c: this.collaboration, after } },
          {
            next: ({ data, errors }: any) =>
              data ? resolve(data) : reject(new Error(JSON.stringify(errors))),
            error: reject,
            complete: () => {},
          },
        );
      });
      for (const { results, ...task } of tasks.nodes)
        for (const { id, status } of [task, ...results.nodes])
          if (status === 'COMPLETED') this.finals.add(id);
      ({ hasNextPage: more, endCursor: after } = tasks.pageInfo);
    }
  }
}

/** Makes tasks and works on them until told to end; what an instance that is gone does not answer is sent to the other. */
async function work(
  installation: Installation,
  { collaboration, organization }: Federation,
  person: string,
  node: string,
  at: number,
  isOver: () => boolean,
): Promise<void> {
  const { instances, ask } = installation;
  for (let step = at; !isOver();) {
    const send = async (query: string, variables: Record<string, unknown>, token: string) => {
      step += 1;
      try {
        return await ask(instances[step % 2]!, query, variables, token);
      } catch {
        // It may have been done though no answer came: then the second time is refused.
        return await ask(instances[(step + 1) % 2]!, query, variables, token).catch(() => null);
      }
    };
    const made = await send(create, { c: collaboration, o: organization }, person);
    if (!made) continue;
    const [{ id }] = made.createTask.task.results.nodes;
    for (const status of ['ACTIVE', 'COMPLETED']) await send(report, { id, status }, node);
    await rest(load.restMs);
  }
}

async function bench(cleanup: AsyncDisposableStack): Promise<number> {
  const installation = await startInstallation(2, cleanup);
  const { client, instances, ask } = installation;
  const federation = await makeFederation(installation);
  const boss = await installation.person();
  await federation.join(boss);
  const key = await ask(
    instances[0]!,
    'mutation ($key: String!) { authenticateComputeNode(apiKey: $key) { accessToken } }',
    { key: federation.apiKey },
    '',
  );
  const followers: Follower[] = [];
  cleanup.defer(() => Promise.all(followers.map((one) => one.client.dispose())).then(() => {}));
  for (let index = 0; index < subscribers; index += 1) {
    const person = await installation.person();
    await federation.join(person);
    followers.push(new Follower(installation, federation.collaboration, person.token, index));
  }
  while (followers.some(({ readAt }) => readAt.length === 0)) await rest(20);

  let isOver = false;
  const working = Array.from({ length: load.workers }, (_, at) =>
    work(installation, federation, boss.token, key.authenticateComputeNode.accessToken, at, () => isOver),
  );
  await rest((seconds * 1000) / 2);
  const finals = async () =>
    Number(
      (
        await client.query(
          "SELECT (SELECT count(*) FROM results WHERE status = 'COMPLETED') + (SELECT count(*) FROM tasks WHERE status = 'COMPLETED') AS n",
        )
      ).rows[0].n,
    );
  const before = await finals();
  const killedAt = performance.now();
  process.kill(-instances[0]!.pid, 'SIGKILL');
  const affected = followers.filter(({ first }) => first % 2 === 0);
  while (affected.some(({ readAt }) => readAt.length < 2) && performance.now() - killedAt < patienceMs)
    await rest(20);
  const meanwhile = (await finals()) - before;
  await rest((seconds * 1000) / 2);
  isOver = true;
  await Promise.all(working);

  const all = await finals();
  const since = performance.now();
  while (followers.some((one) => one.finals.size < all) && performance.now() - since < patienceMs)
    await rest(20);
  const sorted = (times: number[]) => times.map((time) => (time - killedAt) / 1000).sort((a, b) => a - b);
  const spread = (times: number[]) => ({
    median: Number(times[times.length >> 1]?.toFixed(2)),
    worst: Number(times.at(-1)?.toFixed(2)),
  });
  const missed = followers.reduce((sum, one) => sum + Math.max(0, all - one.finals.size), 0);
  console.log(
    JSON.stringify({
      subscribers,
      ofTheKilled: affected.length,
      finals: all,
      finalsUntilAllWereBack: meanwhile,
      secondsUntilConnected: spread(sorted(affected.flatMap(({ connectedAt }) => connectedAt.slice(1, 2)))),
      secondsUntilUpToDate: spread(sorted(affected.flatMap(({ readAt }) => readAt.slice(1, 2)))),
      finalsMissed: missed,
      duplicates: followers.reduce((sum, one) => sum + one.duplicates, 0),
      errors: followers.flatMap(({ errors }) => errors).length,
      connectionsLostAtTheOther: followers.filter(
        ({ first, connectedAt }) => first % 2 === 1 && connectedAt.length > 1,
      ).length,
    }),
  );
  return missed === 0 ? 0 : 1;
}

await runBench(bench);
