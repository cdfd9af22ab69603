/**
 * The matrix of tasks, results and ports: every rule that reaches them at every scope, over rows inside and outside of
 * it, on every path; then those who hold no rules: compute nodes, containers, creators, staff. Judged by equality against
 * the tables read by hand.
 *
 * Rules are held in Alpha of rules.world.ts: Alpha and Beta are in X, Beta and Delta in Z, Gamma alone in Y.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CatalogueRule, RuleScope } from '../../src/permissions/rules.ts';
import { catalogue, scopesOf } from '../../src/permissions/rules.ts';
import { issueMachineTokens } from '../../src/platform/auth/tokens.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person, PersonOptions } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { holdRules } from '../kit/collaborations.ts';
import type { Asker, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import type { Org, World } from './rules.world.ts';
import { createRulesWorld } from './rules.world.ts';

type Type = 'Task' | 'Result' | 'AlgorithmPort';
interface TaskRow {
  readonly type: 'Task';
  readonly name: string;
  readonly id: string;
  readonly uuid: string;
  readonly col: 'X' | 'Y' | 'Z' | null;
  readonly initiator: Org | null;
  readonly parent: TaskRow | null;
  readonly isOwn: boolean;
}
/** A result, or the port of one. */
interface PartRow {
  readonly type: 'Result' | 'AlgorithmPort';
  readonly name: string;
  readonly id: string;
  readonly uuid: string;
  readonly task: TaskRow;
  readonly org: Org | null;
}
type AnyRow = TaskRow | PartRow;

let server: TestServer;
let world: World;
let someone: Person;
const tasks: TaskRow[] = [];
const results: PartRow[] = [];
const ports: PartRow[] = [];
const rowsOf = (type: Type): readonly AnyRow[] =>
  ({ Task: tasks, Result: results, AlgorithmPort: ports })[type];

beforeAll(async () => {
  server = await startServer({
    COMPILE_AFTER: '3',
    MAX_ALIASES: '5000',
    MAX_TOKENS: '100000',
    MAX_COST_SIGNED_IN: '1000000',
  });
  world = await createRulesWorld(server);
  someone = await createPerson(server);
  const inX = await addTask('Alpha in X', 'X', 'Alpha', ['Alpha', 'Beta']);
  await addTask('Beta in X', 'X', 'Beta', ['Alpha', 'Beta']);
  await addTask('Beta for itself in X', 'X', 'Beta', ['Beta']);
  await addTask('Beta in Z', 'Z', 'Beta', ['Beta', 'Delta']);
  await addTask('Gamma in Y', 'Y', 'Gamma', ['Gamma']);
  const part = await addTask('part', 'X', 'Alpha', ['Beta'], { parent: inX });
  await addTask('other part', 'X', 'Alpha', ['Alpha'], { parent: inX });
  await addTask('part of the part', 'X', 'Alpha', ['Alpha'], { parent: part });
  await addTask('own in Z', 'Z', 'Delta', ['Delta'], { isOwn: true });
  await addTask('run', null, null, [null]);
  await addTask('own run', null, null, [null], { isOwn: true });
});
afterAll(() => server.close());

async function addTask(
  name: string,
  col: TaskRow['col'],
  initiator: Org | null,
  to: readonly (Org | null)[],
  { parent = null, isOwn = false }: { parent?: TaskRow | null; isOwn?: boolean } = {},
): Promise<TaskRow> {
  const uuid = randomUUID();
  const task: TaskRow = {
    type: 'Task',
    name,
    uuid,
    id: encodeId('Task', uuid),
    col,
    initiator,
    parent,
    isOwn,
  };
  await server.sql(
    `INSERT INTO tasks (id, name, image, job_id, collaboration_id, initiator_id, parent_id, creator_id) VALUES ($1, $2, 'image', 1, $3, $4, $5, $6)`,
    [
      uuid,
      name,
      col && world.cols[col],
      initiator && world.orgs[initiator],
      parent && parent.uuid,
      someone.userId,
    ],
  );
  tasks.push(task);
  for (const org of to) {
    const [result, port] = [randomUUID(), randomUUID()];
    const computeNode = org && col ? nodeOf(org, col) : null;
    await server.sql(
      `INSERT INTO results (id, task_id, organization_id, compute_node_id, input, deadline_at) VALUES ($1, $2, $3, $4, 'in', now() + interval '1 day')`,
      [result, uuid, org && world.orgs[org], computeNode],
    );
    await server.sql(
      `INSERT INTO algorithm_ports (id, result_id, port, label, address) VALUES ($1, $2, 8888, 'http', 'host:8888')`,
      [port, result],
    );
    results.push({
      type: 'Result',
      name: `${org} of ${name}`,
      uuid: result,
      id: encodeId('Result', result),
      task,
      org,
    });
    ports.push({
      type: 'AlgorithmPort',
      name: `port at ${org} of ${name}`,
      uuid: port,
      id: encodeId('AlgorithmPort', port),
      task,
      org,
    });
  }
  return task;
}
const nodeOf = (org: string, col: string) =>
  world.rows.find(({ type, name }) => type === 'ComputeNode' && name === `${org} in ${col}`)!.uuid;
