/**
 * A federation over HTTP, from its organizations to a finished task: three organizations, two collaborations (one of
 * them encrypted), compute nodes that authenticate, a researcher's task with a subtask made by its container; and on
 * every step, what the people of the other collaboration see of it: nothing.
 */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decrypt, encrypt } from '../../src/client/encryption.ts';
import { encodeId, uuidOfArgument } from '../../src/platform/graphql/node.ts';
import { defaultRoleId } from '../../src/roles/sync.ts';
import type { Asker, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { holdRules } from '../kit/collaborations.ts';

let server: TestServer;
let root: Person;
let researcher: Person;
let rival: Person;
let staff: Person;
const organizations: Record<string, string> = {};
const collaborations: Record<string, string> = {};
const keys: Record<string, string> = {};
const nodes: Record<string, Asker> = {};

const pair = generateKeyPairSync('rsa', { modulusLength: 4096, publicExponent: 65_537 });
const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const publicKey = Buffer.from(pair.publicKey.export({ type: 'spki', format: 'pem' })).toString('base64');

/** What the operation answers; fails where it has errors. */
async function data(
  asker: Asker,
  document: string,
  variables: Record<string, unknown> = {},
): Promise<Record<string, any>> {
  const answer = await server.ask(document, variables, asker);
  expect(answer.errors).toBeUndefined();
  return answer.data!;
}
/** The code of the one error that the operation is refused with. */
async function code(
  asker: Asker | null,
  document: string,
  variables: Record<string, unknown> = {},
): Promise<string> {
  const { errors } = await server.ask(document, variables, asker ?? {});
  expect(errors).toHaveLength(1);
  return errors![0].extensions.code;
}

const create =
  'mutation ($input: CreateTaskInput!) { createTask(input: $input) { task { id jobId status results { nodes { id status organization { name } } } } } }';
const report =
  'mutation ($id: ID!, $input: ReportResultInput!) { reportResult(id: $id, input: $input) { result { status log result attempt } } }';
const start = 'mutation ($id: ID!) { startResult(id: $id) { result { status attempt startedAt } } }';
const cancel = 'mutation ($id: ID!) { cancelTask(id: $id) { task { status } } }';
const statusOf = 'query ($id: ID!) { task(id: $id) { status finishedAt results { nodes { status } } } }';

const taskFor = (collaboration: string, names: readonly string[], more: Record<string, unknown> = {}) => ({
  input: {
    collaborationId: collaborations[collaboration],
    name: 'Mean age',
    image: 'registry.example.org/mean:1',
    organizations: names.map((name) => ({ organizationId: organizations[name], input: 'column=age' })),
    ...more,
  },
});
/** Creates a task; its id, and the ids of its results by the name of their organization. */
async function made(
  asker: Asker,
  ...args: Parameters<typeof taskFor>
): Promise<{ id: string; jobId: number; results: Record<string, string> }> {
  const { task } = (await data(asker, create, taskFor(...args))).createTask;
  return {
    id: task.id,
    jobId: task.jobId,
    results: Object.fromEntries(task.results.nodes.map((one: any) => [one.organization.name, one.id])),
  };
}
async function authenticate(apiKey: string): Promise<Asker> {
  const { accessToken } = (
    await data(
      {},
      'mutation ($apiKey: String!) { authenticateComputeNode(apiKey: $apiKey) { accessToken viewer { id } } }',
      { apiKey },
    )
  ).authenticateComputeNode;
  return { token: accessToken };
}

beforeAll(async () => {
  server = await startServer();
  root = await createPerson(server, { isSuperAdmin: true });
  [researcher, rival, staff] = [
    await createPerson(server),
    await createPerson(server),
    await createPerson(server, { isAdmin: true }),
  ];
  for (const name of ['Alpha', 'Beta', 'Gamma']) {
    const { organization } = (
      await data(
        root,
        'mutation ($input: CreateOrganizationInput!) { createOrganization(input: $input) { organization { id } } }',
        {
          input: { name, ...(name === 'Beta' ? { publicKey } : {}) },
        },
      )
    ).createOrganization;
    organizations[name] = organization.id;
  }
  for (const [name, encrypted, members] of [
    ['Open', false, ['Alpha', 'Beta']],
    ['Sealed', true, ['Beta', 'Gamma']],
  ] as const) {
    const { collaboration } = (
      await data(
        root,
        'mutation ($input: CreateCollaborationInput!) { createCollaboration(input: $input) { collaboration { id } } }',
        {
          input: { name, encrypted, organizationIds: members.map((one) => organizations[one]) },
        },
      )
    ).createCollaboration;
    collaborations[name] = collaboration.id;
    for (const one of members) {
      const { apiKey } = (
        await data(
          root,
          'mutation ($input: RegisterComputeNodeInput!) { registerComputeNode(input: $input) { apiKey } }',
          {
            input: { collaborationId: collaboration.id, organizationId: organizations[one] },
          },
        )
      ).registerComputeNode;
      keys[`${name} ${one}`] = apiKey;
      nodes[`${name} ${one}`] = await authenticate(apiKey);
    }
  }
  for (const [person, organization, role] of [
    [researcher, 'Alpha', 'Researcher'],
    [rival, 'Gamma', 'Collaboration Admin'],
  ] as const) {
    await data(
      root,
      'mutation ($organizationId: ID!, $userId: ID!) { addMember(organizationId: $organizationId, userId: $userId) { organization { id } } }',
      {
        organizationId: organizations[organization],
        userId: person.id,
      },
    );
    await data(
      root,
      'mutation ($userId: ID!, $roleId: ID!, $organizationId: ID) { assignRole(userId: $userId, roleId: $roleId, organizationId: $organizationId) { user { id } } }',
      {
        userId: person.id,
        roleId: encodeId('Role', defaultRoleId(role)),
        organizationId: organizations[organization],
      },
    );
  }
});
afterAll(() => server.close());

describe('a task', () => {
  it('runs to completion with a subtask that its container made, and others see nothing of it', async () => {
    const task = await made(researcher, 'Open', ['Alpha', 'Beta'], { databases: ['default'] });
    const [alpha, beta] = [nodes['Open Alpha'], nodes['Open Beta']];

    // Each compute node sees its own result with the input, and the task; not the other's.
    const seen = await data(
      alpha,
      '{ tasks { nodes { id name databases results { totalCount nodes { id input status } } } } }',
    );
    expect(seen.tasks.nodes[0]).toMatchObject({
      id: task.id,
      databases: ['default'],
      results: { totalCount: 1, nodes: [{ id: task.results.Alpha, input: 'column=age', status: 'PENDING' }] },
    });
    expect(await code(alpha, start, { id: task.results.Beta })).toBe('NOT_FOUND');

    await data(alpha, report, { id: task.results.Alpha, input: { status: 'INITIALIZING' } });
    expect((await data(researcher, statusOf, { id: task.id })).task.status).toBe('INITIALIZING');
    const first = (await data(alpha, start, { id: task.results.Alpha })).startResult.result;
    expect((await data(alpha, start, { id: task.results.Alpha })).startResult.result).toEqual(first);

    // The container makes a subtask with its own token, for the very same image.
    const token =
      'mutation ($taskId: ID!, $image: String!) { createContainerToken(taskId: $taskId, image: $image) { token expiresAt } }';
    expect(await code(alpha, token, { taskId: task.id, image: 'registry.example.org/mean:2' })).toBe(
      'FORBIDDEN',
    );
    expect(await code(researcher, token, { taskId: task.id, image: 'registry.example.org/mean:1' })).toBe(
      'FORBIDDEN',
    );
    const container: Asker = {
      token: (await data(alpha, token, { taskId: task.id, image: 'registry.example.org/mean:1' }))
        .createContainerToken.token,
    };
    expect(
      await code(
        container,
        create,
        taskFor('Open', ['Beta'], { image: 'evil.example.org/registry.example.org/mean:1' }),
      ),
    ).toBe('FORBIDDEN');
    expect(await code(container, create, taskFor('Sealed', ['Beta']))).toBe('NOT_FOUND');
    const subtask = await made(container, 'Open', ['Beta'], { name: 'Part' });
    expect(subtask.jobId).toBe(task.jobId);
    const tree = await data(
      researcher,
      'query ($id: ID!) { task(id: $id) { children { nodes { id name creator { id } initiator { name } parent { id } } } } }',
      { id: task.id },
    );
    expect(tree.task.children.nodes).toEqual([
      {
        id: subtask.id,
        name: 'Part',
        creator: { id: researcher.id },
        initiator: { name: 'Alpha' },
        parent: { id: task.id },
      },
    ]);

    // Ports: told by the compute node of the subtask; its relatives reach it by address and label alone.
    const port =
      'mutation ($input: CreateAlgorithmPortInput!) { createAlgorithmPort(input: $input) { algorithmPort { id address } } }';
    await data(beta, port, {
      input: { resultId: subtask.results.Beta, port: 8888, label: 'http', host: '10.76.0.3' },
    });
    expect(
      await code(alpha, port, { input: { resultId: subtask.results.Beta, port: 8889, host: '10.76.0.3' } }),
    ).toBe('NOT_FOUND');
    const reached = await data(
      container,
      'query ($id: ID!) { task(id: $id) { children { nodes { results { nodes { ports { nodes { label address port } } } } } } } }',
      { id: task.id },
    );
    expect(reached.task.children.nodes[0].results.nodes[0].ports.nodes).toEqual([
      { label: 'http', address: '10.76.0.3:8888', port: 8888 },
    ]);

    await data(beta, start, { id: subtask.results.Beta });
    await data(beta, report, { id: subtask.results.Beta, input: { status: 'COMPLETED', result: '41.5' } });
    expect(
      (await data(container, 'query ($id: ID!) { result(id: $id) { result } }', { id: subtask.results.Beta }))
        .result.result,
    ).toBe('41.5');
    expect(await code(container, start, { id: subtask.results.Beta })).toBe('FORBIDDEN');

    await data(alpha, report, { id: task.results.Alpha, input: { status: 'ACTIVE', log: 'half way\n' } });
    await data(alpha, 'mutation ($id: ID!) { appendResultLog(id: $id, text: "done\\n") }', {
      id: task.results.Alpha,
    });
    const last = (
      await data(alpha, report, { id: task.results.Alpha, input: { status: 'COMPLETED', result: '40.2' } })
    ).reportResult.result;
    expect(last).toEqual({ status: 'COMPLETED', log: 'half way\ndone\n', result: '40.2', attempt: 1 });
    expect(
      (await data(alpha, report, { id: task.results.Alpha, input: { status: 'COMPLETED', result: 'again' } }))
        .reportResult.result.result,
    ).toBe('40.2');
    expect(await code(alpha, report, { id: task.results.Alpha, input: { status: 'FAILED' } })).toBe(
      'CONFLICT',
    );
    // The container's token ends with the result that it was made for.
    expect(await code(container, '{ tasks { totalCount } }')).toBe('UNAUTHENTICATED');

    await data(beta, start, { id: task.results.Beta });
    await data(beta, report, { id: task.results.Beta, input: { status: 'COMPLETED', result: '44' } });
    const finished = (await data(researcher, statusOf, { id: task.id })).task;
    expect(finished.status).toBe('COMPLETED');
    expect(finished.finishedAt).not.toBeNull();

    // The other collaboration: its people, its compute nodes, staff and nobody, on every path.
    for (const other of [rival, nodes['Sealed Gamma'], nodes['Sealed Beta'], staff, {}]) {
      const answer = await data(
        other,
        `query ($task: ID!, $result: ID!, $collaboration: ID!) {
          tasks { totalCount nodes { id } } task(id: $task) { id } result(id: $result) { id } a: node(id: $task) { id } b: node(id: $result) { id }
          collaboration(id: $collaboration) { name } collaborations { nodes { name tasks { totalCount } } }
          organizations { nodes { name tasks { totalCount } } } computeNodes { nodes { collaboration { name } } }
          c: permission(action: VIEW, id: $task) { reason } d: permission(action: VIEW, id: $result) { reason }
          e: tasks(filter: { parent: { equals: $task } }) { totalCount } f: tasks(filter: { not: { jobId: { equals: 0 } } }) { totalCount } g: tasks(orderBy: FINISHED_AT_DESC) { edges { cursor } }
        }`,
        { task: task.id, result: task.results.Beta, collaboration: collaborations.Open },
      );
      const hidden = { reason: 'NOT_FOUND' };
      expect(answer).toMatchObject({
        c: hidden,
        d: hidden,
        e: { totalCount: 0 },
        f: { totalCount: 0 },
        g: { edges: [] },
      });
      expect(answer).toMatchObject({
        tasks: { totalCount: 0, nodes: [] },
        task: null,
        result: null,
        a: null,
        b: null,
        collaboration: null,
      });
      expect(JSON.stringify(answer)).not.toContain('"totalCount":1');
      expect(JSON.stringify(answer)).not.toContain('Open');
      for (const write of [cancel, 'mutation ($id: ID!) { deleteTask(id: $id) { deletedId } }'])
        expect(await code(other, write, { id: task.id })).toBe(
          'token' in other ? 'NOT_FOUND' : 'UNAUTHENTICATED',
        );
    }
  });

  it('is made only by who may, and tells nothing to anybody else', async () => {
    expect(await code(null, create, taskFor('Open', ['Alpha']))).toBe('UNAUTHENTICATED');
    for (const other of [rival, staff])
      expect(await code(other, create, taskFor('Open', ['Gamma']))).toBe('NOT_FOUND');
    expect(await code(nodes['Open Alpha'], create, taskFor('Open', ['Alpha']))).toBe('FORBIDDEN');
    // Even Root needs an organization of their own in the collaboration.
    expect(await code(root, create, taskFor('Open', ['Alpha']))).toBe('FORBIDDEN');
    const refused = async (input: object) =>
      (await server.ask(create, { input: { ...taskFor('Open', ['Alpha']).input, ...input } }, researcher))
        .errors![0].extensions;
    expect(await refused({ organizations: [] })).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: ['input', 'organizations'] }],
    });
    expect(
      await refused({ organizations: [{ organizationId: organizations.Gamma, input: 'a' }] }),
    ).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [
        {
          path: ['input', 'organizations', 0, 'organizationId'],
          message: 'is no member of the collaboration',
        },
      ],
    });
    expect(await refused({ organizations: [{ organizationId: organizations.Alpha }] })).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: ['input', 'organizations', 0, 'input'] }],
    });
    expect(
      await refused({
        organizations: [0, 1].map(() => ({ organizationId: organizations.Alpha, input: 'a' })),
      }),
    ).toMatchObject({ fields: [{ path: ['input', 'organizations', 1, 'organizationId'] }] });
    expect(
      await refused({
        organizations: [{ organizationId: organizations.Alpha, input: encrypt('a', publicKey) }],
      }),
    ).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await refused({ initiatorId: organizations.Beta })).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refused({ image: ' ' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: ['input', 'image'] }],
    });
    expect((await server.sql('SELECT count(*)::int AS n FROM tasks WHERE image = $1', [' ']))[0].n).toBe(0);
  });

  it('respects whom its compute nodes work for', async () => {
    const configure =
      'mutation ($input: ComputeNodeConfigurationInput!) { reportComputeNodeConfiguration(input: $input) { computeNode { id } } }';
    await data(nodes['Open Beta'], configure, {
      input: { databases: [{ label: 'default' }], allowedUserIds: [rival.id] },
    });
    const refused = await server.ask(create, taskFor('Open', ['Alpha', 'Beta']), researcher);
    expect(refused.errors![0].extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: ['input', 'organizations', 1, 'organizationId'] }],
    });
    await data(nodes['Open Beta'], configure, {
      input: { databases: [], allowedUserIds: [rival.id], allowedOrganizationIds: [organizations.Alpha] },
    });
    await made(researcher, 'Open', ['Alpha', 'Beta']);
    await data(nodes['Open Beta'], configure, { input: { databases: [] } });
  });

  it('is canceled with all that comes from it; what is final stays, and compute nodes acknowledge', async () => {
    const task = await made(researcher, 'Open', ['Alpha', 'Beta']);
    const [alpha, beta] = [nodes['Open Alpha'], nodes['Open Beta']];
    await data(beta, start, { id: task.results.Beta });
    await data(beta, report, { id: task.results.Beta, input: { status: 'COMPLETED', result: '1' } });
    await data(alpha, start, { id: task.results.Alpha });
    const { token } = (
      await data(
        alpha,
        'mutation ($taskId: ID!, $image: String!) { createContainerToken(taskId: $taskId, image: $image) { token } }',
        { taskId: task.id, image: 'registry.example.org/mean:1' },
      )
    ).createContainerToken;
    const subtask = await made({ token }, 'Open', ['Beta']);
    expect(await code(alpha, cancel, { id: task.id })).toBe('FORBIDDEN');
    expect((await data(researcher, cancel, { id: task.id })).cancelTask.task.status).toBe('CANCELED');
    expect((await data(researcher, cancel, { id: task.id })).cancelTask.task.status).toBe('CANCELED');
    expect((await data(researcher, statusOf, { id: subtask.id })).task.status).toBe('CANCELED');
    const states = (
      await data(
        researcher,
        'query ($id: ID!) { task(id: $id) { results { nodes { status organization { name } } } } }',
        { id: task.id },
      )
    ).task.results.nodes;
    expect(states).toEqual(
      expect.arrayContaining([
        { status: 'COMPLETED', organization: { name: 'Beta' } },
        { status: 'CANCELED', organization: { name: 'Alpha' } },
      ]),
    );
    expect(await code({ token }, '{ viewer { id } }')).toBe('UNAUTHENTICATED');

    const acknowledge =
      'mutation ($id: ID!) { acknowledgeCancel(resultId: $id) { result { cancelAcknowledgedAt } } }';
    expect(
      await code(alpha, report, { id: task.results.Alpha, input: { status: 'COMPLETED', result: 'late' } }),
    ).toBe('CONFLICT');
    await data(alpha, 'mutation ($id: ID!) { appendResultLog(id: $id, text: "stopped") }', {
      id: task.results.Alpha,
    });
    const once = (await data(alpha, acknowledge, { id: task.results.Alpha })).acknowledgeCancel.result;
    expect((await data(alpha, acknowledge, { id: task.results.Alpha })).acknowledgeCancel.result).toEqual(
      once,
    );
    expect(await code(beta, acknowledge, { id: task.results.Beta })).toBe('CONFLICT');
    expect(await code(researcher, cancel, { id: (await finishedTask()).id })).toBe('CONFLICT');
  });

  it('is given up by its compute node, which says CANCELED: final, and acknowledged by that', async () => {
    const stopped =
      'query ($id: ID!) { task(id: $id) { status finishedAt results { nodes { status canceledAt cancelAcknowledgedAt log } } } }';
    for (const begin of ['PENDING', 'INITIALIZING', 'ACTIVE']) {
      const task = await made(researcher, 'Open', ['Alpha']);
      const alpha = nodes['Open Alpha'];
      const id = task.results.Alpha;
      if (begin !== 'PENDING') await data(alpha, report, { id, input: { status: begin } });
      expect(await code(nodes['Open Beta'], report, { id, input: { status: 'CANCELED' } })).toBe('NOT_FOUND');
      await data(alpha, report, { id, input: { status: 'CANCELED', log: 'no room' } });
      const { status, finishedAt, results } = (await data(researcher, stopped, { id: task.id })).task;
      const at = expect.any(String);
      expect([status, finishedAt, results.nodes]).toEqual([
        'CANCELED',
        at,
        [{ status: 'CANCELED', canceledAt: at, cancelAcknowledgedAt: at, log: 'no room' }],
      ]);
      expect(await code(alpha, report, { id, input: { status: 'COMPLETED' } })).toBe('CONFLICT');
    }
  });

  it('is deleted once it is finished, with what comes from it', async () => {
    const remove = 'mutation ($id: ID!) { deleteTask(id: $id) { deletedId } }';
    const open = await made(researcher, 'Open', ['Alpha']);
    expect(await code(researcher, remove, { id: open.id })).toBe('CONFLICT');
    expect(await code(rival, remove, { id: open.id })).toBe('NOT_FOUND');
    const { id, results } = await finishedTask();
    expect(await code(nodes['Open Alpha'], remove, { id })).toBe('FORBIDDEN');
    expect((await data(researcher, remove, { id })).deleteTask.deletedId).toBe(id);
    expect(
      await data(root, 'query ($id: ID!, $result: ID!) { task(id: $id) { id } result(id: $result) { id } }', {
        id,
        result: results.Alpha,
      }),
    ).toEqual({ task: null, result: null });
  });
});

