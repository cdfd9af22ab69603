/**
 * Two enforcers of one table: the compiled guards and the graphql-shield tree are built apart from one another, so
 * each is the other's test. On the same loaded rows they answer the same for every viewer; a rule turned round in a
 * copy of a table is noticed by both.
 */
import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ExecutionResult } from 'graphql';
import { GraphQLObjectType, GraphQLSchema, GraphQLString, parse } from 'graphql';
import { pino } from 'pino';
import { drawBlueprint } from '../blueprint.ts';
import { guardFields } from './guards.ts';
import type { OperationRule, OperationsTable } from './operations.ts';
import { byCell, byObject, forEveryone, forSignedIn, forStaff } from './operations.ts';
import type { RuleScope } from './rules.ts';
import { catalogue } from './rules.ts';
import { ProvedViewers } from './proved.ts';
import { Refusals } from './refusals.ts';
import { Permissions } from './registry.ts';
import type { ShieldScope } from './shield.ts';
import { applyShield } from './shield.ts';
import type { FieldRule, PermissionTable } from './table.ts';
import type { Viewer } from './viewer.ts';
import { anonymous } from './viewer.ts';
import type { Context } from '../platform/graphql/context.ts';
import { Executor } from '../platform/graphql/execute.ts';

const { permissions, operations } = drawBlueprint();
const noOperations: OperationsTable = { Query: {}, Mutation: {}, Subscription: {} };

const user: Viewer = {
  ...anonymous,
  kind: 'user',
  userId: 'u1',
  email: 'ada@example.org',
  eventRoles: new Map([['OWNER', ['e1']]]),
};
const rulesAt = (scope: RuleScope) =>
  catalogue.filter((rule) => rule.scope === scope).map((rule) => ({ ...rule, organizations: ['o1'] }));
const machine = { computeNodeId: 'c1', organizationId: 'o1', collaborationId: 'l1', taskId: null };
const viewers: Record<string, Viewer> = {
  anonymous,
  registered: user,
  verified: { ...user, isVerified: true },
  admin: { ...user, isAdmin: true },
  superAdmin: { ...user, isSuperAdmin: true },
  holder: { ...user, rules: rulesAt('ORGANIZATION') },
  globalHolder: { ...user, rules: rulesAt('GLOBAL') },
  computeNode: { ...anonymous, kind: 'computeNode', machine },
};

type LoadedRow = Record<string, string | boolean>;

/** A row as the reader hands it over: values, and the grants that are to be asked of it for this viewer. */
function loadedRow(table: PermissionTable, viewer: Viewer, held: ReadonlySet<string>): LoadedRow {
  const row: LoadedRow = {};
  for (const field of [...table.open, ...Object.keys(table.guarded)]) row[field] = `${field} of the row`;
  for (const name of Object.keys(table.grants)) {
    const { kind } = permissions.grant(table.resource, name, viewer);
    if (kind !== 'never') row[`?${name}`] = kind === 'always' || held.has(name);
  }
  return row;
}

/** The two enforcers of a table, each on a schema of its own that has just that type. */
function enforcersOf(table: PermissionTable): Executor[] {
  // Its grants may ask whether rows of other tables are visible.
  const others = permissions.all.filter(({ resource }) => resource !== table.resource);
  const only = Object.assign(new Permissions([table, ...others], permissions.models), { all: [table] });
  const rules: OperationsTable = { ...noOperations, Query: { row: forEveryone } };
  const schema = (): GraphQLSchema => {
    const names = [...table.open, ...Object.keys(table.guarded)];
    const type = new GraphQLObjectType({
      name: table.resource,
      fields: Object.fromEntries(names.map((name) => [name, { type: GraphQLString }])),
    });
    return new GraphQLSchema({
      query: new GraphQLObjectType({
        name: 'Query',
        fields: { row: { type, resolve: (root) => root as unknown } },
      }),
    });
  };
  const compiled = schema();
  guardFields(compiled, only);
  return [
    applyShield(compiled, only, rules, 'operations'),
    applyShield(schema(), only, rules, 'everything'),
  ].map(executorOf);
}