const taskNamed = (name: string) => tasks.find((task) => task.name === name)!;
const ofTask = (rows: readonly PartRow[], ...names: string[]) =>
  rows.filter(({ task }) => names.includes(task.name));

/** Somebody with these rules in Alpha, who made the tasks that are `isOwn`. */
async function passing(rules: readonly CatalogueRule[], options: PersonOptions = {}): Promise<Person> {
  const person = await createPerson(server, options);
  await holdRules(server, person, rules, world.orgs.Alpha);
  await owns(person);
  return person;
}
async function owns(person: Person): Promise<void> {
  await server.sql('UPDATE tasks SET creator_id = $1 WHERE id = ANY($2::uuid[])', [
    person.userId,
    tasks.filter(({ isOwn }) => isOwn).map(({ uuid }) => uuid),
  ]);
}
const seeing = (...resources: readonly CatalogueRule['resource'][]) =>
  resources.map((resource) => ({ resource, operation: 'VIEW', scope: 'GLOBAL' }) as const);

/** Whether a row is in the scope of a rule held in Alpha: the table of scopes, read by hand. */
function isInScope(scope: RuleScope, row: AnyRow): boolean {
  const task = row.type === 'Task' ? row : row.task;
  if (scope === 'GLOBAL') return true;
  if (scope === 'OWN') return row.type !== 'AlgorithmPort' && task.isOwn;
  const inOrganization = task.initiator === 'Alpha' || (row.type !== 'Task' && row.org === 'Alpha');
  const narrower = inOrganization || isInScope('OWN', row);
  return scope === 'ORGANIZATION' ? narrower : narrower || task.col === 'X';
}
/** What somebody sees without any rule: runs of the lab that they started, all of them as staff. */
const isRunOf = (row: AnyRow, isStaff = false) =>
  row.type !== 'AlgorithmPort' &&
  (row.type === 'Task' ? row : row.task).col === null &&
  (isStaff || (row.type === 'Task' ? row : row.task).isOwn);

const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id).sort();
const names = (rows: readonly AnyRow[]) => rows.map(({ name }) => name).sort();
async function data(
  asker: Asker,
  document: string,
  variables?: Record<string, unknown>,
): Promise<Record<string, any>> {
  const answer = await server.ask(document, variables, asker);
  expect(answer.errors).toBeUndefined();
  return answer.data!;
}
async function askEach<T extends { readonly id: string }>(
  asker: Asker,
  field: (id: string) => string,
  rows: readonly T[],
): Promise<any[]> {
  const answer = await data(asker, `{ ${rows.map(({ id }, at) => `a${at}: ${field(id)}`).join('\n')} }`);
  return rows.map((_, at) => answer[`a${at}`]);
}

/** Every path to single rows: the root field, node, the decision, and what of them exists for writes. */
async function expectSeen(asker: Asker, type: Type, expected: readonly AnyRow[]): Promise<void> {
  const rows = rowsOf(type);
  const kept = (answers: unknown[]) => rows.filter((_, at) => answers[at]);
  expect(
    names(
      kept(
        await askEach(asker, (id) => `node(id: "${id}") { id ... on ${type} { createdAt viewerCan } }`, rows),
      ),
    ),
  ).toEqual(names(expected));
  if (type !== 'AlgorithmPort')
    expect(
      names(kept(await askEach(asker, (id) => `${type.toLowerCase()}(id: "${id}") { id }`, rows))),
    ).toEqual(names(expected));
  const decided = await askEach(
    asker,
    (id) => `permission(action: VIEW, id: "${id}") { allowed reason }`,
    rows,
  );
  expect(decided).toEqual(
    rows.map((row) =>
      expected.includes(row) ? { allowed: true, reason: 'ALLOWED' } : { allowed: false, reason: 'NOT_FOUND' },
    ),
  );
}

