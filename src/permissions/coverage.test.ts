/** No gap in the tables gets past a start: each kind of it is named, and the server is not built. */
import 'reflect-metadata';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLSchema } from 'graphql';
import { buildSchema as buildFromText, extendSchema, parse } from 'graphql';
import type { Blueprint } from '../blueprint.ts';
import { drawBlueprint } from '../blueprint.ts';
import { assertCovered, uncovered } from './coverage.ts';
import type { OperationsTable } from './operations.ts';
import { forEveryone } from './operations.ts';
import { Permissions } from './registry.ts';
import type { PermissionTable } from './table.ts';
import { permissionTable, staff } from './table.ts';
import { buildSchema, buildUnguardedSchema } from '../platform/graphql/schema.ts';
import { slices } from '../slices.ts';

let blueprint: Blueprint;
let schema: GraphQLSchema;
const resolvers = slices.flatMap((slice) => slice.resolvers ?? []);

beforeAll(() => {
  blueprint = drawBlueprint();
  schema = buildUnguardedSchema({ resolvers, permissions: blueprint.permissions });
});

/** The tables, one of them changed or left out. */
function tables(resource: string, change?: (table: PermissionTable) => PermissionTable): Permissions {
  const changed = blueprint.permissions.all.flatMap((table) =>
    table.resource !== resource ? [table] : change ? [change(table)] : [],
  );
  return new Permissions(changed, blueprint.permissions.models);
}

const gaps = (given: { schema?: GraphQLSchema; permissions?: Permissions; operations?: OperationsTable }) =>
  uncovered(
    given.schema ?? schema,
    given.permissions ?? blueprint.permissions,
    given.operations ?? blueprint.operations,
  );

const extended = (text: string) => extendSchema(schema, parse(text), { assumeValid: true });

function without<T extends object>(record: T, ...keys: string[]): T {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key))) as T;
}

describe('coverage', () => {
  it('is whole as the code stands', () => {
    expect(gaps({})).toEqual([]);
    expect(blueprint.gaps()).toEqual([]);
  });

  it('names a type without a table, also where an interface includes it', () => {
    const found = gaps({ permissions: tables('Track') });
    expect(found).toContain('type Track has no permission table');
    expect(found).toContain('Node includes Track, which has no permission table');
  });

  it('names a member of a union without a table', () => {
    const found = gaps({ schema: extended('union Found = Track | Room'), permissions: tables('Track') });
    expect(found).toContain('Found includes Track, which has no permission table');
  });

  it('names every field that is in no table', () => {
    const { all } = blueprint.permissions;
    const found = all.flatMap(({ resource, open }) =>
      open.flatMap((field) =>
        gaps({
          permissions: tables(resource, (table) => ({ ...table, open: open.filter((one) => one !== field) })),
        }).includes(`${resource}.${field} is not in its table`)
          ? []
          : [`${resource}.${field}`],
      ),
    );
    expect(found).toEqual([]);
    const permissions = tables('Speaker', (table) => ({
      ...table,
      guarded: without(table.guarded, 'email'),
    }));
    expect(gaps({ permissions })).toContain('Speaker.email is not in its table');
  });

  it('names a field, a table and an operation of nothing in the schema', () => {
    const permissions = tables('Track', (table) => ({ ...table, open: [...table.open, 'length'] }));
    expect(gaps({ permissions })).toEqual(['Track.length is not in the schema']);
    const ghost = permissionTable({
      resource: 'SessionSpeaker',
      exists: staff.who,
      notes: {},
      rows: [],
      grants: {},
      open: [],
      guarded: {},
    });
    const more = new Permissions([...blueprint.permissions.all, ghost], blueprint.permissions.models);
    expect(gaps({ permissions: more })).toEqual(['table SessionSpeaker is of no type of the schema']);
    const operations = {
      ...blueprint.operations,
      Query: { ...blueprint.operations.Query, ghosts: forEveryone },
    };
    expect(gaps({ operations })).toEqual(['operation Query.ghosts is not in the schema']);
  });

  it('names a filter and an order by what is no field of the table', () => {
    const permissions = tables('Event', (table) => ({
      ...table,
      open: table.open.filter((field) => field !== 'name'),
    }));
    expect(gaps({ permissions })).toEqual([
      'Event.name is not in its table',
      'EventFilter.name filters by no field of the table of Event',
      'EventOrder.NAME_ASC orders by no field of the table of Event',
      'EventOrder.NAME_DESC orders by no field of the table of Event',
    ]);
    const filter = extended('extend input EventFilter { sourceIdentifier: StringCondition }');
    expect(gaps({ schema: filter })).toEqual([
      'EventFilter.sourceIdentifier filters by no field of the table of Event',
    ]);
  });

  it.each(['Query', 'Mutation', 'Subscription'] as const)(
    'names every operation of %s that is in no table',
    (root) => {
      const names = Object.keys(blueprint.operations[root]);
      for (const name of names) {
        const operations = { ...blueprint.operations, [root]: without(blueprint.operations[root], name) };
        expect(gaps({ operations })).toEqual([`${root}.${name} is in no table of operations`]);
      }
      const text = schema.getType(root)
        ? `extend type ${root} { ghosts: Int }`
        : `type ${root} { ghosts: Int }`;
      expect(gaps({ schema: extended(text) })).toEqual([`${root}.ghosts is in no table of operations`]);
    },
  );

  it('stops the start with the whole list', () => {
    const permissions = tables('Speaker', (table) => ({
      ...table,
      guarded: without(table.guarded, 'email', 'mobile'),
    }));
    const build = () =>
      buildSchema({ resolvers, permissions, operations: blueprint.operations, guards: 'compiled' });
    expect(build).toThrow(
      /do not cover the schema:[^]*Speaker\.email is not in its table[^]*Speaker\.mobile is not in its table/,
    );
    expect(() =>
      assertCovered(
        buildFromText('type Query { a: Int }'),
        new Permissions([], blueprint.permissions.models),
        { Query: {}, Mutation: {}, Subscription: {} },
      ),
    ).toThrow('Query.a is in no table of operations');
  });

  it('refuses a table that names a note or a grant which it does not have', () => {
    const table = {
      resource: 'Event',
      exists: staff.who,
      notes: {},
      rows: [],
      grants: {},
      open: ['name'],
      guarded: {},
    };
    expect(() => permissionTable({ ...table, rows: [{ actor: staff, view: [1] }] } as never)).toThrow(
      'super admin, admin, view: no note 1',
    );
    expect(() => permissionTable({ ...table, rows: [{ actor: staff, view: [] }] })).toThrow(
      'an empty list of notes',
    );
    expect(() => permissionTable({ ...table, guarded: { state: { read: ['team'] } } } as never)).toThrow(
      'state: no grant team',
    );
    expect(() => permissionTable({ ...table, guarded: { name: {} } })).toThrow('name is open and guarded');
  });
});
