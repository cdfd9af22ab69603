/**
 * Nobody gets more than somebody gave who held it: each way up that one could think of is refused, and random edits of
 * roles and rules by random people never hand on more than the editor holds.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CatalogueRule } from '../../src/permissions/rules.ts';
import { catalogue, ruleScopes } from '../../src/permissions/rules.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import { defaultRoleId, ruleId } from '../../src/roles/sync.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRole, holdRules, join } from '../kit/collaborations.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let alpha: string;
let beta: string;

beforeAll(async () => {
  server = await startServer();
  alpha = await createOrganization(server, 'Alpha');
  beta = await createOrganization(server, 'Beta');
  await createCollaboration(server, 'Both', [alpha, beta]);
});
afterAll(() => server.close());

const org = (uuid: string) => encodeId('Organization', uuid);
const roleOf = (name: string) => encodeId('Role', defaultRoleId(name));
const rule = (
  resource: CatalogueRule['resource'],
  operation: CatalogueRule['operation'],
  scope: CatalogueRule['scope'],
): CatalogueRule => ({ resource, operation, scope });
const idOf = (one: CatalogueRule) => encodeId('Rule', ruleId(one));
const code = async (person: Person, document: string, variables?: Record<string, unknown>) =>
  String((await server.ask(document, variables, person)).errors?.[0].extensions?.code ?? 'done');
const handing = (verb: 'assignRole' | 'revokeRole' | 'giveRule' | 'takeRule') =>
  `mutation ($u: ID!, $it: ID!, $o: ID) { ${verb}(userId: $u, ${verb.endsWith('Role') ? 'roleId' : 'ruleId'}: $it, organizationId: $o) { user { id } } }`;
const create = 'mutation ($input: CreateRoleInput!) { createRole(input: $input) { role { id } } }';
const update =
  'mutation ($id: ID!, $input: UpdateRoleInput!) { updateRole(id: $id, input: $input) { role { id } } }';
const remove = 'mutation ($id: ID!) { deleteRole(id: $id) { deletedId } }';

/** A role of an organization, made directly; returns its id. */
async function customRole(rules: readonly CatalogueRule[], organization: string): Promise<string> {
  const id = randomUUID();
  await server.sql('INSERT INTO roles (id, name, organization_id) VALUES ($1, $2, $3)', [
    id,
    `role ${id}`,
    organization,
  ]);
  await server.sql('INSERT INTO role_rules (role_id, rule_id) SELECT $1, unnest($2::uuid[])', [
    id,
    rules.map(ruleId),
  ]);
  return encodeId('Role', id);
}

const held = async (person: Person) =>
  (
    await server.sql(
      'SELECT resource, operation, scope, organization_id FROM held_rules WHERE user_id = $1 ORDER BY 1, 2, 3, 4',
      [person.userId],
    )
  ).map((row) => Object.values(row).join(' '));