/**
 * The root list, its count, its edges, and filters that would tell of hidden rows: what the asker may not view (by node)
 * is none to a filter. Returns which of the rows that are filtered by they view.
 */
async function expectListed(
  asker: Asker,
  expected: readonly TaskRow[],
): Promise<Record<'x' | 'z' | 'initiator' | 'creator' | 'parent', boolean>> {
  const document = `query ($ids: [ID!], $x: ID!, $z: ID!, $initiator: ID!, $creator: ID!, $parent: ID!) {
    all: tasks(first: 100) { totalCount nodes { id } edges { node { id } } }
    some: tasks(filter: { id: { in: $ids } }) { totalCount }
    none: tasks(filter: { not: { id: { in: $ids } } }) { totalCount }
    x: tasks(first: 100, filter: { collaboration: { equals: $x } }) { totalCount nodes { id } }
    z: tasks(first: 100, filter: { or: [{ collaboration: { equals: $z } }, { name: { equals: "Gamma in Y" } }] }) { nodes { id } }
    initiated: tasks(first: 100, filter: { initiator: { equals: $initiator } }) { nodes { id } }
    made: tasks(first: 100, filter: { creator: { equals: $creator } }) { nodes { id } }
    parts: tasks(first: 100, filter: { parent: { equals: $parent } }) { nodes { id } }
    pending: tasks(filter: { status: { equals: PENDING }, jobId: { equals: 1 } }) { totalCount }
  }`;
  const targets = {
    x: encodeId('Collaboration', world.cols.X),
    z: encodeId('Collaboration', world.cols.Z),
    initiator: encodeId('Organization', world.orgs.Beta),
    creator: someone.id,
    parent: taskNamed('Alpha in X').id,
  };
  const viewed = await askEach(
    asker,
    (id) => `node(id: "${id}") { id }`,
    Object.values(targets).map((id) => ({ id })),
  );
  const sees = Object.fromEntries(
    Object.keys(targets).map((key, at) => [key, viewed[at] !== null]),
  ) as Record<keyof typeof targets, boolean>;
  const answer = await data(asker, document, { ids: ids(tasks), ...targets });
  const { all, some, none, pending, ...filtered } = answer;
  expect(ids(all.nodes)).toEqual(ids(expected));
  expect(ids(all.edges.map(({ node }: any) => node))).toEqual(ids(expected));
  expect([all.totalCount, some.totalCount, none.totalCount, pending.totalCount]).toEqual([
    expected.length,
    expected.length,
    0,
    expected.length,
  ]);
  expect(filtered.x.totalCount).toBe(expected.filter(({ col }) => sees.x && col === 'X').length);
  const found = Object.fromEntries(
    Object.entries(filtered).map(([key, { nodes }]: [string, any]) => [key, ids(nodes)]),
  );
  expect(found).toEqual({
    x: ids(expected.filter(({ col }) => sees.x && col === 'X')),
    z: ids(expected.filter(({ col }) => (sees.z && col === 'Z') || col === 'Y')),
    initiated: ids(expected.filter(({ initiator }) => sees.initiator && initiator === 'Beta')),
    made: ids(expected.filter(({ isOwn }) => sees.creator && !isOwn)),
    parts: ids(expected.filter(({ parent }) => sees.parent && parent?.name === 'Alpha in X')),
  });
  return sees;
}

/** The rows below each parent, which the asker sees all of. */
async function expectNested(
  asker: Asker,
  parentType: string,
  parents: readonly { readonly id: string }[],
  field: string,
  expected: (parent: any) => readonly AnyRow[],
): Promise<void> {
  const answers = await askEach(
    asker,
    (id) =>
      `node(id: "${id}") { ... on ${parentType} { list: ${field}(first: 100) { totalCount nodes { id } } } }`,
    parents,
  );
  for (const [at, parent] of parents.entries()) {
    const { totalCount, nodes } = answers[at].list;
    expect([parentType, field, totalCount, ids(nodes)]).toEqual([
      parentType,
      field,
      expected(parent).length,
      ids(expected(parent)),
    ]);
  }
}