function executorOf(schema: GraphQLSchema): Executor {
  return new Executor({
    schema,
    executor: 'graphql-js',
    compileAfter: 1,
    limits: { anonymous: 1000, signedIn: 1000 },
  });
}

function execute(
  executor: Executor,
  document: string,
  viewer: Viewer,
  rootValue?: unknown,
): Promise<ExecutionResult> {
  const context = {
    viewer,
    refusals: new Refusals(),
    proved: new ProvedViewers(),
    isRejected: false,
    log: pino({ level: 'silent' }),
  } as unknown as Context;
  return executor.execute({ document: parse(document), context, rootValue });
}

/** What an enforcer shows of a row: the data, and the fields that it refused. */
async function shown(
  executor: Executor,
  names: readonly string[],
  viewer: Viewer,
  row: LoadedRow,
): Promise<string> {
  const { data, errors = [] } = await execute(executor, `{ row { ${names.join(' ')} } }`, viewer, row);
  const refused = errors.map(({ extensions, path }) => ({ ...extensions, path: path?.join('.') }));
  return JSON.stringify([data, refused.sort((a, b) => (String(a.path) < String(b.path) ? -1 : 1))]);
}

const guardedTables = permissions.all.filter(({ guarded }) =>
  Object.values(guarded).some(({ read }) => read),
);

