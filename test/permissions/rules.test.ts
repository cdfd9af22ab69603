/**
 * The matrix of rules: every rule of the catalogue at every scope, held and not held, over rows inside and outside of
 * it, on every path that reaches them; judged by equality against the lattice read by hand (rules.world.ts).
 */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CatalogueRule } from '../../src/permissions/rules.ts';
import { catalogue } from '../../src/permissions/rules.ts';
import { issueMachineTokens } from '../../src/platform/auth/tokens.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person, PersonOptions } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRules, join } from '../kit/collaborations.ts';
import { makeEvent } from '../kit/event-rows.ts';
import type { Asker, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import type { Org, Row, World } from './rules.world.ts';
import { createRulesWorld, isInScope, resourceOf } from './rules.world.ts';

let server: TestServer;
let world: World;

beforeAll(async () => {
  server = await startServer({
    COMPILE_AFTER: '3',
    MAX_ALIASES: '5000',
    MAX_TOKENS: '100000',
    MAX_COST_SIGNED_IN: '1000000',
  });
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

const seeing = (...types: readonly Row['type'][]) =>
  types.map((type) => ({ resource: resourceOf[type], operation: 'VIEW', scope: 'GLOBAL' }) as const);
const types = Object.keys(resourceOf) as Row['type'][];
const lists: Record<Row['type'], string> = {
  Organization: 'organizations',
  Collaboration: 'collaborations',
  ComputeNode: 'computeNodes',
  Role: 'roles',
  User: 'users',
};
const rowsOf = (type: Row['type']) => world.rows.filter((row) => row.type === type);
const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id).sort();
const data = async (asker: Asker, document: string, variables?: Record<string, unknown>) => {
  const answer = await server.ask(document, variables, asker);
  expect(answer.errors).toBeUndefined();
  return answer.data!;
};
const holderOf = (resource: string, operation: string, scope: string) =>
  world.holders.find(
    ({ rule }) => rule.resource === resource && rule.operation === operation && rule.scope === scope,
  )!.person;
/** The rows of a type that a person views who holds this rule alone: by the rule, and what anybody has without one. */
const viewed = (type: Row['type'], reach: (row: Row) => boolean, self: Person) =>
  rowsOf(type).filter((row) => reach(row) || row.uuid === self.userId);

/** Asks for many objects at once, one alias each; the answers in the order of the rows. */
async function askEach(
  asker: Asker,
  field: (id: string) => string,
  rows: readonly { readonly id: string }[],
): Promise<any[]> {
  const answer = await data(asker, `{ ${rows.map(({ id }, at) => `a${at}: ${field(id)}`).join('\n')} }`);
  return rows.map((_, at) => answer[`a${at}`]);
}

describe.each(types)('viewing: %s', (type) => {
  const rules = catalogue.filter(
    ({ resource, operation }) => resource === resourceOf[type] && operation === 'VIEW',
  );

  it.each(rules.map(({ scope }) => scope))(
    'at %s scope: lists, counts, single reads, filters and decisions have exactly what it reaches',
    async (scope) => {
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
      const decided = await askEach(
        person,
        (id) => `permission(action: VIEW, id: "${id}") { allowed reason }`,
        rowsOf(type),
      );
      expect(decided).toEqual(
        rowsOf(type).map((row) =>
          expected.includes(row)
            ? { allowed: true, reason: 'ALLOWED' }
            : { allowed: false, reason: 'NOT_FOUND' },
        ),
      );
    },
  );

  it('is nobody else’s: other rules, membership and being an admin give none of it', async () => {
    const admin = await passing([], { isAdmin: true });
    // All other rules at once: none of them does.
    const other = await passing(catalogue.filter(({ resource }) => resource !== resourceOf[type]));
    for (const person of [world.member, world.stranger, ...(type === 'User' ? [] : [admin]), other]) {
      const { list } = await data(person, `{ list: ${lists[type]}(first: 100) { totalCount nodes { id } } }`);
      expect(list).toEqual({ totalCount: 0, nodes: [] });
      const seen = await askEach(person, (id) => `node(id: "${id}") { id }`, rowsOf(type));
      expect(seen.filter(Boolean)).toEqual(viewed(type, () => false, person).map(({ id }) => ({ id })));
    }
    expect((await server.ask(`{ list: ${lists[type]} { totalCount } }`)).data!.list.totalCount).toBe(0);
  });

  it('reaches the same over nested fields', async () => {
    const edges: Partial<Record<Row['type'], [parent: Row['type'], field: string][]>> = {
      Organization: [
        ['Collaboration', 'organizations'],
        ['User', 'organizations'],
      ],
      Collaboration: [['Organization', 'collaborations']],
      ComputeNode: [
        ['Organization', 'computeNodes'],
        ['Collaboration', 'computeNodes'],
      ],
      Role: [['Organization', 'roles']],
      User: [['Organization', 'members']],
    };
    for (const { scope } of rules) {
      await forget();
      const parents = types.filter((one) => one !== type);
      const person = await passing([
        { resource: resourceOf[type], operation: 'VIEW', scope },
        ...seeing(...parents),
      ]);
      for (const [parent, field] of edges[type] ?? []) {
        const answers = await askEach(
          person,
          (id) =>
            `node(id: "${id}") { ... on ${parent} { list: ${field}(first: 100) { totalCount nodes { id } } } }`,
          rowsOf(parent),
        );
        const links = rowsOf(parent).flatMap((row, at) =>
          answers[at].list.nodes.map(({ id }: { id: string }) => ({ row, id })),
        );
        expect(answers.reduce((sum, { list }) => sum + (list.totalCount as number), 0)).toBe(links.length);
        const reached = new Set(links.map(({ id }) => id));
        const linked = rowsOf(type).filter((row) => isInScope(scope, row) && isLinked(parent, row));
        expect([field, scope, [...reached].filter((id) => id !== person.id).sort()]).toEqual([
          field,
          scope,
          ids(linked),
        ]);
      }
    }
  });
});

/** A row of one organization, that a table of its own speaks of. */
interface Hanging {
  readonly id: string;
  readonly org: string;
  readonly user?: string;
  readonly version?: number;
  readonly fingerprint?: string;
}
const keys: Hanging[] = [];
const find = (type: Row['type'], name: string) =>
  world.rows.find((row) => row.type === type && row.name === name)!;

/** Two public keys of each organization, one of them replaced. */
async function makeKeys(): Promise<void> {
  for (const org of Object.keys(world.orgs) as Org[]) {
    for (const version of [1, 2]) {
      await server.sql(
        `UPDATE organizations SET public_key = encode($2, 'base64'), public_key_version = $3 WHERE id = $1`,
        [world.orgs[org], Buffer.from(`${org} ${version}`), version],
      );
    }
    const rows = await server.sql(
      'SELECT id, key_version AS version, fingerprint FROM public_keys WHERE organization_id = $1',
      [world.orgs[org]],
    );
    keys.push(...rows.map(({ id, ...row }): Hanging => ({ ...row, id: encodeId('PublicKey', id), org })));
  }
}

/** The compute node of an organization in a collaboration, and a container that works on a task there. */
async function machines(org: Org, col: keyof World['cols']): Promise<Asker[]> {
  const { uuid } = find('ComputeNode', `${org} in ${col}`);
  const node = {
    token: (await issueMachineTokens(server.app.database, server.app.config, uuid)).accessToken,
  };
  const task = randomUUID();
  await server.sql(
    `INSERT INTO tasks (id, name, image, job_id, collaboration_id, initiator_id) VALUES ($1, 'T', 'i', 1, $2, $3)`,
    [task, world.cols[col], world.orgs[org]],
  );
  await server.sql(
    `INSERT INTO results (id, task_id, organization_id, compute_node_id, deadline_at) VALUES (gen_random_uuid(), $1, $2, $3, now() + interval '1 day')`,
    [task, world.orgs[org], uuid],
  );
  const made = await server.ask(
    'mutation ($id: ID!) { createContainerToken(taskId: $id, image: "i") { token } }',
    { id: encodeId('Task', task) },
    node,
  );
  return [node, { token: made.data!.createContainerToken.token }];
}

/** Whether some row of the parent's type has this row below it. */
function isLinked(parent: Row['type'], row: Row): boolean {
  if (row.type === 'Role') return row.isDefault !== true;
  return parent === 'User'
    ? true
    : parent === 'Collaboration'
      ? row.collaborations.length > 0
      : row.organizations.length > 0;
}

describe('what hangs on organizations', () => {
  const orgs = () => rowsOf('Organization');
  const publicly = `{ ... on PublicKey { keyVersion organization { id } viewerCan } }`;
  /** Everything that is asked about rows of organizations: by node, as a decision, and below each organization with its count. */
  async function expectAt(
    asker: Asker,
    type: 'PublicKey' | 'Membership' | 'MembershipInvite',
    rows: readonly Hanging[],
    seen: readonly Hanging[],
    sees: (org: string) => boolean,
  ): Promise<void> {
    const field = {
      PublicKey: 'publicKeys',
      Membership: 'memberships',
      MembershipInvite: 'membershipInvites',
    }[type];
    const nodes = await askEach(asker, (id) => `node(id: "${id}") { id ... on ${type} { viewerCan } }`, rows);
    expect(ids(nodes.filter(Boolean))).toEqual(ids(seen));
    const some = fewOf(rows, (asker as Partial<Person>).userId);
    const decided = await askEach(
      asker,
      (id) => `permission(action: VIEW, id: "${id}") { allowed reason }`,
      some,
    );
    expect(decided).toEqual(
      some.map((row) =>
        seen.includes(row) ? { allowed: true, reason: 'ALLOWED' } : { allowed: false, reason: 'NOT_FOUND' },
      ),
    );
    const below = await askEach(
      asker,
      (id) =>
        `node(id: "${id}") { ... on Organization { list: ${field}(first: 100) { totalCount nodes { id } } none: ${field}(filter: { not: { id: { in: ${JSON.stringify(ids(rows))} } } }) { totalCount } } }`,
      orgs(),
    );
    for (const [at, org] of orgs().entries()) {
      const there = seen.filter((row) => row.org === org.name);
      const found = below[at] && [
        below[at].list.totalCount,
        ids(below[at].list.nodes),
        below[at].none.totalCount,
      ];
      expect([type, org.name, found]).toEqual([
        type,
        org.name,
        sees(org.name) ? [there.length, ids(there), 0] : null,
      ]);
    }
  }

  /** Of many alike one of each place, and one's own, for what takes a statement each. */
  const fewOf = (rows: readonly Hanging[], userId?: string) =>
    rows.filter(
      ({ org, user }, at) =>
        rows.findIndex((other) => other.org === org) === at || (user !== undefined && user === userId),
    );

  it('public keys: by every rule of the catalogue, held and not, those of partners and what organization:VIEW reaches', async () => {
    await makeKeys();
    const partners = keys.filter(({ org }) => ['Alpha', 'Beta'].includes(org));
    const isIt = ({ resource, operation }: CatalogueRule) =>
      resource === 'organization' && operation === 'VIEW';
    // Those that give nothing, all at once: none of them does.
    for (const rules of [
      catalogue.filter((rule) => !isIt(rule)),
      ...catalogue.filter(isIt).map((rule) => [rule]),
    ]) {
      const reaches = (org: string) =>
        rules.some((rule) => isIt(rule) && isInScope(rule.scope, find('Organization', org)));
      await expectAt(
        await passing(rules),
        'PublicKey',
        keys,
        keys.filter((key) => partners.includes(key) || reaches(key.org)),
        reaches,
      );
      // Site-wide and a member of nothing: the rules are all there is.
      const outside = await createPerson(server);
      await holdRules(server, outside, rules, null);
      await expectAt(outside, 'PublicKey', keys, rules.some(isIt) ? keys : [], () => rules.some(isIt));
    }
    await forget();
    // Nobody writes them, and those who see a row see all of it.
    for (const asker of [world.root, world.member]) {
      const seen = await askEach(asker, (id) => `node(id: "${id}") ${publicly}`, partners);
      expect(seen.map(({ keyVersion, viewerCan }) => [keyVersion, viewerCan])).toEqual(
        partners.map(({ version }) => [version, ['VIEW']]),
      );
    }
  }, 60_000);

  it('public keys: for members, machines, hosts and everybody else', async () => {
    const of = (...names: string[]) => keys.filter(({ org }) => names.includes(org));
    const none = () => false;
    const admin = await passing([], { isAdmin: true });
    const memberOf = async (org: Org) => {
      const person = await createPerson(server);
      await join(server, person, world.orgs[org]);
      return person;
    };
    await expectAt(await memberOf('Alpha'), 'PublicKey', keys, of('Alpha', 'Beta'), none);
    await expectAt(await memberOf('Beta'), 'PublicKey', keys, of('Alpha', 'Beta', 'Delta'), none);
    await expectAt(await memberOf('Gamma'), 'PublicKey', keys, of('Gamma'), none);
    await expectAt(await memberOf('Delta'), 'PublicKey', keys, of('Beta', 'Delta'), none);
    await expectAt(admin, 'PublicKey', keys, of('Alpha', 'Beta'), none);
    await server.sql('DELETE FROM memberships WHERE user_id = $1', [admin.userId]);
    for (const asker of [admin, world.stranger, {}]) await expectAt(asker, 'PublicKey', keys, [], none);
    await expectAt(world.root, 'PublicKey', keys, keys, () => true);

    for (const [org, col, seen] of [
      ['Alpha', 'X', ['Alpha', 'Beta']],
      ['Beta', 'Z', ['Beta', 'Delta']],
      ['Gamma', 'Y', ['Gamma']],
    ] as const) {
      for (const machine of await machines(org, col)) {
        await expectAt(machine, 'PublicKey', keys, of(...seen), (name) =>
          (seen as readonly string[]).includes(name),
        );
      }
    }

    // Whoever looks at a host of an event sees its name, and none of its keys: not of the host, nor over the event.
    const event = await makeEvent(server, { state: 'PUBLISHED' });
    await server.sql('UPDATE events SET organization_id = $2 WHERE id = $1', [event.uuid, world.orgs.Gamma]);
    const [gamma] = of('Gamma');
    for (const asker of [world.stranger, {}]) {
      await expectAt(asker, 'PublicKey', keys, [], (org) => org === 'Gamma');
      const document = `{ event(id: "${event.id}") { organization { name publicKey publicKeys { totalCount nodes { publicKey } } } } hidden: organizations(filter: { id: { in: ["${find('Organization', 'Gamma').id}"] } }) { nodes { publicKeys(filter: { fingerprint: { equals: "${gamma.fingerprint}" } }) { totalCount } } } }`;
      const { data: told, errors } = await server.ask(document, {}, asker);
      expect(told!.event.organization).toEqual({
        name: 'Gamma',
        publicKey: null,
        publicKeys: { totalCount: 0, nodes: [] },
      });
      expect(told!.hidden.nodes.every((one: any) => one.publicKeys.totalCount === 0)).toBe(true);
      expect(errors!.map(({ path, extensions }) => [path!.join('.'), extensions.code])).toEqual([
        ['event.organization.publicKey', 'FORBIDDEN'],
      ]);
    }
    await server.sql('UPDATE events SET organization_id = NULL WHERE id = $1', [event.uuid]);
  });

  it('membership invites: by every rule of the catalogue, those that user:CREATE reaches, and one’s own', async () => {
    const rows: Hanging[] = [];
    for (const org of Object.keys(world.orgs) as Org[]) {
      const [{ id }] = await server.sql(
        `INSERT INTO membership_invites (id, organization_id, email, expires_at) VALUES (gen_random_uuid(), $1, $2, now() + interval '1 day') RETURNING id`,
        [world.orgs[org], `invited-to-${org}@example.org`],
      );
      rows.push({ id: encodeId('MembershipInvite', id), org });
    }
    const isIt = ({ resource, operation }: CatalogueRule) => resource === 'user' && operation === 'CREATE';
    for (const rules of [
      catalogue.filter((rule) => !isIt(rule)),
      ...catalogue.filter(isIt).map((rule) => [rule]),
    ]) {
      const person = await passing([...rules, ...seeing('Organization')]);
      const seen = rows.filter(({ org }) =>
        rules.some((rule) => isIt(rule) && isInScope(rule.scope, find('Organization', org))),
      );
      await expectAt(person, 'MembershipInvite', rows, seen, () => true);
      for (const { id, org } of rows) {
        const { errors } = await server.ask(
          'mutation ($id: ID!) { cancelMembershipInvite(id: $id) { membershipInvite { status } } }',
          { id },
          person,
        );
        expect([org, errors?.[0].extensions.code ?? 'done']).toEqual([
          org,
          seen.some((row) => row.id === id) ? 'done' : 'NOT_FOUND',
        ]);
      }
      await server.sql(`UPDATE membership_invites SET answer = 'PENDING'`);
    }
    const invited = await createPerson(server, { email: 'invited-to-Gamma@example.org' });
    await expectAt(
      invited,
      'MembershipInvite',
      rows,
      rows.filter(({ org }) => org === 'Gamma'),
      () => false,
    );
    const unverified = await createPerson(server, {
      email: 'invited-to-Delta@example.org',
      isVerified: false,
    });
    for (const asker of [unverified, world.member, world.stranger, {}])
      await expectAt(asker, 'MembershipInvite', rows, [], () => false);
    await server.sql('DELETE FROM membership_invites');
  });

  it('memberships: by every rule of the catalogue, one’s own and what user:VIEW reaches; changed and ended as user:UPDATE and user:DELETE reach', async () => {
    const all = async () =>
      (
        await server.sql(
          'SELECT m.id, m.user_id, o.name FROM memberships m JOIN organizations o ON o.id = m.organization_id',
        )
      ).map(({ id, user_id, name }): Hanging => ({
        id: encodeId('Membership', id),
        org: name,
        user: user_id,
      }));
    const isOfMembers = ({ resource, scope }: CatalogueRule) => resource === 'user' && scope !== 'OWN';
    for (const rules of [
      catalogue.filter((rule) => !isOfMembers(rule)),
      ...catalogue.filter(isOfMembers).map((rule) => [rule]),
    ]) {
      const person = await passing([...rules, ...seeing('Organization')]);
      const rows = await all();
      const isOwn = ({ user }: Hanging) => user === person.userId;
      const reaches = (operation: string, row: Hanging) =>
        rules.some(
          (rule) =>
            isOfMembers(rule) &&
            rule.operation === operation &&
            isInScope(rule.scope, find('Organization', row.org)),
        );
      await expectAt(
        person,
        'Membership',
        rows,
        rows.filter((row) => isOwn(row) || reaches('VIEW', row)),
        () => true,
      );
      await holdRules(server, person, seeing('User'), world.orgs.Alpha);
      const few = fewOf(rows, person.userId);
      const able = await askEach(
        person,
        (id) => `node(id: "${id}") { ... on Membership { viewerCan } }`,
        few,
      );
      for (const operation of ['UPDATE', 'DELETE']) {
        const may = few.map((row) => reaches(operation, row) || (operation === 'DELETE' && isOwn(row)));
        expect([operation, able.map(({ viewerCan }) => viewerCan.includes(operation))]).toEqual([
          operation,
          may,
        ]);
      }
      const held = (
        await server.ask(
          `{ ${few.map(({ id }, at) => `a${at}: node(id: "${id}") { ... on Membership { roles { totalCount } rules { totalCount } } }`).join('\n')} }`,
          {},
          person,
        )
      ).data!;
      for (const field of ['roles', 'rules'])
        expect(few.map((_, at) => held[`a${at}`][field] !== null)).toEqual(
          few.map((row) => isOwn(row) || reaches('UPDATE', row)),
        );
      await forget();
    }
    const rows = await all();
    for (const [asker, own] of [
      [world.member, world.member.userId],
      [world.stranger, ''],
      [{}, ''],
    ] as const) {
      await expectAt(
        asker,
        'Membership',
        rows,
        rows.filter(({ user }) => user === own),
        () => false,
      );
    }
  }, 60_000);
});

describe('changing', () => {
  const actions = ['UPDATE', 'DELETE', 'RECEIVE'] as const;
  const judged = catalogue.filter(
    ({ operation, resource, scope }) =>
      (actions as readonly string[]).includes(operation) && scope !== 'OWN' && resource !== 'user',
  );

  it.each(judged.map((rule) => [`${rule.resource}:${rule.operation}:${rule.scope}`, rule] as const))(
    '%s reaches exactly its scope, by permission and viewerCan alike',
    async (_, rule) => {
      const person = await passing([rule, ...seeing(...types)]);
      for (const type of types) {
        const isSpokenOf =
          resourceOf[type] === rule.resource ||
          (rule.resource === 'live' && ['Collaboration', 'ComputeNode'].includes(type));
        const isThere = rule.operation !== 'RECEIVE' || ['Collaboration', 'ComputeNode'].includes(type);
        if (!isThere || type === 'User') continue;
        const may = rowsOf(type).map(
          (row) => isSpokenOf && isInScope(rule.scope, row) && row.isDefault !== true,
        );
        const decided = await askEach(
          person,
          (id) => `permission(action: ${rule.operation}, id: "${id}") { allowed }`,
          rowsOf(type),
        );
        expect([type, decided.map(({ allowed }) => allowed)]).toEqual([type, may]);
        const able = await askEach(
          person,
          (id) => `node(id: "${id}") { ... on ${type} { viewerCan } }`,
          rowsOf(type),
        );
        expect([type, able.map(({ viewerCan }) => viewerCan.includes(rule.operation))]).toEqual([type, may]);
      }
    },
  );

  it('is answered by whoCan with the very same people', async () => {
    const asked: [Row['type'], string][] = [
      ['Organization', 'VIEW'],
      ['Organization', 'UPDATE'],
      ['ComputeNode', 'DELETE'],
      ['Role', 'UPDATE'],
      ['Collaboration', 'RECEIVE'],
      ['User', 'VIEW'],
    ];
    for (const [type, action] of asked) {
      const rows = rowsOf(type).filter(({ name }) => /Alpha|Beta|Gamma|^X$|^Y$|Viewer/.test(name));
      const answers = await askEach(
        world.root,
        (id) => `whoCan(action: ${action}, id: "${id}", first: 100) { totalCount nodes { id } }`,
        rows,
      );
      rows.forEach((row, at) => {
        const resource = action === 'RECEIVE' ? 'live' : resourceOf[type];
        const named = world.holders.filter(({ rule, person }) => {
          if (row.uuid === person.userId) return true;
          return (
            rule.resource === resource &&
            rule.operation === action &&
            isInScope(rule.scope, row) &&
            !(action === 'UPDATE' && row.isDefault === true)
          );
        });
        const told = new Set(answers[at].nodes.map(({ id }: { id: string }) => id));
        const found = world.holders.filter(({ person }) => told.has(person.id));
        expect([action, row.name, found.map(({ rule }) => rule)]).toEqual([
          action,
          row.name,
          named.map(({ rule }) => rule),
        ]);
        expect(told.has(world.root.id)).toBe(row.isDefault !== true || action === 'VIEW');
        expect([told.has(world.member.id), told.has(world.stranger.id)]).toEqual([
          row.uuid === world.member.userId,
          row.uuid === world.stranger.userId,
        ]);
      });
    }
  });
});

describe('writing', () => {
  const rowIn = (type: Row['type'], org: (typeof places)[number]) => {
    const col = { Alpha: 'X', Beta: 'Z', Gamma: 'Y', Delta: 'Z' }[org];
    const names = {
      Organization: org,
      Collaboration: col,
      ComputeNode: `${org} in ${col}`,
      Role: `role of ${org}`,
      User: `person of ${org}`,
    };
    return find(type, names[type]);
  };
  const places = ['Alpha', 'Beta', 'Gamma', 'Delta'] as const;
  const orgId = (org: string) => find('Organization', org).id;

  /** Rows for a test that removes them, or makes others in them: a role, an organization, a collaboration of each place and its compute node. */
  const fresh = {
    async role(org: Org): Promise<string> {
      const id = randomUUID();
      await server.sql('INSERT INTO roles (id, name, organization_id) VALUES ($1, $2, $3)', [
        id,
        `fresh ${id}`,
        world.orgs[org],
      ]);
      return encodeId('Role', id);
    },
    organization: async () =>
      encodeId('Organization', await createOrganization(server, `fresh ${randomUUID()}`)),
    collaboration: (org: Org) =>
      createCollaboration(
        server,
        `fresh ${randomUUID()}`,
        { Alpha: ['Alpha', 'Beta'], Beta: ['Alpha', 'Beta'], Gamma: ['Gamma'], Delta: ['Beta', 'Delta'] }[
          org
        ].map((one) => world.orgs[one as Org]),
      ),
    async computeNode(org: Org): Promise<string> {
      const id = randomUUID();
      await server.sql(
        `INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash) VALUES ($1::uuid, 'fresh', $2, $3, $4, 'x')`,
        [id, world.orgs[org], await fresh.collaboration(org), id],
      );
      return encodeId('ComputeNode', id);
    },
  };
  const cleared = async () => {
    await server.sql(`DELETE FROM collaborations WHERE name ~ '^(fresh|made) '`);
    for (const table of ['roles', 'organizations'])
      await server.sql(`DELETE FROM ${table} WHERE name ~ '^(fresh|made) '`);
  };

  /** Each mutation that a rule lets people do, on rows of one organization. Of Beta it is the collaboration and the compute node in Z. */
  const writes: Record<string, (org: (typeof places)[number]) => string | Promise<string>> = {
    'organization:CREATE': () =>
      `createOrganization(input: { name: "made ${randomUUID()}" }) { organization { id } }`,
    'organization:DELETE': async () =>
      `deleteOrganization(id: "${await fresh.organization()}") { deletedId }`,
    'collaboration:CREATE': (org) =>
      `createCollaboration(input: { name: "made ${randomUUID()}", encrypted: false, organizationIds: ["${orgId(org)}"] }) { collaboration { id } }`,
    'collaboration:DELETE': async (org) =>
      `deleteCollaboration(id: "${encodeId('Collaboration', await fresh.collaboration(org))}") { deletedId }`,
    'compute_node:CREATE': async (org) =>
      `registerComputeNode(input: { collaborationId: "${encodeId('Collaboration', await fresh.collaboration(org))}", organizationId: "${orgId(org)}" }) { computeNode { id } }`,
    'compute_node:DELETE': async (org) =>
      `deleteComputeNode(id: "${await fresh.computeNode(org)}") { deletedId }`,
    'role:DELETE': async (org) => `deleteRole(id: "${await fresh.role(org)}") { deletedId }`,
    'organization:UPDATE': (org) =>
      `updateOrganization(id: "${orgId(org)}", input: { domain: "example.org" }) { organization { id } }`,
    'collaboration:UPDATE': (org) =>
      `updateCollaboration(id: "${rowIn('Collaboration', org).id}", input: {}) { collaboration { id } }`,
    'compute_node:UPDATE': (org) =>
      `updateComputeNode(id: "${rowIn('ComputeNode', org).id}", input: {}) { computeNode { id } }`,
    'role:CREATE': (org) =>
      `createRole(input: { name: "made ${Math.random()}", organizationId: "${orgId(org)}", ruleIds: [] }) { role { id } }`,
    'role:UPDATE': (org) =>
      `updateRole(id: "${rowIn('Role', org).id}", input: { description: "changed" }) { role { id } }`,
    'user:CREATE': (org) =>
      `addMember(organizationId: "${orgId(org)}", userId: "${world.stranger.id}") { organization { id } }`,
    'user:UPDATE': (org) =>
      `assignRole(userId: "${rowIn('User', org).id}", roleId: "${rowIn('Role', org).id}") { user { id } }`,
    'user:DELETE': (org) =>
      `removeMember(organizationId: "${orgId(org)}", userId: "${world.stranger.id}") { organization { id } }`,
  };
  const reached = {
    ORGANIZATION: ['Alpha'],
    COLLABORATION: ['Alpha', 'Beta'],
    GLOBAL: [...places],
  } as Record<string, string[]>;
  // Z is no collaboration of Alpha's.
  const besides = ['collaboration:UPDATE', 'compute_node:UPDATE'];

  it('is nothing for machines: compute nodes and containers see what is of their collaboration, and change none of it', async () => {
    const seen = {
      Organization: ['Alpha', 'Beta'],
      Collaboration: ['X'],
      ComputeNode: ['Alpha in X', 'Beta in X'],
      Role: [],
      User: [],
    } as Record<Row['type'], readonly string[]>;
    for (const machine of await machines('Alpha', 'X')) {
      for (const type of types) {
        const expected = rowsOf(type).filter(({ name }) => seen[type].includes(name));
        const { list } = await data(
          machine,
          `{ list: ${lists[type]}(first: 100) { totalCount nodes { id } } }`,
        );
        expect([type, list.totalCount, ids(list.nodes)]).toEqual([type, expected.length, ids(expected)]);
        expect(
          ids((await askEach(machine, (id) => `node(id: "${id}") { id }`, rowsOf(type))).filter(Boolean)),
        ).toEqual(ids(expected));
      }
      for (const [key, write] of Object.entries(writes)) {
        for (const org of places) {
          const { errors } = await server.ask(`mutation { ${await write(org)} }`, {}, machine);
          expect([key, org, errors?.map(({ extensions }) => extensions.code)]).toEqual([
            key,
            org,
            [expect.stringMatching(/^(FORBIDDEN|NOT_FOUND)$/)],
          ]);
        }
      }
    }
    await cleared();
  });

  const rules = catalogue.filter(
    ({ resource, operation, scope }) => `${resource}:${operation}` in writes && scope !== 'OWN',
  );
  it.each(rules.map((rule) => [`${rule.resource}:${rule.operation}:${rule.scope}`, rule] as const))(
    '%s writes within its scope, and is refused outside',
    async (_, rule) => {
      const key = `${rule.resource}:${rule.operation}`;
      const [person, blind, reader] = [
        await passing([rule, ...seeing(...types)]),
        await passing([rule]),
        await passing(seeing(...types)),
      ];
      // What is made of nothing hides nothing: there it is the rule alone that counts, and nothing else is told.
      const isOfNothing = key === 'organization:CREATE';
      for (const org of places) {
        if (rule.operation === 'DELETE')
          await server.sql(
            'INSERT INTO memberships (id, user_id, organization_id) VALUES (gen_random_uuid(), $1, $2) ON CONFLICT DO NOTHING',
            [world.stranger.userId, world.orgs[org]],
          );
        const isReached =
          reached[rule.scope].includes(org) &&
          !(org === 'Beta' && besides.includes(key) && rule.scope !== 'GLOBAL');
        const code = async (one: Person) =>
          (await server.ask(`mutation { ${await writes[key](org)} }`, {}, one)).errors?.[0].extensions
            ?.code ?? 'done';
        expect([org, await code(blind)]).toEqual([org, isOfNothing ? 'done' : 'NOT_FOUND']);
        expect([org, await code(world.member)]).toEqual([
          org,
          isOfNothing || key === 'collaboration:CREATE' ? 'FORBIDDEN' : 'NOT_FOUND',
        ]);
        expect([org, await code(reader)]).toEqual([org, 'FORBIDDEN']);
        expect([org, await code(person)]).toEqual([org, isReached ? 'done' : 'FORBIDDEN']);
        if (key === 'user:CREATE')
          await server.sql('DELETE FROM memberships WHERE user_id = $1', [world.stranger.userId]);
      }
      await server.sql('DELETE FROM memberships WHERE user_id = $1', [world.stranger.userId]);
      await server.sql('DELETE FROM role_assignments');
      await cleared();
    },
  );
});