describe('viewing by a rule', () => {
  it.each(scopesOf('task', 'VIEW'))(
    'task:VIEW at %s scope reaches exactly its tasks, and no result or port',
    async (scope) => {
      const person = await passing([{ resource: 'task', operation: 'VIEW', scope }]);
      const expected = tasks.filter((row) => isInScope(scope, row) || isRunOf(row));
      expect(await expectListed(person, expected)).toEqual({
        x: false,
        z: false,
        initiator: false,
        creator: false,
        parent: expected.includes(taskNamed('Alpha in X')),
      });
      await expectSeen(person, 'Task', expected);
      await expectSeen(
        person,
        'Result',
        results.filter((row) => isRunOf(row)),
      );
      await expectSeen(person, 'AlgorithmPort', []);
      await expectNested(person, 'Task', expected, 'results', (task) =>
        results.filter((row) => row.task === task && isRunOf(row)),
      );
      await expectNested(person, 'Task', expected, 'children', (task) =>
        expected.filter(({ parent }) => parent === task),
      );
      const links = await askEach(
        person,
        (id) => `task(id: "${id}") { parent { id } collaboration { id } initiator { id } creator { id } }`,
        expected,
      );
      expect(links).toEqual(
        expected.map(({ parent, isOwn }) => ({
          parent: parent && expected.includes(parent) ? { id: parent.id } : null,
          collaboration: null,
          initiator: null,
          creator: isOwn ? { id: person.id } : null,
        })),
      );

      const wide = await passing([
        { resource: 'task', operation: 'VIEW', scope },
        ...seeing('organization', 'collaboration', 'user'),
      ]);
      expect(await expectListed(wide, expected)).toEqual({
        x: true,
        z: true,
        initiator: true,
        creator: true,
        parent: expected.includes(taskNamed('Alpha in X')),
      });
      const cols = world.rows.filter(({ type }) => type === 'Collaboration');
      await expectNested(wide, 'Collaboration', cols, 'tasks', (col) =>
        expected.filter((task) => task.col === col.name),
      );
      const orgs = world.rows.filter(({ type }) => type === 'Organization');
      await expectNested(wide, 'Organization', orgs, 'tasks', (org) =>
        expected.filter((task) => task.initiator === org.name),
      );
    },
  );

  it.each(scopesOf('result', 'VIEW'))(
    'result:VIEW at %s scope reaches exactly its results, and no task or port',
    async (scope) => {
      const person = await passing([{ resource: 'result', operation: 'VIEW', scope }]);
      const expected = results.filter((row) => isInScope(scope, row) || isRunOf(row));
      await expectSeen(person, 'Result', expected);
      await expectListed(
        person,
        tasks.filter((row) => isRunOf(row)),
      );
      const links = await askEach(
        person,
        (id) => `result(id: "${id}") { input task { id } organization { id } ports { totalCount } }`,
        expected,
      );
      expect(links).toEqual(
        expected.map(({ task }) => ({
          input: 'in',
          task: isRunOf(task) ? { id: task.id } : null,
          organization: null,
          ports: { totalCount: 0 },
        })),
      );
      const wide = await passing([{ resource: 'result', operation: 'VIEW', scope }, ...seeing('task')]);
      await expectNested(wide, 'Task', tasks, 'results', (task) =>
        expected.filter((row) => row.task === task),
      );
      const betas = (one: Asker) =>
        askEach(
          one,
          (id) =>
            `task(id: "${id}") { results(filter: { status: { equals: PENDING }, organization: { in: ["${encodeId('Organization', world.orgs.Beta)}"] } }) { totalCount } }`,
          tasks,
        );
      // Which organizations there are is not theirs to know, until they see organizations too.
      expect((await betas(wide)).map(({ results: { totalCount } }) => totalCount)).toEqual(
        tasks.map(() => 0),
      );
      const wider = await passing([
        { resource: 'result', operation: 'VIEW', scope },
        ...seeing('task', 'organization'),
      ]);
      expect((await betas(wider)).map(({ results: { totalCount } }) => totalCount)).toEqual(
        tasks.map((task) => expected.filter((row) => row.task === task && row.org === 'Beta').length),
      );
    },
  );

  it.each(scopesOf('port', 'VIEW'))('port:VIEW at %s scope reaches exactly its ports', async (scope) => {
    const person = await passing([{ resource: 'port', operation: 'VIEW', scope }, ...seeing('result')]);
    const expected = ports.filter(
      (row) =>
        isInScope(scope, row) &&
        !(scope === 'ORGANIZATION' && row.org !== 'Alpha' && row.task.initiator !== 'Alpha'),
    );
    await expectSeen(person, 'AlgorithmPort', expected);
    await expectNested(person, 'Result', results, 'ports', (result) =>
      expected.filter((port) => port.task === result.task && port.org === result.org),
    );
    const whole = await askEach(
      person,
      (id) => `node(id: "${id}") { ... on AlgorithmPort { port label address result { id } } }`,
      expected,
    );
    expect(whole).toEqual(
      expected.map((port) => ({
        port: 8888,
        label: 'http',
        address: 'host:8888',
        result: { id: results.find(({ task, org }) => task === port.task && org === port.org)!.id },
      })),
    );
    const alone = await passing([{ resource: 'port', operation: 'VIEW', scope }]);
    await expectSeen(alone, 'AlgorithmPort', expected);
    await expectSeen(
      alone,
      'Result',
      results.filter((row) => isRunOf(row)),
    );
  });

  it('is nobody else’s: other rules, membership, and being an admin give runs of the lab alone', async () => {
    const others = catalogue.filter(({ resource }) => !['task', 'result', 'port'].includes(resource));
    for (const rules of [others, []]) {
      const person = await passing(rules);
      await expectListed(
        person,
        tasks.filter((row) => isRunOf(row)),
      );
      for (const type of ['Task', 'Result', 'AlgorithmPort'] as const)
        await expectSeen(
          person,
          type,
          rowsOf(type).filter((row) => isRunOf(row)),
        );
    }
    const staff = await createPerson(server, { isAdmin: true });
    for (const type of ['Task', 'Result', 'AlgorithmPort'] as const)
      await expectSeen(
        staff,
        type,
        rowsOf(type).filter((row) => isRunOf(row, true)),
      );
    for (const type of ['Task', 'Result', 'AlgorithmPort'] as const) await expectSeen({}, type, []);
    for (const type of ['Task', 'Result', 'AlgorithmPort'] as const)
      await expectSeen(world.root, type, rowsOf(type));
  });
});

