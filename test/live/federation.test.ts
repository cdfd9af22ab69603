/**
 * What subscribers of a federation hear, over sockets of two instances on one database: statuses in their order, logs,
 * work for compute nodes until they acknowledge it, and who is online; and what others hear: nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'graphql-ws';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Authenticator } from '../../src/accounts/authenticate.ts';
import { encodeId, uuidOfArgument } from '../../src/platform/graphql/node.ts';
import { storedKey } from '../../src/compute-nodes/api-key.ts';
import { endPresence, renewLeases } from '../../src/compute-nodes/presence.ts';
import type { App } from '../../src/app.ts';
import { createApp } from '../../src/app.ts';
import type { RunningServer } from '../../src/server.ts';
import { serve } from '../../src/server.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRole, holdRules } from '../kit/collaborations.ts';
import type { Asker, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

let server: TestServer;
let other: { app: App; server: RunningServer; close(): Promise<void> };
let researcher: Person;
let rival: Person;
let alpha: string;
let beta: string;
let collaboration: string;
const clients: Client[] = [];

beforeAll(async () => {
  server = await startServer();
  const app = await createApp({ ...server.app.config, http: { ...server.app.config.http, port: 0 } });
  const running = await serve(app);
  other = { app, server: running, close: async () => (await running.stop(), await app.close()) };
  [researcher, rival] = [await createPerson(server), await createPerson(server)];
  alpha = await createOrganization(server, 'Alpha');
  beta = await createOrganization(server, 'Beta');
  const gamma = await createOrganization(server, 'Gamma');
  collaboration = await createCollaboration(server, 'Open', [alpha, beta]);
  await createCollaboration(server, 'Elsewhere', [gamma]);
  for (const [organization, key] of [
    [alpha, 'a'],
    [beta, 'b'],
  ]) {
    const { apiKeyPrefix, apiKeyHash } = storedKey(key.repeat(40));
    await server.sql(
      'INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash) VALUES (gen_random_uuid(), $1, $2, $3, $4, $5)',
      [key, organization, collaboration, apiKeyPrefix, apiKeyHash],
    );
  }
  await holdRole(server, researcher, 'Researcher', alpha);
  await holdRole(server, rival, 'Collaboration Admin', gamma);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.dispose()));
  await other.close();
  await server.close();
});

async function data(
  asker: Asker,
  document: string,
  variables: Record<string, unknown> = {},
): Promise<Record<string, any>> {
  const answer = await server.ask(document, variables, asker);
  expect(answer.errors).toBeUndefined();
  return answer.data!;
}
const compute = async (key: string): Promise<Asker> => ({
  token: (
    await data(
      {},
      'mutation ($apiKey: String!) { authenticateComputeNode(apiKey: $apiKey) { accessToken } }',
      { apiKey: key.repeat(40) },
    )
  ).authenticateComputeNode.accessToken,
});

/** A subscription on the other instance: what it has heard, or how it ended. */
function listen(asker: Asker, query: string, variables: Record<string, unknown> = {}) {
  const client = createClient({
    url: `${other.server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: asker.token ? { authorization: `Bearer ${asker.token}` } : {},
  });
  clients.push(client);
  const heard: any[] = [];
  const errors: any[] = [];
  const stop = client.subscribe(
    { query, variables },
    {
      next: ({ data: told, errors: failed }) =>
        failed ? errors.push(...failed) : heard.push(Object.values(told as object)[0]),
      error: (error) => errors.push(...[error].flat()),
      complete: () => {},
    },
  );
  return { heard, errors, stop, client };
}

const create = `mutation ($c: ID!, $a: ID!, $b: ID!) { createTask(input: { collaborationId: $c, name: "T", image: "i", organizations: [{ organizationId: $a, input: "x" }, { organizationId: $b, input: "y" }] }) { task { id results { nodes { id organization { name } } } } } }`;
async function task() {
  const made = (
    await data(researcher, create, {
      c: encodeId('Collaboration', collaboration),
      a: encodeId('Organization', alpha),
      b: encodeId('Organization', beta),
    })
  ).createTask.task;
  const resultOf = (name: string): string =>
    made.results.nodes.find((one: any) => one.organization.name === name).id;
  return { id: made.id as string, alpha: resultOf('Alpha'), beta: resultOf('Beta') };
}
const statuses =
  'subscription ($task: ID, $collaboration: ID) { taskStatusChanged(taskId: $task, collaborationId: $collaboration) { task { id } result { id } status previousStatus } }';
const start = 'mutation ($id: ID!) { startResult(id: $id) { result { status } } }';
const report =
  'mutation ($id: ID!, $input: ReportResultInput!) { reportResult(id: $id, input: $input) { result { status } } }';

describe('subscribers of a federation', () => {
  it('hear every change of a status, in order, on another instance; others hear nothing', async () => {
    const c = encodeId('Collaboration', collaboration);
    const all = listen(researcher, statuses, { collaboration: c });
    const refused = listen(rival, statuses, { collaboration: c });
    await until(async () => refused.errors.length > 0);
    expect(refused.errors[0].extensions.code).toBe('NOT_FOUND');
    const probe = async () => (await task()) && all.heard.length > 0;
    await until(probe);
    const one = await task();
    const single = listen(researcher, statuses, { task: one.id });
    const hidden = listen(rival, statuses, { task: one.id });
    const both = listen(researcher, statuses, { task: one.id, collaboration: c });
    await until(async () => hidden.errors.length > 0 && both.errors.length > 0);
    expect([hidden.errors[0].extensions.code, both.errors[0].extensions.code]).toEqual([
      'NOT_FOUND',
      'BAD_USER_INPUT',
    ]);
    const steps = (heard: any[]) =>
      heard
        .filter(({ task: { id } }) => id === one.id)
        .map(({ result, status, previousStatus }) => [
          result === null ? 'task' : result.id === one.alpha ? 'alpha' : 'beta',
          previousStatus,
          status,
        ]);
    /** Waits for a step: of several in quick succession one message may tell. */
    const told = (to: string) =>
      until(() => steps(all.heard).some(([what, , status]) => what === 'task' && status === to));
    await told('PENDING');
    const node = await compute('a');
    const log = listen(
      researcher,
      'subscription ($id: ID!) { resultLogAppended(resultId: $id) { text attempt result { id } } }',
      { id: one.alpha },
    );
    await data(node, report, { id: one.alpha, input: { status: 'INITIALIZING' } });
    await until(async () => {
      await data(node, 'mutation ($id: ID!) { appendResultLog(id: $id, text: ".") }', { id: one.alpha });
      return log.heard.length > 0;
    });
    expect(log.heard[0]).toMatchObject({ attempt: 1, result: { id: one.alpha } });
    await told('INITIALIZING');
    await data(node, start, { id: one.alpha });
    await data(node, start, { id: one.alpha });
    await told('ACTIVE');
    await data(node, report, { id: one.alpha, input: { status: 'FAILED', result: 'no' } });
    await told('FAILED');
    expect(steps(all.heard)).toEqual(
      [
        ['alpha', null, 'PENDING'],
        ['beta', null, 'PENDING'],
        ['task', null, 'PENDING'],
        ['alpha', 'PENDING', 'INITIALIZING'],
        ['task', 'PENDING', 'INITIALIZING'],
        ['alpha', 'INITIALIZING', 'ACTIVE'],
        ['task', 'INITIALIZING', 'ACTIVE'],
        ['alpha', 'ACTIVE', 'FAILED'],
        ['task', 'ACTIVE', 'FAILED'],
      ].map((step) => expect.arrayContaining(step)),
    );
    // Another socket, which may be told a little later.
    await until(async () => steps(single.heard).some(([what, , to]) => what === 'task' && to === 'FAILED'));
    expect(steps(single.heard).at(-1)).toEqual(['task', 'ACTIVE', 'FAILED']);
    expect(refused.heard).toEqual([]);
    expect(hidden.heard).toEqual([]);
  });

  it('give compute nodes their work, again until it is acknowledged, and tell of cancels', async () => {
    const work = 'subscription { workAssigned { kind attempt result { id input } } }';
    const [nobody, person] = [listen({ token: null }, work), listen(researcher, work)];
    await until(() => nobody.errors.length > 0 && person.errors.length > 0);
    expect([nobody, person].map(({ errors }) => errors[0].extensions.code)).toEqual([
      'UNAUTHENTICATED',
      'FORBIDDEN',
    ]);
    const before = await task();
    const node = await compute('a');
    const first = listen(node, work);
    await until(async () => first.heard.some(({ result }) => result.id === before.alpha));
    expect(first.heard.find(({ result }) => result.id === before.alpha)).toEqual({
      kind: 'START',
      attempt: 1,
      result: { id: before.alpha, input: 'x' },
    });
    const live = await task();
    await until(async () => first.heard.some(({ result }) => result.id === live.alpha));
    await data(node, start, { id: before.alpha });
    await first.client.dispose();

    const again = listen(node, work);
    await until(async () => again.heard.some(({ result }) => result.id === live.alpha));
    expect(again.heard.some(({ result }) => result.id === before.alpha)).toBe(false);
    await data(researcher, 'mutation ($id: ID!) { cancelTask(id: $id) { task { status } } }', {
      id: before.id,
    });
    await until(async () =>
      again.heard.some(({ kind, result }) => kind === 'CANCEL' && result.id === before.alpha),
    );
    await again.client.dispose();
    const third = listen(node, work);
    await until(async () =>
      third.heard.some(({ kind, result }) => kind === 'CANCEL' && result.id === before.alpha),
    );
    await data(node, 'mutation ($id: ID!) { acknowledgeCancel(resultId: $id) { result { status } } }', {
      id: before.alpha,
    });
    await third.client.dispose();
    const last = listen(node, work);
    await until(async () => last.heard.some(({ result }) => result.id === live.alpha));
    expect(last.heard.some(({ result }) => result.id === before.alpha)).toBe(false);
  });

  it('are told who comes online and who goes, where they may see it', async () => {
    const presence =
      'subscription ($c: ID) { computeNodeStatusChanged(collaborationId: $c) { computeNode { name online } online } }';
    await server.sql('UPDATE compute_nodes SET online_until = NULL');
    const all = listen(researcher, presence);
    const one = listen(researcher, presence, { c: encodeId('Collaboration', collaboration) });
    const none = listen(rival, presence);
    await until(async () => {
      await server.sql(`UPDATE compute_nodes SET online_until = NULL`);
      await server.sql(
        `UPDATE compute_nodes SET online_until = now() - interval '1 second' WHERE name = 'a'`,
      );
      await endPresence(server.app.database);
      return all.heard.length >= 2 && one.heard.length >= 2;
    });
    expect(all.heard.every(({ computeNode }) => computeNode.name === 'a')).toBe(true);
    expect(new Set(all.heard.map(({ online }) => online))).toEqual(new Set([true, false]));
    expect([none.heard, none.errors]).toEqual([[], []]);
    const outsider = listen(await createPerson(server), presence);
    await until(async () => outsider.errors.length > 0);
    expect(outsider.errors[0].extensions.code).toBe('FORBIDDEN');
  });

  it('tell at once of a compute node that shows its key', async () => {
    await server.sql('UPDATE compute_nodes SET online_until = NULL');
    await data(await compute('b'), '{ computeNodes { totalCount } }');
    await until(
      async () =>
        (await server.sql(`SELECT FROM compute_nodes WHERE name = 'b' AND online_until > now()`)).length ===
        1,
    );
    const seen = await data(researcher, '{ computeNodes { nodes { name online } } }');
    expect(seen.computeNodes.nodes).toEqual(expect.arrayContaining([{ name: 'b', online: true }]));
  });

  it('are a compute node in the place of one that was deleted: its work, its cancels and its leases', async () => {
    const [running, stopped] = [await task(), await task()];
    const uuid = ({ alpha: id }: { alpha: string }) => uuidOfArgument('Result', id);
    const former = await compute('a');
    for (const { alpha: id } of [running, stopped]) await data(former, start, { id });
    const held = 'SELECT compute_node_id AS node, lease_until > now() AS leased FROM results WHERE id = $1';
    const [{ node: gone }] = await server.sql(held, [uuid(running)]);
    const admin = await createPerson(server, { isSuperAdmin: true });
    await data(admin, 'mutation ($id: ID!) { deleteComputeNode(id: $id) { deletedId } }', {
      id: encodeId('ComputeNode', gone),
    });
    await data(researcher, 'mutation ($id: ID!) { cancelTask(id: $id) { task { status } } }', {
      id: stopped.id,
    });
    const register =
      'mutation ($c: ID!, $o: ID!) { registerComputeNode(input: { collaborationId: $c, organizationId: $o }) { apiKey } }';
    const { apiKey } = (
      await data(admin, register, {
        c: encodeId('Collaboration', collaboration),
        o: encodeId('Organization', alpha),
      })
    ).registerComputeNode;
    const { accessToken } = (
      await data(
        {},
        'mutation ($apiKey: String!) { authenticateComputeNode(apiKey: $apiKey) { accessToken } }',
        { apiKey },
      )
    ).authenticateComputeNode;
    const successor: Asker = { token: accessToken };

    // Nothing of another organization became its work, and nothing that is over.
    const own = await server.sql(
      `SELECT id, status, cancel_acknowledged_at FROM results WHERE compute_node_id = (SELECT id FROM compute_nodes WHERE organization_id = $1 AND collaboration_id = $2)`,
      [alpha, collaboration],
    );
    expect(own.map(({ id }) => id)).toEqual(expect.arrayContaining([uuid(running), uuid(stopped)]));
    expect(
      own.filter(
        ({ status, cancel_acknowledged_at: acknowledged }) =>
          acknowledged !== null || ['FAILED', 'COMPLETED'].includes(status),
      ),
    ).toEqual([]);

    await server.sql('UPDATE results SET lease_until = NULL WHERE id = $1', [uuid(running)]);
    const { viewer } = await new Authenticator(
      server.app.database,
      server.app.config,
      server.app.log,
    ).authenticate(`Bearer ${accessToken}`);
    await renewLeases(server.app.database, [viewer]);
    // Its signs of life are for what it works on itself: that it does it has to say.
    expect((await server.sql(held, [uuid(running)]))[0].leased).toBeNull();
    await data(successor, report, { id: running.alpha, input: { status: 'ACTIVE' } });
    await server.sql('UPDATE results SET lease_until = NULL WHERE id = $1', [uuid(running)]);
    await renewLeases(server.app.database, [viewer]);
    expect((await server.sql(held, [uuid(running)]))[0].leased).toBe(true);

    const token = 'mutation ($id: ID!) { createContainerToken(taskId: $id, image: "i") { token } }';
    const container: Asker = {
      token: (await data(successor, token, { id: running.id })).createContainerToken.token,
    };
    expect(
      (await data(container, 'query ($id: ID!) { task(id: $id) { name } }', { id: running.id })).task,
    ).toEqual({ name: 'T' });

    const work = listen(successor, 'subscription { workAssigned { kind result { id } } }');
    await until(async () =>
      work.heard.some(({ kind, result }) => kind === 'CANCEL' && result.id === stopped.alpha),
    );
    await data(researcher, 'mutation ($id: ID!) { cancelTask(id: $id) { task { status } } }', {
      id: running.id,
    });
    await until(async () =>
      work.heard.some(({ kind, result }) => kind === 'CANCEL' && result.id === running.alpha),
    );
  });

  it('are ended when their organization leaves the collaboration, on another instance, and begin again when it joins', async () => {
    const delta = await createOrganization(server, 'Delta');
    const [guest, member, admin] = [
      await createPerson(server),
      await createPerson(server),
      await createPerson(server, { isSuperAdmin: true }),
    ];
    await holdRole(server, guest, 'Researcher', delta);
    await holdRole(server, member, 'Researcher', alpha);
    const [c, o] = [encodeId('Collaboration', collaboration), encodeId('Organization', delta)];
    const change = (verb: string) =>
      data(
        admin,
        `mutation ($c: ID!, $o: ID!) { ${verb}(collaborationId: $c, organizationId: $o) { collaboration { id } } }`,
        { c, o },
      );
    const early = listen(guest, statuses, { collaboration: c });
    await until(async () => early.errors.length > 0);
    expect(early.errors[0].extensions.code).toBe('NOT_FOUND');

    await change('addOrganizationToCollaboration');
    const first = await task();
    const presence = 'subscription ($c: ID) { computeNodeStatusChanged(collaborationId: $c) { online } }';
    const ended = [
      listen(guest, statuses, { collaboration: c }),
      listen(guest, statuses, { task: first.id }),
      listen(guest, presence, { c }),
    ];
    const stays = listen(member, statuses, { collaboration: c });
    await until(async () => {
      await task();
      return ended[0].heard.length > 0 && stays.heard.length > 0;
    });
    expect(ended.flatMap(({ errors }) => errors)).toEqual([]);

    await change('removeOrganizationFromCollaboration');
    await until(async () => ended.every(({ errors }) => errors.length > 0));
    expect(ended.map(({ errors }) => errors.map((error) => error.extensions.code))).toEqual([
      ['NOT_FOUND'],
      ['NOT_FOUND'],
      ['NOT_FOUND'],
    ]);
    const heard = ended[0].heard.length;
    const later = await task();
    await until(async () => stays.heard.some((told) => told.task.id === later.id));
    expect([ended[0].heard.length, stays.errors]).toEqual([heard, []]);
  });

  it('hear that the open results of an organization are canceled as it leaves; the task goes on for the others', async () => {
    const theta = await createOrganization(server, 'Theta');
    const admin = await createPerson(server, { isSuperAdmin: true });
    const [c, o] = [encodeId('Collaboration', collaboration), encodeId('Organization', theta)];
    const change = (verb: string) =>
      data(
        admin,
        `mutation ($c: ID!, $o: ID!) { ${verb}(collaborationId: $c, organizationId: $o) { collaboration { id } } }`,
        { c, o },
      );
    await change('addOrganizationToCollaboration');
    await server.sql(
      `INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash) VALUES (gen_random_uuid(), 'theta', $1, $2, 'theta', 'x')`,
      [theta, collaboration],
    );
    const { createTask } = await data(researcher, create.replaceAll('$b', '$o'), {
      c,
      a: encodeId('Organization', alpha),
      o,
    });
    const results = createTask.task.results.nodes as { id: string; organization: { name: string } }[];
    const [ours, theirs] = ['Alpha', 'Theta'].map(
      (name) => results.find(({ organization }) => organization.name === name)!.id,
    );
    const heard = listen(researcher, statuses, { collaboration: c });
    await until(async () => (await task(), heard.heard.length > 0));
    await change('removeOrganizationFromCollaboration');
    const statusesOf = async () =>
      Object.fromEntries(
        (
          await server.sql('SELECT id, status FROM results WHERE task_id = $1', [
            uuidOfArgument('Task', createTask.task.id, 'id'),
          ])
        ).map(({ id, status }) => [encodeId('Result', id), status]),
      );
    expect(await statusesOf()).toEqual({ [ours]: 'PENDING', [theirs]: 'CANCELED' });
    await until(() =>
      heard.heard.some(({ result, status }) => result?.id === theirs && status === 'CANCELED'),
    );
    expect(heard.heard.filter(({ result, status }) => result?.id === ours && status === 'CANCELED')).toEqual(
      [],
    );
  });

  it('hear nothing of what goes out of sight between its judgement and its reading', async () => {
    const eta = await createOrganization(server, 'Eta');
    const guest = await createPerson(server);
    await holdRole(server, guest, 'Researcher', eta);
    const join = () =>
      server.sql(
        'INSERT INTO collaboration_organizations (collaboration_id, organization_id) VALUES ($1, $2)',
        [collaboration, eta],
      );
    await join();
    const [guests, others] = [guest, researcher].map((person) =>
      listen(person, statuses, { collaboration: encodeId('Collaboration', collaboration) }),
    );
    await until(async () => (await task(), guests.heard.length > 0 && others.heard.length > 0));

    // The organization leaves, and word of it has not come yet: as it is when it comes a moment later.
    const { database } = other.app;
    const { texts } = database;
    let hasLeft = false;
    database.texts = async (sent) => {
      if (!hasLeft && JSON.stringify(sent.values).includes(eta)) {
        hasLeft = true;
        await server.sql(
          `DO $$ BEGIN SET LOCAL session_replication_role = replica; DELETE FROM collaboration_organizations WHERE organization_id = '${eta}'; END $$`,
        );
      }
      return texts.call(database, sent);
    };
    const unseen = await task();
    try {
      // The task and its two results.
      await until(() => hasLeft && others.heard.filter((told) => told.task.id === unseen.id).length === 3);
    } finally {
      database.texts = texts;
    }
    await join();
    const seen = await task();
    await until(() => guests.heard.some((told) => told.task.id === seen.id));
    expect(guests.errors).toEqual([]);
    expect(guests.heard.filter((told) => told.task.id === unseen.id)).toEqual([]);
  });

  it('share what they are told where they hold the same; who sees a task for having created it hears of it alone', async () => {
    const where = { collaboration: encodeId('Collaboration', collaboration) };
    const follow = async (people: readonly Person[]) => {
      const followers = people.map((person) => listen(person, statuses, where));
      await until(
        async () => (
          await task(),
          followers.every(({ heard, errors }) => heard.length > 0 || errors.length > 0)
        ),
      );
      return followers;
    };
    const tellTask = async (followers: readonly ReturnType<typeof listen>[]) => {
      const { id } = await task();
      // The task and its two results.
      await until(() =>
        followers.every(({ heard }) => heard.filter((told) => told.task.id === id).length === 3),
      );
    };
    /** How often the other instance judges while everybody is told of a new task. */
    const judgements = async (followers: readonly ReturnType<typeof listen>[]) => {
      await tellTask(followers);
      let count = 0;
      other.app.database.onStatement = (text) => (count += text.includes('pg_current_snapshot') ? 1 : 0);
      await tellTask(followers);
      other.app.database.onStatement = null;
      return count;
    };
    const peer = async () => {
      const person = await createPerson(server);
      await holdRole(server, person, 'Researcher', alpha);
      return person;
    };
    const few = await follow([await peer(), await peer()]);
    const forTwo = await judgements(few);
    const many = [...few, ...(await follow(await Promise.all(Array.from({ length: 8 }, peer))))];
    expect(await judgements(many)).toBe(forTwo);
    for (const { client } of many) await client.dispose();

    const rules = [
      { resource: 'live', operation: 'RECEIVE', scope: 'COLLABORATION' },
      { resource: 'collaboration', operation: 'VIEW', scope: 'ORGANIZATION' },
      { resource: 'task', operation: 'VIEW', scope: 'OWN' },
      { resource: 'result', operation: 'VIEW', scope: 'OWN' },
    ] as const;
    const [creator, stranger] = [await createPerson(server), await createPerson(server)];
    for (const person of [creator, stranger]) await holdRules(server, person, rules, beta);
    const [own, others, marker] = [creator, stranger, researcher].map((person) =>
      listen(person, statuses, where),
    );
    await until(async () => (await task(), marker.heard.length > 0));
    const mine = await task();
    await server.sql('UPDATE tasks SET creator_id = $2 WHERE id = $1', [
      uuidOfArgument('Task', mine.id, 'id'),
      creator.userId,
    ]);
    await data(await compute('b'), start, { id: mine.beta });
    await until(() =>
      [own, marker].every(({ heard }) =>
        heard.some((told) => told.status === 'ACTIVE' && told.result?.id === mine.beta),
      ),
    );
    const after = await task();
    await until(() => marker.heard.some((told) => told.task.id === after.id));
    expect(own.heard.filter((told) => told.task.id !== mine.id)).toEqual([]);
    expect([others.heard, others.errors]).toEqual([[], []]);
  });

  it('are compute nodes, too, whose sockets ask again who they are when an organization joins', async () => {
    const [{ id }] = await server.sql('SELECT id FROM compute_nodes WHERE organization_id = $1', [beta]);
    const epsilon = await createOrganization(server, 'Epsilon');
    const told = () => server.sql('SELECT payload FROM notices WHERE topic = $1', [`computeNode:${id}`]);
    const before = (await told()).length;
    await server.sql(
      'INSERT INTO collaboration_organizations (collaboration_id, organization_id) VALUES ($1, $2)',
      [collaboration, epsilon],
    );
    expect(await told()).toHaveLength(before + 1);
  });
});