async function finishedTask() {
  const task = await made(researcher, 'Open', ['Alpha']);
  await data(nodes['Open Alpha'], report, { id: task.results.Alpha, input: { status: 'NO_IMAGE' } });
  return task;
}

describe('who did what', () => {
  it('names the compute node, and the task of a container, in every activity of theirs', async () => {
    const task = await made(researcher, 'Open', ['Alpha', 'Beta']);
    const alpha = nodes['Open Alpha'];
    await data(alpha, start, { id: task.results.Alpha });
    const { token } = (
      await data(
        alpha,
        'mutation ($id: ID!, $image: String!) { createContainerToken(taskId: $id, image: $image) { token } }',
        { id: task.id, image: 'registry.example.org/mean:1' },
      )
    ).createContainerToken;
    const subtask = await made({ token }, 'Open', ['Beta']);
    const port = (
      await data(
        alpha,
        'mutation ($input: CreateAlgorithmPortInput!) { createAlgorithmPort(input: $input) { algorithmPort { id } } }',
        { input: { resultId: task.results.Alpha, port: 1, host: 'h' } },
      )
    ).createAlgorithmPort.algorithmPort.id;
    await data(
      alpha,
      'mutation ($input: ComputeNodeConfigurationInput!) { reportComputeNodeConfiguration(input: $input) { computeNode { id } } }',
      { input: { databases: [] } },
    );
    await data(alpha, report, { id: task.results.Alpha, input: { status: 'COMPLETED' } });

    const [{ id: node }] = (
      await data(alpha, '{ computeNodes { nodes { id organization { id } } } }')
    ).computeNodes.nodes.filter((one: any) => one.organization.id === organizations.Alpha);
    const told = async (filter: Record<string, unknown>, asker = root) =>
      (
        await data(
          asker,
          'query ($filter: ActivityFilter) { activities(filter: $filter, first: 100) { nodes { action objectId objectType actorKind actor { id } computeNode { id } taskId task { id } } } }',
          { filter },
        )
      ).activities.nodes;
    const byNode = (action: string, objectType: string, objectId: string) => ({
      action,
      objectType,
      objectId,
      actorKind: 'computeNode',
      actor: null,
      computeNode: { id: node },
      taskId: null,
      task: null,
    });
    const all = await told({ computeNode: { equals: node }, actorKind: { equals: 'computeNode' } });
    expect(all).toEqual(
      expect.arrayContaining([
        byNode('CREATE_TOKEN', 'Result', task.results.Alpha),
        byNode('CREATE', 'AlgorithmPort', port),
        byNode('UPDATE', 'ComputeNode', node),
        byNode('UPDATE', 'Result', task.results.Alpha),
      ]),
    );
    const byContainer = {
      action: 'CREATE',
      actorKind: 'container',
      actor: null,
      computeNode: { id: node },
      taskId: task.id,
      task: { id: task.id },
    };
    expect(await told({ task: { equals: task.id } })).toEqual(
      expect.arrayContaining([
        { ...byContainer, objectType: 'Task', objectId: subtask.id },
        { ...byContainer, objectType: 'Result', objectId: subtask.results.Beta },
      ]),
    );
    // Staff without a role see no tasks and compute nodes: of the container they get the id of its task alone.
    expect(await told({ object: { equals: subtask.id } }, staff)).toEqual([
      { ...byContainer, objectType: 'Task', objectId: subtask.id, computeNode: null, task: null },
    ]);
    expect(
      (await told({ object: { equals: task.id }, action: { equals: 'CREATE' } })).map((one: any) => [
        one.actorKind,
        one.actor.id,
        one.computeNode,
      ]),
    ).toEqual([['user', researcher.id, null]]);
    for (const asker of [alpha, researcher])
      expect((await data(asker, '{ activities { totalCount } }')).activities.totalCount).toBe(0);
    await data(researcher, cancel, { id: task.id });
  });
});

