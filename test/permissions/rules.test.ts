/**
 * The matrix of rules: every rule of the catalogue at every scope, held and not held, over rows inside and outside of
 * it, on every path that reaches them; judged by equality against the lattice read by hand (rules.world.ts).
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CatalogueRule } from '../../src/permissions/rules.ts';
import { catalogue } from '../../src/permissions/rules.ts';
import type { Person, PersonOptions } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { holdRules } from '../kit/collaborations.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import type { Row, World } from './rules.world.ts';
import { createRulesWorld, isInScope, resourceOf } from './rules.world.ts';

let server: TestServer;
let world: World;

beforeAll(async () => {
  server = await startServer({ COMPILE_AFTER: '3', MAX_ALIASES: '5000', MAX_TOKENS: '100000', MAX_COST_SIGNED_IN: '1000000' });
  world = await createRulesWorld(server);
});
afterAll(() => server.close());
afterEach(() => forget());

/** Somebody for one test, who is no row of the world: with these rules in Alpha. */
async function passing(rules: readonly CatalogueRule[], options: PersonOptions = {}): Promise<Person> {
  const person = await createPerson(server, options);
  await holdRules(server, person, rules, world.orgs.Alpha);
  return person;
}

async function forget(): Promise<void> {
  await server.sql('DELETE FROM users WHERE id <> ALL($1::uuid[])', [rowsOf('User').map(({ uuid }) => uuid)]);
}

const seeing = (...types: readonly Row['type'][]) => types.map((type) => ({ resource: resourceOf[type], operation: 'VIEW', scope: 'GLOBAL' }) as const);
const types = Object.keys(resourceOf) as Row['type'][];
const lists: Record<Row['type'], string> = {
  Organization: 'organizations', Collaboration: 'collaborations', ComputeNode: 'computeNodes', Role: 'roles', User: 'users',
};
const rowsOf = (type: Row['type']) => world.rows.filter((row) => row.type === type);
const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id).sort();
const data = async (person: Person, document: string, variables?: Record<string, unknown>) => {
  const answer = await server.ask(document, variables, person);
  expect(answer.errors).toBeUndefined();
  return answer.data!;
};
const holderOf = (resource: string, operation: string, scope: string) =>
  world.holders.find(({ rule }) => rule.resource === resource && rule.operation === operation && rule.scope === scope)!.person;
/** The rows of a type that a person views who holds this rule alone: by the rule, and what anybody has without one. */
const viewed = (type: Row['type'], reach: (row: Row) => boolean, self: Person) => rowsOf(type).filter((row) => reach(row) || row.uuid === self.userId);

/** Asks for many objects at once, one alias each; the answers in the order of the rows. */
async function askEach(person: Person, field: (id: string) => string, rows: readonly Row[]): Promise<any[]> {
  const answer = await data(person, `{ ${rows.map(({ id }, at) => `a${at}: ${field(id)}`).join('\n')} }`);
  return rows.map((_, at) => answer[`a${at}`]);
}