describe('acting by a rule', () => {
  const acts: readonly CatalogueRule[] = catalogue.filter(
    ({ resource, operation }) => (resource === 'task' && operation === 'DELETE') || resource === 'live',
  );

  it.each(acts.map((rule) => [`${rule.resource}:${rule.operation}:${rule.scope}`, rule] as const))(
    '%s reaches exactly its scope, by permission, viewerCan and the mutation alike',
    async (_, rule) => {
      const person = await passing([rule, ...seeing('task', 'result', 'port')]);
      const blind = await passing([rule]);
      await owns(person);
      // Results are not canceled or deleted by themselves, and nothing is told of ports: their tables have no such columns.
      for (const type of rule.operation === 'RECEIVE' ? (['Task', 'Result'] as const) : (['Task'] as const)) {
        const may = rowsOf(type).map((row) => {
          const isCreators =
            rule.operation !== 'DELETE' && (row.type === 'Task' ? row : (row as PartRow).task).isOwn;
          return isInScope(rule.scope, row) || isCreators;
        });
        const decided = await askEach(
          person,
          (id) => `permission(action: ${rule.operation}, id: "${id}") { allowed }`,
          rowsOf(type),
        );
        expect([type, names(rowsOf(type).filter((_, at) => decided[at].allowed))]).toEqual([
          type,
          names(rowsOf(type).filter((_, at) => may[at])),
        ]);
        const able = await askEach(
          person,
          (id) => `node(id: "${id}") { ... on ${type} { viewerCan } }`,
          rowsOf(type),
        );
        expect([type, able.map(({ viewerCan }) => viewerCan.includes(rule.operation))]).toEqual([type, may]);
      }
      if (rule.operation === 'RECEIVE') return;
      // What may be done is refused for its state alone: nothing of the world changes.
      await server.sql(`UPDATE results SET status = 'COMPLETED', finished_at = now()`);
      if (rule.operation === 'DELETE')
        await server.sql(`UPDATE results SET status = 'PENDING', finished_at = NULL`);
      const mutation =
        rule.operation === 'DELETE'
          ? (id: string) => `deleteTask(id: "${id}") { deletedId }`
          : (id: string) => `cancelTask(id: "${id}") { task { id } }`;
      const code = async (one: Asker, id: string) =>
        (await server.ask(`mutation { ${mutation(id)} }`, {}, one)).errors?.[0].extensions.code ?? 'done';
      for (const task of tasks) {
        const mayDo = isInScope(rule.scope, task) || (rule.operation === 'SEND' && task.isOwn);
        expect([task.name, await code(person, task.id), await code(blind, task.id)]).toEqual([
          task.name,
          mayDo ? 'CONFLICT' : 'FORBIDDEN',
          'NOT_FOUND',
        ]);
      }
      await server.sql(`UPDATE results SET status = 'PENDING', finished_at = NULL`);
    },
  );

  it.each(scopesOf('task', 'CREATE'))(
    'task:CREATE at %s scope makes tasks within it, for an organization of the viewer’s',
    async (scope) => {
      const person = await passing([
        { resource: 'task', operation: 'CREATE', scope },
        ...seeing('collaboration'),
      ]);
      const blind = await passing([{ resource: 'task', operation: 'CREATE', scope }]);
      const reader = await passing([...seeing('collaboration', 'task', 'organization')]);
      const before = (await server.sql('SELECT count(*)::int AS n FROM tasks'))[0].n;
      const members = { X: 'Beta', Y: 'Gamma', Z: 'Delta' } as const;
      for (const col of ['X', 'Y', 'Z'] as const) {
        // A target that is none: whoever may create here is told so, and nobody else.
        const document = `mutation { createTask(input: { collaborationId: "${encodeId('Collaboration', world.cols[col])}", name: "new", image: "i", organizations: [{ organizationId: "${encodeId('Organization', world.orgs[members[col]])}", input: "x" }, { organizationId: "${encodeId('Organization', randomUUID())}", input: "x" }] }) { task { id } } }`;
        const code = async (one: Asker) =>
          (await server.ask(document, {}, one)).errors?.[0].extensions.code ?? 'done';
        expect([col, await code(person), await code(blind), await code(reader)]).toEqual([
          col,
          col === 'X' ? 'BAD_USER_INPUT' : 'FORBIDDEN',
          'NOT_FOUND',
          'FORBIDDEN',
        ]);
      }
      expect((await server.sql('SELECT count(*)::int AS n FROM tasks'))[0].n).toBe(before);
    },
  );
});