describe('ways up', () => {
  let admin: Person;
  let lead: Person;
  let member: Person;
  let outsider: Person;
  let root: Person;
  beforeAll(async () => {
    root = await createPerson(server, { isSuperAdmin: true });
    admin = await createPerson(server);
    lead = await createPerson(server);
    member = await createPerson(server);
    outsider = await createPerson(server);
    await holdRole(server, admin, 'Organization Admin', alpha);
    await holdRole(server, lead, 'Collaboration Admin', alpha);
    await holdRole(server, member, 'Viewer', alpha);
    await join(server, outsider, beta);
  });

  it('by oneself: nobody changes their own roles or rules, a super admin included', async () => {
    for (const person of [admin, lead, root]) {
      const before = await held(person);
      expect(
        await code(person, handing('assignRole'), { u: person.id, it: roleOf('Viewer'), o: org(alpha) }),
      ).toBe('FORBIDDEN');
      expect(
        await code(person, handing('revokeRole'), { u: person.id, it: roleOf('Viewer'), o: org(alpha) }),
      ).toBe('FORBIDDEN');
      expect(
        await code(person, handing('giveRule'), {
          u: person.id,
          it: idOf(rule('user', 'VIEW', 'ORGANIZATION')),
          o: org(alpha),
        }),
      ).toBe('FORBIDDEN');
      expect(
        await code(person, handing('takeRule'), {
          u: person.id,
          it: idOf(rule('user', 'VIEW', 'ORGANIZATION')),
          o: org(alpha),
        }),
      ).toBe('FORBIDDEN');
      expect(await held(person)).toEqual(before);
    }
    const own = await customRole([rule('user', 'VIEW', 'ORGANIZATION')], alpha);
    expect(await code(root, handing('assignRole'), { u: admin.id, it: own })).toBe('done');
    expect(await code(admin, update, { id: own, input: { ruleIds: [] } })).toBe('FORBIDDEN');
    expect(await code(admin, remove, { id: own })).toBe('FORBIDDEN');
  });

  it('by what one does not hold, given or taken, directly or through a role', async () => {
    const viewerHas = await held(member);
    for (const name of ['Researcher', 'Collaboration Admin', 'Root']) {
      expect([
        name,
        await code(admin, handing('assignRole'), { u: member.id, it: roleOf(name), o: org(alpha) }),
      ]).toEqual([name, 'FORBIDDEN']);
    }
    for (const one of [
      rule('task', 'CREATE', 'COLLABORATION'),
      rule('user', 'UPDATE', 'COLLABORATION'),
      rule('organization', 'CREATE', 'GLOBAL'),
      rule('organization', 'VIEW', 'GLOBAL'),
    ]) {
      expect(await code(admin, handing('giveRule'), { u: member.id, it: idOf(one), o: org(alpha) })).toBe(
        'FORBIDDEN',
      );
      expect(
        await code(admin, create, {
          input: { name: 'up', organizationId: org(alpha), ruleIds: [idOf(one)] },
        }),
      ).toBe('FORBIDDEN');
      const other = await customRole([one], alpha);
      expect(await code(admin, update, { id: other, input: { ruleIds: [] } })).toBe('FORBIDDEN');
      expect(await code(admin, remove, { id: other })).toBe('FORBIDDEN');
      const empty = await customRole([rule('user', 'VIEW', 'ORGANIZATION')], alpha);
      expect(await code(admin, update, { id: empty, input: { ruleIds: [idOf(one)] } })).toBe('FORBIDDEN');
    }
    expect(await held(member)).toEqual(viewerHas);
    await holdRules(server, member, [rule('task', 'CREATE', 'COLLABORATION')], alpha);
    await holdRole(server, outsider, 'Researcher', beta);
    expect(
      await code(admin, handing('takeRule'), {
        u: member.id,
        it: idOf(rule('task', 'CREATE', 'COLLABORATION')),
        o: org(alpha),
      }),
    ).toBe('FORBIDDEN');
    const researcher = await createPerson(server);
    await holdRole(server, researcher, 'Researcher', alpha);
    expect(
      await code(admin, handing('revokeRole'), { u: researcher.id, it: roleOf('Researcher'), o: org(alpha) }),
    ).toBe('FORBIDDEN');
    expect(
      await code(lead, handing('revokeRole'), { u: researcher.id, it: roleOf('Researcher'), o: org(alpha) }),
    ).toBe('done');
  });

  it('by another place: what is held in one organization is not handed on in another, nor site-wide', async () => {
    const before = await held(outsider);
    expect(
      await code(admin, handing('assignRole'), { u: outsider.id, it: roleOf('Viewer'), o: org(beta) }),
    ).toBe('NOT_FOUND');
    expect(
      await code(lead, handing('assignRole'), {
        u: outsider.id,
        it: roleOf('Organization Admin'),
        o: org(beta),
      }),
    ).toBe('FORBIDDEN');
    expect(
      await code(lead, handing('giveRule'), {
        u: outsider.id,
        it: idOf(rule('task', 'VIEW', 'COLLABORATION')),
        o: org(beta),
      }),
    ).toBe('FORBIDDEN');
    for (const person of [admin, lead]) {
      expect(await code(person, handing('assignRole'), { u: member.id, it: roleOf('Viewer') })).toBe(
        'FORBIDDEN',
      );
      expect(
        await code(person, handing('giveRule'), {
          u: member.id,
          it: idOf(rule('user', 'VIEW', 'ORGANIZATION')),
        }),
      ).toBe('FORBIDDEN');
      expect(await code(person, create, { input: { name: 'site', ruleIds: [] } })).toBe('FORBIDDEN');
    }
    expect(await held(outsider)).toEqual(before);
    // Global scope reaches everything wherever it is held.
    expect(
      await code(lead, handing('giveRule'), {
        u: outsider.id,
        it: idOf(rule('organization', 'VIEW', 'COLLABORATION')),
        o: org(beta),
      }),
    ).toBe('done');
  });

  it('by somebody else’s role: an organization’s roles go to its members, in it alone', async () => {
    const own = await customRole([rule('user', 'VIEW', 'ORGANIZATION')], alpha);
    expect(await code(root, handing('assignRole'), { u: outsider.id, it: own })).toBe('FORBIDDEN');
    expect(await code(root, handing('assignRole'), { u: outsider.id, it: own, o: org(beta) })).toBe(
      'BAD_USER_INPUT',
    );
    expect(
      await code(root, handing('assignRole'), { u: outsider.id, it: roleOf('Viewer'), o: org(alpha) }),
    ).toBe('FORBIDDEN');
    expect(await code(root, handing('assignRole'), { u: member.id, it: own })).toBe('done');
    expect(await code(root, handing('assignRole'), { u: member.id, it: own })).toBe('done');
    expect(
      (
        await server.sql(
          'SELECT count(*)::int AS n FROM role_assignments a JOIN roles r ON r.id = a.role_id WHERE a.user_id = $1 AND r.organization_id = $2',
          [member.userId, alpha],
        )
      )[0].n,
    ).toBe(1);
  });

  it('by the default roles: they change with the code alone', async () => {
    const before = await server.sql(
      'SELECT role_id, rule_id FROM role_rules l JOIN roles r ON r.id = l.role_id WHERE r.is_default ORDER BY 1, 2',
    );
    for (const name of ['Root', 'Viewer', 'Researcher', 'Organization Admin', 'Collaboration Admin']) {
      for (const person of [root, lead, admin]) {
        expect(await code(person, update, { id: roleOf(name), input: { name: 'mine' } })).toBe('FORBIDDEN');
        expect(await code(person, update, { id: roleOf(name), input: { ruleIds: [] } })).toBe('FORBIDDEN');
        expect(await code(person, remove, { id: roleOf(name) })).toBe('FORBIDDEN');
      }
      expect(
        await code(root, create, {
          input: { name: name.toUpperCase(), organizationId: org(alpha), ruleIds: [] },
        }),
      ).toBe('CONFLICT');
    }
    expect(
      await server.sql(
        'SELECT role_id, rule_id FROM role_rules l JOIN roles r ON r.id = l.role_id WHERE r.is_default ORDER BY 1, 2',
      ),
    ).toEqual(before);
    // Whatever else became of them is set right at the next start.
    await server.sql(`DELETE FROM role_rules WHERE role_id = $1`, [defaultRoleId('Viewer')]);
    await server.sql(`UPDATE roles SET description = 'tampered' WHERE id = $1`, [defaultRoleId('Viewer')]);
    await server.app.migrate();
    expect(
      await server.sql(
        'SELECT role_id, rule_id FROM role_rules l JOIN roles r ON r.id = l.role_id WHERE r.is_default ORDER BY 1, 2',
      ),
    ).toEqual(before);
    expect((await server.sql('SELECT count(*)::int AS n FROM rules'))[0].n).toBe(catalogue.length);
  });

  it('by the account: rules over a member do not reach what is the person’s own', async () => {
    const account =
      'mutation ($id: ID!, $input: UpdateUserInput!) { updateUser(id: $id, input: $input) { user { id } } }';
    for (const person of [admin, lead]) {
      expect(await code(person, account, { id: member.id, input: { firstName: 'x' } })).toBe('FORBIDDEN');
      expect(await code(person, account, { id: member.id, input: { isAdmin: true } })).toBe('FORBIDDEN');
      expect(
        await code(person, 'mutation ($id: ID!) { deleteUser(id: $id) { deletedId } }', { id: member.id }),
      ).toBe('FORBIDDEN');
    }
    // Own scope of user:update, which every viewer holds, is about the account and no membership.
    expect(
      await code(member, handing('assignRole'), { u: admin.id, it: roleOf('Viewer'), o: org(alpha) }),
    ).toBe('FORBIDDEN');
    const { errors } = await server.ask(
      'query ($id: ID!) { node(id: $id) { ... on User { email } } }',
      { id: admin.id },
      member,
    );
    expect(errors![0].extensions).toMatchObject({ code: 'FORBIDDEN', field: 'User.email' });
  });
});

