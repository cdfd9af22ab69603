/**
 * The shield: the complete graphql-shield rule tree, generated from the tables. Its root fields guard every
 * operation; with GUARDS=shield the whole tree guards every field too, as a second enforcer of the same tables that
 * must agree with the compiled guards. It is built apart from them and reads the tables' rows by itself.
 */
import { createRequire } from 'node:module';
import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { isObjectType } from 'graphql';
import { forbidden, unauthenticated } from '../platform/graphql/errors.ts';
import type { GuardContext } from './guards.ts';
import type { OperationRule, OperationsTable } from './operations.ts';
import { decideOperation } from './operations.ts';
import type { Permissions } from './registry.ts';
import type { PermissionTable } from './table.ts';
import type { Viewer } from './viewer.ts';
import { isStaff } from './viewer.ts';

// Both packages are loaded as CommonJS: mixed with their ESM builds they do not recognise each other's generators.
const require = createRequire(import.meta.url);
const { rule, shield, allow, deny } = require('graphql-shield') as typeof import('graphql-shield');
const { applyMiddleware } = require('graphql-middleware') as typeof import('graphql-middleware');

type Rule = ReturnType<ReturnType<typeof rule>>;
type Tree = Record<string, Record<string, Rule>>;

/** Which part of the tree to apply. */
export type ShieldScope = 'operations' | 'everything';

/** The schema with the rule tree applied: to its operations, or to everything. */
export function applyShield(
  schema: GraphQLSchema,
  permissions: Permissions,
  operations: OperationsTable,
  scope: ShieldScope,
): GraphQLSchema {
  const tree = {
    ...operationRules(schema, operations),
    ...structuralRules(schema, permissions),
    ...fieldRules(schema, permissions),
  };
  const options = { fallbackRule: deny, allowExternalErrors: true, fallbackError: () => refused() };
  const generator = shield(tree, options as never);
  if (scope === 'everything') return applyMiddleware(schema, generator);
  const whole = (
    generator as unknown as { generate(schema: GraphQLSchema): Record<string, unknown> }
  ).generate(schema);
  const roots = Object.fromEntries(
    ['Query', 'Mutation', 'Subscription'].flatMap((root) => (whole[root] ? [[root, whole[root]]] : [])),
  );
  return applyMiddleware(schema, roots as never);
}

function refused(): Error {
  return forbidden('You may not do this');
}

function operationRules(schema: GraphQLSchema, operations: OperationsTable): Tree {
  const tree: Tree = {};
  for (const root of ['Query', 'Mutation', 'Subscription'] as const) {
    if (!schema.getType(root)) continue;
    tree[root] = {};
    for (const [field, operation] of Object.entries(operations[root]))
      tree[root][field] = operationRule(`${root}.${field}`, operation);
  }
  return tree;
}

function operationRule(name: string, operation: OperationRule): Rule {
  return rule(`operation ${name}`, { cache: 'no_cache' })((_parent, _args, context: GuardContext) => {
    const decision = decideOperation(operation, context.viewer);
    if (decision === 'allowed') return true;
    return decision === 'UNAUTHENTICATED' ? unauthenticated() : refused();
  });
}

/** Types without a table, connections and payloads among them: they show what their fields show. */
function structuralRules(schema: GraphQLSchema, permissions: Permissions): Tree {
  const tree: Tree = {};
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || permissions.has(type.name)) continue;
    if (['Query', 'Mutation', 'Subscription'].includes(type.name)) continue;
    tree[type.name] = Object.fromEntries(
      Object.keys(type.getFields()).map((field) => [field, allow as unknown as Rule]),
    );
  }
  return tree;
}

function fieldRules(schema: GraphQLSchema, permissions: Permissions): Tree {
  const tree: Tree = {};
  for (const table of permissions.all) {
    const type = schema.getType(table.resource);
    if (!isObjectType(type)) continue;
    tree[table.resource] = {};
    for (const field of Object.keys(type.getFields())) {
      if (table.open.includes(field)) tree[table.resource][field] = allow as unknown as Rule;
      else if (table.guarded[field]) tree[table.resource][field] = fieldRule(permissions, table, field);
    }
  }
  return tree;
}

/** One field, judged by the rows of the table that name it: whoever one of its grants covers reads it. */
function fieldRule(permissions: Permissions, table: PermissionTable, field: string): Rule {
  const coordinate = `${table.resource}.${field}`;
  return rule(`field ${coordinate}`, { cache: 'no_cache' })(
    (row: Record<string, unknown>, _args, context: GuardContext, info: GraphQLResolveInfo) => {
      const readers = table.guarded[field].read;
      if (!readers) return true;
      const viewer = context.proved.at(info) ?? context.viewer;
      if (
        readers.some((reader) => covers(reader, row, viewer) || isCovered(permissions, table, reader, viewer))
      )
        return true;
      return new RefusedField(coordinate);
    },
  );
}

function covers(reader: string, row: Record<string, unknown>, viewer: Viewer): boolean {
  if (reader === 'staff') return isStaff(viewer);
  if (reader === 'superAdmin') return viewer.isSuperAdmin;
  return row[`?${reader}`] === true;
}

/** Whether a grant is the viewer's whatever the row, so that it was not asked of it: a rule held at global scope. */
function isCovered(
  permissions: Permissions,
  table: PermissionTable,
  reader: string,
  viewer: Viewer,
): boolean {
  return viewer.rules.length > 0 && permissions.grant(table.resource, reader, viewer).kind === 'always';
}

/** A refused field on its way out of the shield; `noteRefusals` turns it into null and a note. */
export class RefusedField extends Error {
  constructor(readonly coordinate: string) {
    super(`You may not read ${coordinate} here`);
  }
}
