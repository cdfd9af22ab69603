/**
 * Conditions mean in PostgreSQL what they say: random conditions over random rows, planned and compiled, against a
 * plain interpreter written here from the words of condition.ts. The same for a table turned round (each person).
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  all,
  always,
  any,
  column,
  future,
  holdsEventRole,
  holdsRule,
  holdsRuleHere,
  isNull,
  isViewer,
  isViewersAddress,
  isVisible,
  never,
  not,
  past,
  some,
  via,
  viewerIs,
} from '../../src/permissions/condition.ts';
import type { Condition } from '../../src/permissions/condition.ts';
import { Permissions } from '../../src/permissions/registry.ts';
import { ruleScopes } from '../../src/permissions/rules.ts';
import { ConditionSql } from '../../src/permissions/sql.ts';
import { actionCondition } from '../../src/permissions/table.ts';
import type { EachPerson, Viewer } from '../../src/permissions/viewer.ts';
import { anonymous } from '../../src/permissions/viewer.ts';
import { modelOf } from '../../src/platform/data/model.ts';
import { Statement, quote } from '../../src/platform/data/sql.ts';
import { defaultRoleId, ruleId } from '../../src/roles/sync.ts';
import { SessionState } from '../../src/sessions/session.states.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

type Row = Readonly<Record<string, any>>;
type Resource = 'Event' | 'Session' | 'Speaker' | 'CallForSpeakers' | 'User' | 'Organization';

let server: TestServer;
let permissions: Permissions;
/** Every row of the world, by table, read back from the database. */
const world: Record<string, Row[]> = {};

const id = (kind: number | string, number: number) =>
  `0199000${kind}-0000-7000-8000-${String(number).padStart(12, '0')}`;
const pick = <T>(values: readonly T[], seed: number): T => values[seed % values.length];