describe('random edits', () => {
  interface Held {
    readonly resource: string;
    readonly operation: string;
    readonly scope: (typeof ruleScopes)[number];
    readonly place: string | null;
  }
  const everyone = async (people: readonly Person[]) => {
    const rows = await server.sql(
      'SELECT user_id, resource, operation, scope, organization_id AS place FROM held_rules WHERE user_id = ANY($1::uuid[])',
      [people.map(({ userId }) => userId)],
    );
    return new Map(
      people.map(({ userId }) => [userId, rows.filter((row) => row.user_id === userId) as unknown as Held[]]),
    );
  };
  /** Whether somebody who holds these holds the one too, there or everywhere, at its scope or a wider one. */
  const covers = (mine: readonly Held[], one: Held) =>
    mine.some(
      (my) =>
        my.resource === one.resource &&
        my.operation === one.operation &&
        ruleScopes.indexOf(my.scope) >= ruleScopes.indexOf(one.scope) &&
        (my.place === null || my.place === one.place || my.scope === 'GLOBAL'),
    );
  const key = ({ resource, operation, scope, place }: Held) => `${resource} ${operation} ${scope} ${place}`;

  it('never give, and never take, more than the editor holds, and nobody’s own', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => createPerson(server)));
    const places = [alpha, beta];
    for (const [at, name] of ['Organization Admin', 'Collaboration Admin', 'Researcher', 'Viewer'].entries())
      await holdRole(server, people[at], name, places[at % 2]);
    for (const person of people) for (const place of places) await join(server, person, place);
    await holdRules(
      server,
      people[4],
      [
        rule('user', 'UPDATE', 'GLOBAL'),
        rule('user', 'VIEW', 'GLOBAL'),
        rule('role', 'VIEW', 'GLOBAL'),
        rule('role', 'CREATE', 'ORGANIZATION'),
        rule('role', 'UPDATE', 'ORGANIZATION'),
        rule('organization', 'VIEW', 'GLOBAL'),
      ],
      alpha,
    );
    for (const resource of ['user', 'role'] as const)
      await holdRules(
        server,
        people[0],
        [rule(resource, 'UPDATE', 'COLLABORATION'), rule('organization', 'VIEW', 'COLLABORATION')],
        beta,
      );
    const roles: string[] = ['Viewer', 'Researcher', 'Organization Admin', 'Collaboration Admin', 'Root'].map(
      roleOf,
    );
    for (const place of places) roles.push(await customRole([rule('user', 'VIEW', 'ORGANIZATION')], place));
    let done = 0;
    const edit = fc.record({
      verb: fc.constantFrom(
        'assignRole',
        'assignRole',
        'revokeRole',
        'giveRule',
        'giveRule',
        'takeRule',
        'createRole',
        'updateRole',
        'deleteRole',
      ),
      who: fc.nat(4),
      whom: fc.nat(4),
      role: fc.nat(30),
      rules: fc.array(fc.nat(catalogue.length - 1), { minLength: 1, maxLength: 3 }),
      place: fc.constantFrom(0, 1, 2),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 5, maxLength: 12 }), async (edits) => {
        for (const { verb, who, whom, role, rules, place } of edits) {
          const editor = people[who];
          const before = await everyone(people);
          const o = place === 2 ? null : org(places[place]);
          const it = roles[role % roles.length];
          const ruleIds = rules.map((at) => idOf(catalogue[at]));
          const operations: Record<string, [string, Record<string, unknown>]> = {
            createRole: [create, { input: { name: `role ${Math.random()}`, organizationId: o, ruleIds } }],
            updateRole: [update, { id: it, input: { ruleIds } }],
            deleteRole: [remove, { id: it }],
          };
          const [document, variables] = operations[verb] ?? [
            handing(verb as 'giveRule'),
            { u: people[whom].id, it: verb.endsWith('Rule') ? ruleIds[0] : it, o },
          ];
          const answer = await server.ask(document, variables, editor);
          if (!answer.errors) done += 1;
          if (verb === 'createRole' && !answer.errors) roles.push(answer.data!.createRole.role.id as string);
          const after = await everyone(people);
          const mine = before.get(editor.userId)!;
          for (const { userId } of people) {
            const [had, has] = [before.get(userId)!, after.get(userId)!];
            const changed = [
              ...has.filter((one) => !had.some((other) => key(other) === key(one))),
              ...had.filter((one) => !has.some((other) => key(other) === key(one))),
            ];
            expect([verb, changed.filter((one) => !covers(mine, one)).map(key)]).toEqual([verb, []]);
            if (userId === editor.userId) expect(changed).toEqual([]);
          }
        }
      }),
      { numRuns: 12 },
    );
    // The edits were not all refused: something was handed on.
    expect(done).toBeGreaterThan(0);
  });
});
