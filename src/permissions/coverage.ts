/**
 * Coverage: the server does not start with a gap. Every type with rows behind it has a table, every field of it a
 * line, every filter and order a readable field, and every root field an operation; nothing is in a table that is
 * not in the schema.
 */
import type { GraphQLInputObjectType, GraphQLSchema } from 'graphql';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { OperationsTable } from './operations.ts';
import type { Permissions } from './registry.ts';
import type { PermissionTable } from './table.ts';

const roots = ['Query', 'Mutation', 'Subscription'] as const;

/** What the tables leave out, or name without cause; empty when the schema is covered. */
export function uncovered(
  schema: GraphQLSchema,
  permissions: Permissions,
  operations: OperationsTable,
): string[] {
  const gaps: string[] = [];
  for (const root of roots) {
    const fields = schema.getType(root);
    const names = isObjectType(fields) ? Object.keys(fields.getFields()) : [];
    for (const name of names)
      if (!operations[root][name]) gaps.push(`${root}.${name} is in no table of operations`);
    for (const name of Object.keys(operations[root])) {
      if (!names.includes(name)) gaps.push(`operation ${root}.${name} is not in the schema`);
    }
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isUnionType(type))
      gaps.push(
        ...unexpanded(
          type.name,
          type.getTypes().map(({ name }) => name),
          permissions,
        ),
      );
    if (isInterfaceType(type)) {
      gaps.push(
        ...unexpanded(
          type.name,
          schema.getPossibleTypes(type).map(({ name }) => name),
          permissions,
        ),
      );
    }
    if (!isObjectType(type)) continue;
    const isEntity = permissions.models.has(type.name);
    if (isEntity && !permissions.has(type.name)) gaps.push(`type ${type.name} has no permission table`);
    if (permissions.has(type.name))
      gaps.push(...fieldGaps(Object.keys(type.getFields()), permissions.table(type.name)));
  }
  for (const table of permissions.all) {
    if (!isObjectType(schema.getType(table.resource)))
      gaps.push(`table ${table.resource} is of no type of the schema`);
    gaps.push(...argumentGaps(schema, table));
  }
  return gaps;
}

/** Throws, naming everything that is missing, unless the tables cover the schema. */
export function assertCovered(
  schema: GraphQLSchema,
  permissions: Permissions,
  operations: OperationsTable,
): void {
  const gaps = uncovered(schema, permissions, operations);
  if (gaps.length > 0)
    throw new Error(`The permission tables do not cover the schema:\n  ${gaps.join('\n  ')}`);
}

function unexpanded(name: string, members: readonly string[], permissions: Permissions): string[] {
  return members
    .filter((member) => permissions.models.has(member) && !permissions.has(member))
    .map((member) => `${name} includes ${member}, which has no permission table`);
}

function fieldGaps(fields: readonly string[], table: PermissionTable): string[] {
  const listed = [...table.open, ...Object.keys(table.guarded)];
  return [
    ...fields
      .filter((field) => !listed.includes(field))
      .map((field) => `${table.resource}.${field} is not in its table`),
    ...listed
      .filter((field) => !fields.includes(field))
      .map((field) => `${table.resource}.${field} is not in the schema`),
  ];
}

/** A filter or an order may only use a field of the table, so that its read rule applies to the condition too. */
function argumentGaps(schema: GraphQLSchema, table: PermissionTable): string[] {
  // A condition on a field of which only entries may be read would tell of the others.
  const readable = Object.entries(table.guarded).filter(([, rule]) => !rule.entries);
  const known = new Set([...table.open, ...readable.map(([field]) => field)]);
  const gaps: string[] = [];
  const filter = schema.getType(`${table.resource}Filter`);
  if (isInputObjectType(filter)) {
    for (const field of filterFields(filter)) {
      if (!known.has(field))
        gaps.push(`${filter.name}.${field} filters by no field of the table of ${table.resource}`);
    }
  }
  const order = schema.getType(`${table.resource}Order`);
  if (isEnumType(order)) {
    for (const { name, value } of order.getValues()) {
      const field = String(value).split(' ')[0];
      if (!known.has(field))
        gaps.push(`${order.name}.${name} orders by no field of the table of ${table.resource}`);
    }
  }
  return gaps;
}

function filterFields(filter: GraphQLInputObjectType): string[] {
  return (
    Object.values(filter.getFields())
      // A search looks only into what the viewer may read of the row: reader/filter.ts sees to that.
      .filter((field) => getNamedType(field.type) !== filter && field.name !== 'search')
      .map(({ name }) => name)
  );
}