describe('a result that nobody has begun with', () => {
  it('says whom it waits for, to those who may view its compute node, and is found by it', async () => {
    const task = await made(researcher, 'Open', ['Alpha', 'Beta']);
    const alpha = uuidOfArgument('Organization', organizations.Alpha);
    const collaboration = uuidOfArgument('Collaboration', collaborations.Open);
    await server.sql(
      "UPDATE compute_nodes SET online_until = CASE WHEN organization_id = $1 THEN now() + interval '1 minute' END WHERE collaboration_id = $2",
      [alpha, collaboration],
    );
    const waiting =
      'query ($id: ID!) { task(id: $id) { results { nodes { organization { name } waitingFor } } offline: results(filter: { waitingFor: { equals: OFFLINE_COMPUTE_NODE } }) { totalCount nodes { id } } } }';
    const ask = async (asker: Asker): Promise<Record<string, unknown>> => {
      const { task: seen } = await data(asker, waiting, { id: task.id });
      return {
        ...Object.fromEntries(seen.results.nodes.map((one: any) => [one.organization.name, one.waitingFor])),
        offline: seen.offline.nodes.map((one: any) => one.id),
      };
    };
    expect(await ask(researcher)).toEqual({
      Alpha: 'COMPUTE_NODE',
      Beta: 'OFFLINE_COMPUTE_NODE',
      offline: [task.results.Beta],
    });
    await server.sql(
      "UPDATE compute_nodes SET online_until = now() - interval '1 second' WHERE organization_id = $1",
      [alpha],
    );
    expect((await ask(researcher)).Alpha).toBe('OFFLINE_COMPUTE_NODE');

    // Whoever sees the result and not the machine does not learn when that is off; not by a filter either.
    const narrow = await createPerson(server);
    await holdRules(
      server,
      narrow,
      [{ resource: 'result', operation: 'VIEW', scope: 'COLLABORATION' }],
      alpha,
    );
    const read = await server.ask(
      'query ($id: ID!) { result(id: $id) { status waitingFor } }',
      { id: task.results.Beta },
      narrow,
    );
    expect(read.data).toEqual({ result: { status: 'PENDING', waitingFor: null } });
    expect(read.errors).toMatchObject([
      { path: ['result', 'waitingFor'], extensions: { code: 'FORBIDDEN', field: 'Result.waitingFor' } },
    ]);

    // Begun with, it waits for nobody; and where its compute node was deleted, for the next one.
    await data(nodes['Open Beta'], start, { id: task.results.Beta });
    expect((await ask(researcher)).Beta).toBeNull();
    const admin = await createPerson(server, { isSuperAdmin: true });
    const parked = await made(researcher, 'Open', ['Alpha']);
    const [{ id }] = await server.sql(
      'SELECT id FROM compute_nodes WHERE organization_id = $1 AND collaboration_id = $2',
      [alpha, collaboration],
    );
    await server.sql('UPDATE results SET compute_node_id = NULL WHERE id = $1', [
      uuidOfArgument('Result', parked.results.Alpha),
    ]);
    expect(
      (await data(admin, 'query ($id: ID!) { result(id: $id) { waitingFor } }', { id: parked.results.Alpha }))
        .result,
    ).toEqual({ waitingFor: 'NEW_COMPUTE_NODE' });
    await server.sql('UPDATE results SET compute_node_id = $2 WHERE id = $1', [
      uuidOfArgument('Result', parked.results.Alpha),
      id,
    ]);
    for (const one of [task, parked]) await data(researcher, cancel, { id: one.id });
  });
});