beforeAll(async () => {
  server = await startServer();
  ({ permissions } = server.app);
  const { sql } = server;
  for (let n = 0; n < 5; n += 1) {
    await sql(
      'INSERT INTO users (id, email, is_verified, is_admin, is_super_admin) VALUES ($1, $2, $3, $4, $5)',
      [id(1, n), n === 4 ? null : `person${n}@example.org`, n !== 1, n === 2, n === 3],
    );
  }
  for (let n = 0; n < 4; n += 1) {
    await sql(
      `INSERT INTO events (id, identifier, name, starts_at, ends_at, state, privacy, deleted_at) VALUES ($1, $2, 'x', $3, '2040-01-01', $4, $5, $6)`,
      [
        id(2, n),
        `event${n}`,
        n % 2 ? '2020-01-01' : '2039-01-01',
        n < 2 ? 'PUBLISHED' : 'DRAFT',
        n % 2 ? 'PRIVATE' : 'PUBLIC',
        n === 3 ? '2026-01-01' : null,
      ],
    );
    await sql('INSERT INTO event_members (id, event_id, user_id, role) VALUES ($1, $2, $3, $4)', [
      id(3, n),
      id(2, n),
      id(1, n),
      pick(['OWNER', 'MODERATOR'], n),
    ]);
  }
  await sql(
    `INSERT INTO calls_for_speakers (id, event_id, starts_at, ends_at, is_enabled, hash) VALUES ($1, $2, '2020-01-01', '2039-01-01', true, 'a')`,
    [id(4, 0), id(2, 0)],
  );
  await sql(
    `INSERT INTO calls_for_speakers (id, event_id, starts_at, ends_at, is_enabled, hash) VALUES ($1, $2, '2020-01-01', '2021-01-01', false, 'b')`,
    [id(4, 1), id(2, 1)],
  );
  for (let n = 0; n < 16; n += 1) {
    await sql(
      `INSERT INTO sessions (id, event_id, title, state, creator_id, entered_by_team, is_locked, starts_at, level, deleted_at)
       VALUES ($1, $2, 'x', $3, $4, $5, $6, $7, $8, $9)`,
      [
        id(5, n),
        id(2, n % 4),
        pick(Object.values(SessionState), n),
        n % 3 === 0 ? null : id(1, n % 5),
        n % 5 === 0,
        n % 2 === 0,
        pick([null, '2020-01-01', '2039-01-01'], n),
        pick([null, 'easy', 'hard'], n),
        n % 7 === 6 ? '2026-01-01' : null,
      ],
    );
  }
  for (let n = 0; n < 10; n += 1) {
    await sql(
      `INSERT INTO speakers (id, event_id, name, user_id, creator_id, email, deleted_at) VALUES ($1, $2, 'x', $3, $4, $5, $6)`,
      [
        id(6, n),
        id(2, n % 4),
        n % 3 === 0 ? null : id(1, (n + 1) % 5),
        n % 2 ? id(1, n % 5) : null,
        n % 4 === 0 ? null : `person${n % 5}@example.org`,
        n % 8 === 7 ? '2026-01-01' : null,
      ],
    );
    for (const session of new Set([n % 4, (n % 4) + 4 * (n % 3)]))
      await sql('INSERT INTO session_speakers (session_id, speaker_id) VALUES ($1, $2)', [
        id(5, session),
        id(6, n),
      ]);
  }
  for (let n = 0; n < 3; n += 1)
    await sql('INSERT INTO organizations (id, name) VALUES ($1, $2)', [id(7, n), `organization${n}`]);
  for (let n = 0; n < 2; n += 1) {
    await sql('INSERT INTO collaborations (id, name, encrypted) VALUES ($1, $2, false)', [
      id(8, n),
      `collaboration${n}`,
    ]);
    for (const organization of [n, n + 1])
      await sql(
        'INSERT INTO collaboration_organizations (collaboration_id, organization_id) VALUES ($1, $2)',
        [id(8, n), id(7, organization)],
      );
    await sql('UPDATE events SET organization_id = $2 WHERE id = $1', [id(2, n), id(7, n)]);
  }
  for (let n = 0; n < 5; n += 1)
    await sql('INSERT INTO memberships (id, user_id, organization_id) VALUES ($1, $2, $3)', [
      id(9, n),
      id(1, n),
      id(7, n % 3),
    ]);
  for (const [n, name] of [
    [0, 'Viewer'],
    [1, 'Organization Admin'],
    [4, 'Collaboration Admin'],
  ] as const) {
    await sql('INSERT INTO role_assignments (id, user_id, role_id, membership_id) VALUES ($1, $2, $3, $4)', [
      id('a', n),
      id(1, n),
      defaultRoleId(name),
      id(9, n),
    ]);
  }
  const given = ruleId({ resource: 'user', operation: 'VIEW', scope: 'ORGANIZATION' });
  await sql('INSERT INTO rule_grants (id, user_id, rule_id, membership_id) VALUES ($1, $2, $3, NULL)', [
    id('b', 2),
    id(1, 2),
    given,
  ]);
  for (const name of [
    'Organization',
    'Membership',
    'Collaboration',
    'CollaborationOrganization',
    'HeldRule',
    'Event',
    'EventMember',
    'CallForSpeakers',
    'Session',
    'Speaker',
    'SessionSpeaker',
    'SessionPerson',
    'User',
  ]) {
    const model = modelOf(permissions.models, name);
    const rows = await sql(`SELECT * FROM ${quote(model.table)}`);
    world[name] = rows.map((row) =>
      Object.fromEntries([...model.columns.values()].map(({ property, name: key }) => [property, row[key]])),
    );
  }
});
afterAll(() => server.close());