describe.each(types)('viewing: %s', (type) => {
  const rules = catalogue.filter(({ resource, operation }) => resource === resourceOf[type] && operation === 'VIEW');

  it.each(rules.map(({ scope }) => scope))('at %s scope: lists, counts, single reads, filters and decisions have exactly what it reaches', async (scope) => {
    const person = holderOf(resourceOf[type], 'VIEW', scope);
    const reached = rowsOf(type).filter((row) => isInScope(scope, row));
    const list = `query ($ids: [ID!]) { all: ${lists[type]}(first: 100) { totalCount nodes { id } edges { node { id } } }
      some: ${lists[type]}(first: 100, filter: { id: { in: $ids } }) { totalCount } none: ${lists[type]}(filter: { not: { id: { in: $ids } } }) { totalCount } }`;
    const { all, some, none } = await data(person, list, { ids: rowsOf(type).map(({ id }) => id) });
    expect(ids(all.nodes)).toEqual(ids(reached));
    expect(ids(all.edges.map(({ node }: any) => node))).toEqual(ids(reached));
    expect([all.totalCount, some.totalCount, none.totalCount]).toEqual([reached.length, reached.length, 0]);
    const expected = viewed(type, (row) => isInScope(scope, row), person);
    const seen = await askEach(person, (id) => `node(id: "${id}") { id }`, rowsOf(type));
    expect(ids(seen.filter(Boolean))).toEqual(ids(expected));
    const decided = await askEach(person, (id) => `permission(action: VIEW, id: "${id}") { allowed reason }`, rowsOf(type));
    expect(decided).toEqual(rowsOf(type).map((row) => (expected.includes(row) ? { allowed: true, reason: 'ALLOWED' } : { allowed: false, reason: 'NOT_FOUND' })));
  });

  it('is nobody else’s: other rules, membership and being an admin give none of it', async () => {
    const admin = await passing([], { isAdmin: true });
    const others = world.holders.filter(({ rule }) => rule.resource !== resourceOf[type]).map(({ person }) => person);
    for (const person of [world.member, world.stranger, ...(type === 'User' ? [] : [admin]), ...others]) {
      const { list } = await data(person, `{ list: ${lists[type]}(first: 100) { totalCount nodes { id } } }`);
      expect(list).toEqual({ totalCount: 0, nodes: [] });
      const seen = await askEach(person, (id) => `node(id: "${id}") { id }`, rowsOf(type));
      expect(seen.filter(Boolean)).toEqual(viewed(type, () => false, person).map(({ id }) => ({ id })));
    }
    expect((await server.ask(`{ list: ${lists[type]} { totalCount } }`)).data!.list.totalCount).toBe(0);
  });

  it('reaches the same over nested fields', async () => {
    const edges: Partial<Record<Row['type'], [parent: Row['type'], field: string][]>> = {
      Organization: [['Collaboration', 'organizations'], ['User', 'organizations']],
      Collaboration: [['Organization', 'collaborations']],
      ComputeNode: [['Organization', 'computeNodes'], ['Collaboration', 'computeNodes']],
      Role: [['Organization', 'roles']],
      User: [['Organization', 'members']],
    };
    for (const { scope } of rules) {
      await forget();
      const parents = types.filter((one) => one !== type);
      const person = await passing([{ resource: resourceOf[type], operation: 'VIEW', scope }, ...seeing(...parents)]);
      for (const [parent, field] of edges[type] ?? []) {
        const answers = await askEach(person, (id) => `node(id: "${id}") { ... on ${parent} { list: ${field}(first: 100) { totalCount nodes { id } } } }`, rowsOf(parent));
        const links = rowsOf(parent).flatMap((row, at) => answers[at].list.nodes.map(({ id }: { id: string }) => ({ row, id })));
        expect(answers.reduce((sum, { list }) => sum + (list.totalCount as number), 0)).toBe(links.length);
        const reached = new Set(links.map(({ id }) => id));
        const linked = rowsOf(type).filter((row) => isInScope(scope, row) && isLinked(parent, row));
        expect([field, scope, [...reached].filter((id) => id !== person.id).sort()]).toEqual([field, scope, ids(linked)]);
      }
    }
  });
});

/** Whether some row of the parent's type has this row below it. */
function isLinked(parent: Row['type'], row: Row): boolean {
  if (row.type === 'Role') return row.isDefault !== true;
  return parent === 'User' ? true : parent === 'Collaboration' ? row.collaborations.length > 0 : row.organizations.length > 0;
}

describe('changing', () => {
  const actions = ['UPDATE', 'DELETE', 'RECEIVE'] as const;
  const judged = catalogue.filter(({ operation, resource, scope }) => (actions as readonly string[]).includes(operation) && scope !== 'OWN' && resource !== 'user');

  it.each(judged.map((rule) => [`${rule.resource}:${rule.operation}:${rule.scope}`, rule] as const))('%s reaches exactly its scope, by permission and viewerCan alike', async (_, rule) => {
    const person = await passing([rule, ...seeing(...types)]);
    for (const type of types) {
      const isSpokenOf = resourceOf[type] === rule.resource || (rule.resource === 'live' && ['Collaboration', 'ComputeNode'].includes(type));
      const isThere = rule.operation !== 'RECEIVE' || ['Collaboration', 'ComputeNode'].includes(type);
      if (!isThere || type === 'User') continue;
      const may = rowsOf(type).map((row) => isSpokenOf && isInScope(rule.scope, row) && row.isDefault !== true);
      const decided = await askEach(person, (id) => `permission(action: ${rule.operation}, id: "${id}") { allowed }`, rowsOf(type));
      expect([type, decided.map(({ allowed }) => allowed)]).toEqual([type, may]);
      const able = await askEach(person, (id) => `node(id: "${id}") { ... on ${type} { viewerCan } }`, rowsOf(type));
      expect([type, able.map(({ viewerCan }) => viewerCan.includes(rule.operation))]).toEqual([type, may]);
    }
  });

  it('is answered by whoCan with the very same people', async () => {
    const asked: [Row['type'], string][] = [['Organization', 'VIEW'], ['Organization', 'UPDATE'], ['ComputeNode', 'DELETE'], ['Role', 'UPDATE'], ['Collaboration', 'RECEIVE'], ['User', 'VIEW']];
    for (const [type, action] of asked) {
      const rows = rowsOf(type).filter(({ name }) => /Alpha|Beta|Gamma|^X$|^Y$|Viewer/.test(name));
      const answers = await askEach(world.root, (id) => `whoCan(action: ${action}, id: "${id}", first: 100) { totalCount nodes { id } }`, rows);
      rows.forEach((row, at) => {
        const resource = action === 'RECEIVE' ? 'live' : resourceOf[type];
        const named = world.holders.filter(({ rule, person }) => {
          if (row.uuid === person.userId) return true;
          return rule.resource === resource && rule.operation === action && isInScope(rule.scope, row) && !(action === 'UPDATE' && row.isDefault === true);
        });
        const told = new Set(answers[at].nodes.map(({ id }: { id: string }) => id));
        const found = world.holders.filter(({ person }) => told.has(person.id));
        expect([action, row.name, found.map(({ rule }) => rule)]).toEqual([action, row.name, named.map(({ rule }) => rule)]);
        expect(told.has(world.root.id)).toBe(row.isDefault !== true || action === 'VIEW');
        expect([told.has(world.member.id), told.has(world.stranger.id)]).toEqual([row.uuid === world.member.userId, row.uuid === world.stranger.userId]);
      });
    }
  });
});