describe('an encrypted collaboration', () => {
  it('takes ciphertext alone, and hands it on as it is', async () => {
    const readable = await server.ask(create, { input: { ...taskFor('Sealed', ['Beta']).input } }, rival);
    expect(readable.errors![0].extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: ['input', 'organizations', 0, 'input'] }],
    });
    const { publicKey: known } = (
      await data(rival, 'query ($id: ID!) { organization(id: $id) { publicKey } }', {
        id: organizations.Beta,
      })
    ).organization;
    const task = await made(rival, 'Sealed', ['Beta'], {
      organizations: [{ organizationId: organizations.Beta, input: encrypt('secret', known) }],
    });
    const beta = nodes['Sealed Beta'];
    const { input } = (
      await data(beta, 'query ($id: ID!) { result(id: $id) { input } }', { id: task.results.Beta })
    ).result;
    expect(decrypt(input, privateKey).toString()).toBe('secret');
    await data(beta, start, { id: task.results.Beta });
    expect(
      await code(beta, report, { id: task.results.Beta, input: { status: 'COMPLETED', result: 'readable' } }),
    ).toBe('BAD_USER_INPUT');
    // Refused as a whole: the step was not made either.
    expect((await data(rival, statusOf, { id: task.id })).task.status).toBe('ACTIVE');
    await data(beta, report, {
      id: task.results.Beta,
      input: { status: 'COMPLETED', result: encrypt('42', publicKey) },
    });
    expect((await data(rival, statusOf, { id: task.id })).task.status).toBe('COMPLETED');
    // The same organization's compute node of the other collaboration sees nothing of it.
    expect(
      (await data(nodes['Open Beta'], 'query ($id: ID!) { task(id: $id) { id } }', { id: task.id })).task,
    ).toBeNull();
  });
});