/** What a condition says of a row for a viewer, read naively. */
function holds(condition: Condition, resource: string, row: Row, viewer: Viewer): boolean {
  const inner = (one: Condition) => holds(one, resource, row, viewer);
  switch (condition.kind) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'all':
      return condition.of.every(inner);
    case 'any':
      return condition.of.some(inner);
    case 'not':
      return !inner(condition.of);
    case 'fact': {
      const isAnyAdmin = viewer.isAdmin || viewer.isSuperAdmin;
      const { kind, isVerified, isSuperAdmin } = viewer;
      return {
        signedIn: kind === 'user',
        verified: isVerified,
        staff: isAnyAdmin,
        superAdmin: isSuperAdmin,
        computeNode: kind === 'computeNode',
        container: kind === 'container',
      }[condition.fact];
    }
    case 'column':
      return condition.values.includes(row[condition.property]);
    case 'null':
      return row[condition.property] === null;
    case 'time':
      return (
        row[condition.property] !== null &&
        new Date(row[condition.property]).getTime() <= Date.now() === (condition.is === 'past')
      );
    case 'viewer':
      return row[condition.property] !== null && row[condition.property] === viewer.userId;
    case 'address':
      return row[condition.property] !== null && row[condition.property] === viewer.email;
    case 'ids':
      return condition.ids.includes(row[condition.property]);
    case 'rule':
      return viewer.rules.some(
        ({ resource: of, operation, scope, organizations }) =>
          of === condition.resource &&
          operation === condition.operation &&
          ruleScopes.indexOf(scope) >= ruleScopes.indexOf(condition.scope) &&
          (condition.at === 'anywhere' || organizations.includes(null) || organizations.includes(row.id)),
      );
    case 'machine':
      return viewer.machine !== null && viewer.machine[condition.tie] === row[condition.property];
    case 'role':
      if (condition.roles.includes('COORGANIZER') && viewer.hosting.includes(row.organization)) return true;
      return world.EventMember.some(
        (member) =>
          member.event === row.id && member.user === viewer.userId && condition.roles.includes(member.role),
      );
    case 'via': {
      const target = world[targetOf(resource, condition.relation)].find(
        (one) => one.id === row[condition.relation],
      );
      return (
        target !== undefined && holds(condition.where, targetOf(resource, condition.relation), target, viewer)
      );
    }
    case 'some':
      return related(resource, condition.relation, row).some(
        (one) =>
          (one.deletedAt ?? null) === null &&
          holds(condition.where, targetOf(resource, condition.relation), one, viewer),
      );
    case 'visible':
      return holds(
        actionCondition(permissions.table(condition.resource), 'view'),
        condition.resource,
        row,
        viewer,
      );
  }
}

function targetOf(resource: string, relation: string): string {
  const found = modelOf(permissions.models, resource).relations.get(relation)!;
  if (found.kind === 'any') throw new Error(`${resource}.${relation} leads to any table`);
  return found.target;
}

function related(resource: string, name: string, row: Row): Row[] {
  const relation = modelOf(permissions.models, resource).relations.get(name)!;
  if (relation.kind === 'many') return world[relation.target].filter((one) => one[relation.by] === row.id);
  if (relation.kind === 'same')
    return world[relation.target].filter((one) => one[relation.column] === row[relation.column]);
  if (relation.kind === 'one' || relation.kind === 'any')
    throw new Error(`${resource}.${name} is no to-many relation`);
  const linked = world[relation.join]
    .filter((link) => link[relation.own] === row.id)
    .map((link) => link[relation.other]);
  return world[relation.target].filter((one) => linked.includes(one.id));
}

/** Living rows: every table asks first whether a row exists for anybody, so a deleted one is never the row in scope. */
const living = (resource: string) => world[resource].filter((row) => (row.deletedAt ?? null) === null);
const isLiving = (resource: string, alias: string) =>
  modelOf(permissions.models, resource).softDeleted ? `${alias}.deleted_at IS NULL` : 'true';