describe.each(guardedTables.map((table) => [table.resource, table] as const))(
  'the enforcers of %s',
  (_, table) => {
    const grants = Object.keys(table.grants);
    const fields = [...table.open, ...Object.keys(table.guarded)];
    /** Rows on which none of the grants holds, one does, all do. */
    const heldSets = [new Set<string>(), ...grants.map((name) => new Set([name])), new Set(grants)];

    async function shownToAll(executor: Executor, field: string): Promise<string[]> {
      const all: string[] = [];
      for (const [name, viewer] of Object.entries(viewers)) {
        for (const held of heldSets)
          all.push(`${name}: ${await shown(executor, [field], viewer, loadedRow(table, viewer, held))}`);
      }
      return all;
    }

    it('agree on any row for any viewer', async () => {
      const [compiled, shield] = enforcersOf(table);
      const anyViewer = fc.record({
        name: fc.constantFrom(...Object.keys(viewers)),
        isVerified: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(anyViewer, fc.subarray(grants), async ({ name, isVerified }, held) => {
          const viewer: Viewer = { ...viewers[name], isVerified };
          const row = loadedRow(table, viewer, new Set(held));
          expect(await shown(compiled, fields, viewer, row)).toBe(await shown(shield, fields, viewer, row));
        }),
        { numRuns: 60 },
      );
    });

    it('refuse guarded fields alone, and show the others', async () => {
      const [compiled] = enforcersOf(table);
      const row = loadedRow(table, anonymous, new Set());
      const [data, refused] = JSON.parse(await shown(compiled, fields, anonymous, row)) as [
        { row: LoadedRow },
        { field: string; code: string }[],
      ];
      const guarded = Object.entries(table.guarded)
        .filter(([, { read }]) => read)
        .map(([field]) => field);
      expect(refused.map(({ field }) => field).sort()).toEqual(
        guarded.map((field) => `${table.resource}.${field}`).sort(),
      );
      for (const [field, value] of Object.entries(data.row))
        expect(value === null).toBe(guarded.includes(field));
    });

    const turned = Object.entries<FieldRule>(table.guarded).flatMap(([field, rule]) => {
      if (!rule.read) return [[field, 'closed', { ...rule, read: [] }] as const];
      return [
        [field, 'opened', { ...rule, read: undefined }] as const,
        [field, 'closed', { ...rule, read: [] }] as const,
        ...rule.read.map(
          (name) =>
            [field, `without ${name}`, { ...rule, read: rule.read?.filter((one) => one !== name) }] as const,
        ),
        ...grants
          .filter((name) => !rule.read?.includes(name))
          .map((name) => [field, `with ${name}`, { ...rule, read: [...(rule.read ?? []), name] }] as const),
      ];
    });
    /** Super admins are staff: where staff are let in, naming them makes no difference. */
    const isCovered = (field: string, how: string) =>
      how === 'with superAdmin' && table.guarded[field].read?.includes('staff') === true;

    it('both notice each rule that is turned round', async () => {
      const asWritten = enforcersOf(table);
      for (const [field, how, rule] of turned) {
        const before = await Promise.all(asWritten.map((enforcer) => shownToAll(enforcer, field)));
        const changed = { ...table, guarded: { ...table.guarded, [field]: rule } };
        const after = await Promise.all(enforcersOf(changed).map((enforcer) => shownToAll(enforcer, field)));
        const notices = after.map((all, index) => all.some((one, at) => one !== before[index][at]));
        expect([field, how, notices]).toEqual([
          field,
          how,
          isCovered(field, how) ? [false, false] : [true, true],
        ]);
        expect([field, how, after[0]]).toEqual([field, how, after[1]]);
      }
    });
  },
);

describe('the guard of operations', () => {
  const scopes: readonly ShieldScope[] = ['operations', 'everything'];
  const rules: Record<string, OperationRule> = {
    everyone: forEveryone,
    signedIn: forSignedIn,
    staff: forStaff,
    cell: byCell('Event', 'create'),
    object: byObject('update'),
  };

  /** Whether the operation runs, or the code of its refusal; read off a real execution. */
  async function outcome(
    scope: ShieldScope,
    root: 'Query' | 'Mutation',
    rule: OperationRule | undefined,
    viewer: Viewer,
  ): Promise<string> {
    const done = { type: GraphQLString, resolve: () => 'done' };
    const schema = new GraphQLSchema({
      query: new GraphQLObjectType({ name: 'Query', fields: { asked: done, other: done } }),
      mutation: new GraphQLObjectType({ name: 'Mutation', fields: { asked: done } }),
    });
    const table: OperationsTable = { ...noOperations, [root]: rule ? { asked: rule } : {} };
    const executor = executorOf(applyShield(schema, new Permissions([], permissions.models), table, scope));
    const { data, errors } = await execute(executor, `${root.toLowerCase()} { asked }`, viewer);
    return errors ? String(errors[0].extensions.code) : String(data?.asked);
  }

  /** The rules in other words than the code's. */
  function expected(name: string | undefined, viewer: string): string {
    if (name === undefined) return 'FORBIDDEN';
    if (name === 'everyone') return 'done';
    if (viewer === 'anonymous') return 'UNAUTHENTICATED';
    if (name === 'signedIn' && viewer === 'computeNode') return 'FORBIDDEN';
    return name === 'staff' && !['admin', 'superAdmin'].includes(viewer) ? 'FORBIDDEN' : 'done';
  }

  it.each([...Object.keys(rules), undefined])(
    'lets in whom the rule %s says, in both scopes; without a rule nobody',
    async (name) => {
      for (const scope of scopes) {
        for (const root of ['Query', 'Mutation'] as const) {
          for (const [who, viewer] of Object.entries(viewers)) {
            const got = await outcome(scope, root, name === undefined ? undefined : rules[name], viewer);
            expect([scope, root, who, got]).toEqual([scope, root, who, expected(name, who)]);
          }
        }
      }
    },
  );

  it('notices every operation of the tables that is turned round', async () => {
    const over = async (rule: OperationRule | undefined, scope: ShieldScope) =>
      (
        await Promise.all(Object.values(viewers).map((viewer) => outcome(scope, 'Query', rule, viewer)))
      ).join();
    for (const scope of scopes) {
      const turns = {
        opened: await over(forEveryone, scope),
        closed: await over(undefined, scope),
        staff: await over(forStaff, scope),
      };
      for (const rule of [
        ...Object.values(operations.Query),
        ...Object.values(operations.Mutation),
        ...Object.values(operations.Subscription),
      ]) {
        const now = await over(rule, scope);
        expect(now).not.toBe(turns.closed);
        expect(now === turns.opened).toBe(rule.kind === 'everyone' || rule.kind === 'bearer');
        expect(now === turns.staff).toBe(rule.kind === 'staff');
      }
    }
  });
});