describe('machines', () => {
  const codeOf = async (asker: Asker, document: string) =>
    (await server.ask(`mutation { ${document} }`, {}, asker)).errors?.[0].extensions.code ?? 'done';
  const machine = async (org: string, col: string): Promise<Asker> => {
    return {
      token: (await issueMachineTokens(server.app.database, server.app.config, nodeOf(org, col))).accessToken,
    };
  };

  it.each([
    ['Beta', 'X'],
    ['Beta', 'Z'],
    ['Alpha', 'X'],
    ['Gamma', 'Y'],
  ] as const)('the compute node of %s in %s has what is addressed to it there', async (org, col) => {
    const node = await machine(org, col);
    const isMine = (row: PartRow) => row.org === org && row.task.col === col;
    const mine = results.filter(isMine);
    const seen = tasks.filter((task) => mine.some((row) => row.task === task));
    await expectListed(node, seen);
    await expectSeen(node, 'Task', seen);
    await expectSeen(node, 'Result', mine);
    await expectSeen(node, 'AlgorithmPort', ports.filter(isMine));
    await expectNested(node, 'Task', seen, 'results', (task) => mine.filter((row) => row.task === task));
    await expectNested(node, 'Task', seen, 'children', (task) =>
      seen.filter(({ parent }) => parent === task),
    );
    for (const row of results) {
      // A step that no table has: whose result it is not has no more than that it is not there.
      expect([
        row.name,
        await codeOf(node, `reportResult(id: "${row.id}", input: { status: COMPLETED }) { result { id } }`),
      ]).toEqual([row.name, isMine(row) ? 'CONFLICT' : 'NOT_FOUND']);
      expect([
        row.name,
        await codeOf(node, `acknowledgeCancel(resultId: "${row.id}") { result { id } }`),
      ]).toEqual([row.name, isMine(row) ? 'CONFLICT' : 'NOT_FOUND']);
      expect([
        row.name,
        await codeOf(
          node,
          `createAlgorithmPort(input: { resultId: "${row.id}", port: 8888, host: "h" }) { algorithmPort { id } }`,
        ),
      ]).toEqual([row.name, isMine(row) ? 'CONFLICT' : 'NOT_FOUND']);
    }
    for (const task of tasks) {
      expect(
        await codeOf(node, `createContainerToken(taskId: "${task.id}", image: "another") { token }`),
      ).toBe(seen.includes(task) ? 'FORBIDDEN' : 'NOT_FOUND');
      expect(await codeOf(node, `cancelTask(id: "${task.id}") { task { id } }`)).toBe(
        seen.includes(task) ? 'FORBIDDEN' : 'NOT_FOUND',
      );
    }
    const foreign = ports.filter((row) => !isMine(row));
    for (const port of foreign)
      expect(await codeOf(node, `deleteAlgorithmPort(id: "${port.id}") { deletedId }`)).toBe('NOT_FOUND');
  });

  it('a container has its task and what comes from it, and of relatives the address and label of their ports', async () => {
    const node = await machine('Beta', 'X');
    const { createContainerToken } = await data(
      node,
      `mutation { createContainerToken(taskId: "${taskNamed('part').id}", image: "image") { token } }`,
    );
    const container: Asker = { token: createContainerToken.token };
    const seen = [taskNamed('part'), taskNamed('part of the part')];
    await expectListed(container, seen);
    await expectSeen(container, 'Task', seen);
    await expectSeen(container, 'Result', ofTask(results, 'part', 'part of the part'));
    const near = ofTask(ports, 'Alpha in X', 'other part');
    const own = ofTask(ports, 'part', 'part of the part');
    await expectSeen(container, 'AlgorithmPort', [...own, ...near]);
    for (const { id } of near) {
      const { data: told, errors } = await server.ask(
        `{ node(id: "${id}") { ... on AlgorithmPort { port label address result { id } } } }`,
        {},
        container,
      );
      expect(told!.node).toEqual({ port: null, label: 'http', address: 'host:8888', result: null });
      expect(errors!.map(({ path, extensions }) => [path!.at(-1), extensions.code]).sort()).toEqual([
        ['port', 'FORBIDDEN'],
        ['result', 'FORBIDDEN'],
      ]);
    }
    for (const one of await askEach(
      container,
      (id) => `node(id: "${id}") { ... on AlgorithmPort { port result { id } } }`,
      own,
    ))
      expect(one).toMatchObject({ port: 8888, result: { id: expect.any(String) } });
    expect(
      (
        await data(
          container,
          `{ task(id: "${seen[0].id}") { parent { id } creator { id } collaboration { name organizations { totalCount } computeNodes { totalCount } } } }`,
        )
      ).task,
    ).toEqual({
      parent: null,
      creator: null,
      collaboration: { name: 'X', organizations: { totalCount: 2 }, computeNodes: { totalCount: 2 } },
    });
    for (const row of results) {
      const may = seen.includes(row.task) ? 'FORBIDDEN' : 'NOT_FOUND';
      expect(await codeOf(container, `startResult(id: "${row.id}") { result { id } }`)).toEqual(may);
      expect(await codeOf(container, `appendResultLog(id: "${row.id}", text: "x")`)).toEqual(may);
    }
    for (const task of tasks) {
      expect(await codeOf(container, `cancelTask(id: "${task.id}") { task { id } }`)).toEqual(
        seen.includes(task) ? 'FORBIDDEN' : 'NOT_FOUND',
      );
      expect(
        await codeOf(container, `createContainerToken(taskId: "${task.id}", image: "image") { token }`),
      ).toEqual(seen.includes(task) ? 'FORBIDDEN' : 'NOT_FOUND');
    }
    for (const port of [...own, ...near])
      expect(await codeOf(container, `deleteAlgorithmPort(id: "${port.id}") { deletedId }`)).toBe(
        'FORBIDDEN',
      );
  });
});