/** The conditions that make sense on a row by themselves. */
const leaves: Record<Resource, fc.Arbitrary<Condition>> = {
  Organization: fc.constantFrom(
    column('name', 'organization1'),
    holdsRuleHere('user', 'VIEW', 'ORGANIZATION'),
    holdsRuleHere('user', 'VIEW', 'COLLABORATION'),
    holdsRuleHere('organization', 'UPDATE', 'COLLABORATION'),
    isVisible('Organization'),
  ),
  Event: fc.constantFrom(
    holdsEventRole('COORGANIZER'),
    column('state', 'PUBLISHED'),
    column('privacy', 'PUBLIC'),
    past('startsAt'),
    isNull('deletedAt'),
    isNull('description'),
    holdsEventRole('OWNER'),
    holdsEventRole('OWNER', 'MODERATOR'),
    isVisible('Event'),
  ),
  Session: fc.constantFrom(
    column('state', 'ACCEPTED', 'CONFIRMED'),
    column('isLocked', true),
    column('level', 'easy'),
    isNull('level'),
    future('startsAt'),
    past('startsAt'),
    isViewer('creator'),
    isNull('creator'),
    isNull('deletedAt'),
    isVisible('Session'),
  ),
  Speaker: fc.constantFrom(
    isViewer('user'),
    isNull('user'),
    isViewersAddress('email'),
    isNull('email'),
    isViewer('creator'),
    isVisible('Speaker'),
  ),
  CallForSpeakers: fc.constantFrom(
    column('isEnabled', true),
    past('endsAt'),
    future('endsAt'),
    isNull('softEndsAt'),
  ),
  User: fc.constantFrom(
    isViewer('id'),
    column('isVerified', true),
    isViewersAddress('email'),
    isNull('email'),
    isVisible('User'),
  ),
};
const toOne: Partial<Record<Resource, [string, Resource][]>> = {
  Event: [['organization', 'Organization']],
  Session: [
    ['event', 'Event'],
    ['creator', 'User'],
  ],
  Speaker: [
    ['event', 'Event'],
    ['user', 'User'],
  ],
  CallForSpeakers: [['event', 'Event']],
};
const toMany: Partial<Record<Resource, [string, Resource][]>> = {
  Organization: [
    ['members', 'User'],
    ['events', 'Event'],
  ],
  Event: [
    ['sessions', 'Session'],
    ['speakers', 'Speaker'],
    ['callForSpeakers', 'CallForSpeakers'],
  ],
  Session: [['speakers', 'Speaker']],
  Speaker: [['sessions', 'Session']],
  User: [
    ['sessions', 'Session'],
    ['createdSessions', 'Session'],
    ['speakers', 'Speaker'],
    ['organizations', 'Organization'],
  ],
};
const facts = fc.constantFrom(
  always,
  never,
  viewerIs('signedIn'),
  viewerIs('verified'),
  viewerIs('staff'),
  viewerIs('superAdmin'),
  viewerIs('computeNode'),
  holdsRule('user', 'UPDATE', 'ORGANIZATION'),
  holdsRule('organization', 'VIEW', 'GLOBAL'),
);

function conditionsOn(resource: Resource, depth: number): fc.Arbitrary<Condition> {
  const leaf = fc.oneof({ weight: 4, arbitrary: leaves[resource] }, { weight: 1, arbitrary: facts });
  if (depth === 0) return leaf;
  const deeper = conditionsOn(resource, depth - 1);
  const behind = (
    relations: [string, Resource][] | undefined,
    make: (name: string, where: Condition) => Condition,
  ) =>
    (relations ?? []).map(([name, target]) =>
      conditionsOn(target, depth - 1).map((where) => make(name, where)),
    );
  return fc.oneof(
    leaf,
    fc.array(deeper, { maxLength: 3 }).map((parts) => all(...parts)),
    fc.array(deeper, { maxLength: 3 }).map((parts) => any(...parts)),
    deeper.map(not),
    ...behind(toOne[resource], via),
    ...behind(toMany[resource], some),
  );
}

const resources: Resource[] = ['Event', 'Session', 'Speaker', 'User', 'Organization'];
const anyQuestion = fc
  .constantFrom(...resources)
  .chain((resource) => fc.record({ resource: fc.constant(resource), condition: conditionsOn(resource, 3) }));