describe('a large input or result', () => {
  const put = async (asker: Asker, body: string) => {
    const response = await fetch(`${server.url}/payloads`, {
      method: 'PUT',
      body,
      headers: asker.token ? { authorization: `Bearer ${asker.token}` } : {},
    });
    return {
      status: response.status,
      ...((await response.json()) as { id?: string; errors?: { extensions: { code: string } }[] }),
    };
  };

  it('goes by PUT /payloads, is named once by whoever sent it, and comes back by a signed link', async () => {
    const body = 'x'.repeat(3_000_000);
    expect((await put({}, body)).errors![0].extensions.code).toBe('UNAUTHENTICATED');
    expect((await put(staff, body)).errors![0].extensions.code).toBe('FORBIDDEN');
    const { id: payloadId } = await put(researcher, body);
    const withPayload = { organizations: [{ organizationId: organizations.Alpha, payloadId }] };
    expect(
      await code(
        rival,
        create,
        taskFor('Sealed', ['Beta'], { organizations: [{ organizationId: organizations.Beta, payloadId }] }),
      ),
    ).toBe('NOT_FOUND');
    const task = await made(researcher, 'Open', ['Alpha'], withPayload);
    expect(await code(researcher, create, taskFor('Open', ['Alpha'], withPayload))).toBe('NOT_FOUND');
    const alpha = nodes['Open Alpha'];
    const { result } = await data(alpha, 'query ($id: ID!) { result(id: $id) { input inputUrl } }', {
      id: task.results.Alpha,
    });
    expect(result.input).toBeNull();
    expect(await (await fetch(local(result.inputUrl))).text()).toBe(body);
    expect(
      (await fetch(local(result.inputUrl).replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')))).status,
    ).toBe(404);

    await data(alpha, start, { id: task.results.Alpha });
    expect(
      await code(alpha, report, { id: task.results.Alpha, input: { status: 'COMPLETED', result: body } }),
    ).toBe('BAD_USER_INPUT');
    const answer = await put(alpha, body.toUpperCase());
    expect(
      await code(nodes['Open Beta'], report, {
        id: task.results.Alpha,
        input: { status: 'COMPLETED', payloadId: answer.id },
      }),
    ).toBe('NOT_FOUND');
    await data(alpha, report, {
      id: task.results.Alpha,
      input: { status: 'COMPLETED', payloadId: answer.id },
    });
    const read = (
      await data(researcher, 'query ($id: ID!) { result(id: $id) { result resultUrl } }', {
        id: task.results.Alpha,
      })
    ).result;
    expect(read.result).toBeNull();
    expect(await (await fetch(local(read.resultUrl))).text()).toBe(body.toUpperCase());
  });

  /** Links begin with PUBLIC_URL, which is not where a test's server listens. */
  const local = (url: string) => url.replace(/^https?:\/\/[^/]+/, server.url);
});