describe('writing', () => {
  const find = (type: Row['type'], name: string) => world.rows.find((row) => row.type === type && row.name === name)!;
  const rowIn = (type: Row['type'], org: (typeof places)[number]) => {
    const col = { Alpha: 'X', Beta: 'Z', Gamma: 'Y', Delta: 'Z' }[org];
    const names = { Organization: org, Collaboration: col, ComputeNode: `${org} in ${col}`, Role: `role of ${org}`, User: `person of ${org}` };
    return find(type, names[type]);
  };
  const places = ['Alpha', 'Beta', 'Gamma', 'Delta'] as const;
  const orgId = (org: string) => find('Organization', org).id;

  /** Each mutation that a rule lets people do, on rows of one organization. Of Beta it is the collaboration and the compute node in Z. */
  const writes: Record<string, (org: (typeof places)[number]) => string> = {
    'organization:UPDATE': (org) => `updateOrganization(id: "${orgId(org)}", input: { domain: "example.org" }) { organization { id } }`,
    'collaboration:UPDATE': (org) => `updateCollaboration(id: "${rowIn('Collaboration', org).id}", input: {}) { collaboration { id } }`,
    'compute_node:UPDATE': (org) => `updateComputeNode(id: "${rowIn('ComputeNode', org).id}", input: {}) { computeNode { id } }`,
    'role:CREATE': (org) => `createRole(input: { name: "made ${Math.random()}", organizationId: "${orgId(org)}", ruleIds: [] }) { role { id } }`,
    'role:UPDATE': (org) => `updateRole(id: "${rowIn('Role', org).id}", input: { description: "changed" }) { role { id } }`,
    'user:CREATE': (org) => `addMember(organizationId: "${orgId(org)}", userId: "${world.stranger.id}") { organization { id } }`,
    'user:UPDATE': (org) => `assignRole(userId: "${rowIn('User', org).id}", roleId: "${rowIn('Role', org).id}") { user { id } }`,
    'user:DELETE': (org) => `removeMember(organizationId: "${orgId(org)}", userId: "${world.stranger.id}") { organization { id } }`,
  };
  const reached = { ORGANIZATION: ['Alpha'], COLLABORATION: ['Alpha', 'Beta'], GLOBAL: [...places] } as Record<string, string[]>;
  // Z is no collaboration of Alpha's.
  const besides = ['collaboration:UPDATE', 'compute_node:UPDATE'];

  const rules = catalogue.filter(({ resource, operation, scope }) => `${resource}:${operation}` in writes && scope !== 'OWN');
  it.each(rules.map((rule) => [`${rule.resource}:${rule.operation}:${rule.scope}`, rule] as const))('%s writes within its scope, and is refused outside', async (_, rule) => {
    const key = `${rule.resource}:${rule.operation}`;
    const person = await passing([rule, ...seeing(...types)]);
    const blind = await passing([rule]);
    for (const org of places) {
      if (rule.operation === 'DELETE') await server.sql('INSERT INTO memberships (id, user_id, organization_id) VALUES (gen_random_uuid(), $1, $2) ON CONFLICT DO NOTHING', [world.stranger.userId, world.orgs[org]]);
      const isReached = reached[rule.scope].includes(org) && !(org === 'Beta' && besides.includes(key) && rule.scope !== 'GLOBAL');
      const code = async (one: Person) => (await server.ask(`mutation { ${writes[key](org)} }`, {}, one)).errors?.[0].extensions?.code ?? 'done';
      expect([org, await code(blind)]).toEqual([org, 'NOT_FOUND']);
      expect([org, await code(world.member)]).toEqual([org, 'NOT_FOUND']);
      expect([org, await code(person)]).toEqual([org, isReached ? 'done' : 'FORBIDDEN']);
      if (key === 'user:CREATE') await server.sql('DELETE FROM memberships WHERE user_id = $1', [world.stranger.userId]);
    }
    await server.sql('DELETE FROM memberships WHERE user_id = $1', [world.stranger.userId]);
    await server.sql('DELETE FROM role_assignments');
  });
});