function viewerOf(row: Row | undefined): Viewer {
  if (!row) return anonymous;
  const roles = new Map<string, string[]>();
  for (const { user, role, event } of world.EventMember)
    if (user === row.id) roles.set(role, [...(roles.get(role) ?? []), event]);
  const held = world.HeldRule.filter(({ user }) => user === row.id);
  const rules = held.map(({ resource, operation, scope, organization }) => ({
    resource,
    operation,
    scope,
    organizations: [organization],
  }));
  const hosts = held.filter(
    (rule) =>
      rule.isThroughRole &&
      rule.organization !== null &&
      rule.resource === 'organization' &&
      rule.operation === 'UPDATE',
  );
  const hosting = hosts.map(({ organization }) => organization as string);
  const { id: userId, email, isVerified, isAdmin, isSuperAdmin } = row;
  return {
    ...anonymous,
    kind: 'user',
    userId,
    email,
    isVerified,
    isAdmin,
    isSuperAdmin,
    eventRoles: roles,
    rules,
    hosting,
  };
}

describe('plan and SQL', () => {
  it('agree with the words of any condition, for any viewer, on every row', async () => {
    await fc.assert(
      fc.asyncProperty(anyQuestion, fc.integer({ min: -1, max: 4 }), async ({ resource, condition }, who) => {
        const viewer = viewerOf(world.User[who]);
        const statement = new Statement();
        const source = { model: modelOf(permissions.models, resource), alias: statement.alias() };
        const text = new ConditionSql(permissions.models, statement, viewer).compile(
          permissions.plan(condition, viewer),
          source,
        );
        const rows = await server.sql(
          `SELECT id FROM ${quote(source.model.table)} ${source.alias} WHERE ${isLiving(resource, source.alias)} AND ${text} ORDER BY id`,
          statement.values,
        );
        const said = living(resource)
          .filter((row) => holds(condition, resource, row, viewer))
          .map((row) => row.id as string);
        expect(rows.map((row) => row.id)).toEqual(said.sort());
      }),
      { numRuns: 300 },
    );
  });

  it('agree for each person, where a condition is turned round', async () => {
    await fc.assert(
      fc.asyncProperty(anyQuestion, async ({ resource, condition }) => {
        const statement = new Statement();
        const each: EachPerson = { kind: 'each', alias: statement.alias() };
        const source = { model: modelOf(permissions.models, resource), alias: statement.alias() };
        const text = new ConditionSql(permissions.models, statement, each).compile(
          permissions.plan(condition, each),
          source,
        );
        const pairs = await server.sql(
          `SELECT ${each.alias}.id AS person, ${source.alias}.id AS row
           FROM users ${each.alias}, ${quote(source.model.table)} ${source.alias}
           WHERE ${isLiving(resource, source.alias)} AND ${text}`,
          statement.values,
        );
        const said = world.User.flatMap((person) =>
          living(resource)
            .filter((row) => holds(condition, resource, row, viewerOf(person)))
            .map((row) => `${person.id} ${row.id}`),
        );
        expect(pairs.map(({ person, row }) => `${person} ${row}`).sort()).toEqual(said.sort());
      }),
      { numRuns: 150 },
    );
  });

  it('agree on what every table says of View, for every viewer', async () => {
    for (const resource of [
      'Organization',
      'Membership',
      'Event',
      'Session',
      'Speaker',
      'CallForSpeakers',
      'User',
      'EventMember',
    ]) {
      for (const person of [undefined, ...world.User]) {
        const viewer = viewerOf(person);
        const statement = new Statement();
        const source = { model: modelOf(permissions.models, resource), alias: statement.alias() };
        const text = new ConditionSql(permissions.models, statement, viewer).compile(
          permissions.action(resource, 'view', viewer),
          source,
        );
        const rows = await server.sql(
          `SELECT id FROM ${quote(source.model.table)} ${source.alias} WHERE ${text}`,
          statement.values,
        );
        const view = actionCondition(permissions.table(resource), 'view');
        const said = world[resource]
          .filter((row) => holds(view, resource, row, viewer))
          .map((row) => row.id as string);
        expect([resource, viewer.email, rows.map((row) => row.id).sort()]).toEqual([
          resource,
          viewer.email,
          said.sort(),
        ]);
      }
    }
  });
});
