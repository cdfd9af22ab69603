/**
 * The schema: what the slices declare, with the readers and guards of the permission tables put on. Built once at
 * start; `convoke` refuses to run with a schema that the tables do not cover.
 */
import type { GraphQLSchema } from 'graphql';
import { defaultFieldResolver, getNamedType, isInterfaceType, isObjectType } from 'graphql';
import type { NonEmptyArray, PubSub } from 'type-graphql';
import { buildSchemaSync } from 'type-graphql';
import type { Permissions } from '../../permissions/registry.ts';
import { assertCovered } from '../../permissions/coverage.ts';
import { describeSchema } from '../../permissions/document.ts';
import { guardFields } from '../../permissions/guards.ts';
import type { OperationsTable } from '../../permissions/operations.ts';
import { applyShield } from '../../permissions/shield.ts';
import type { ComputedNeeds } from '../data/entity.ts';
import type { Page } from '../data/reader/list.ts';
import { edgeKey } from '../data/reader/request.ts';
import { modelOf } from '../data/model.ts';
import { keyOfPath } from '../files/keys.ts';
import type { Context } from './context.ts';
import { resolveReference, shown } from './payload.ts';
import { DateTimeScalar } from './scalars.ts';

/** What the schema is built from. */
export interface SchemaOptions {
  readonly resolvers: readonly (new () => object)[];
  readonly permissions: Permissions;
  readonly operations: OperationsTable;
  readonly guards: 'compiled' | 'shield';
}

/** Builds the schema. Throws, naming everything that is missing, where the tables do not cover it. */
export function buildSchema(options: SchemaOptions): GraphQLSchema {
  const schema = buildUnguardedSchema(options);
  assertCovered(schema, options.permissions, options.operations);
  describeSchema(schema, options.permissions, options.operations);
  if (options.guards === 'shield')
    return applyShield(schema, options.permissions, options.operations, 'everything');
  guardFields(schema, options.permissions);
  return applyShield(schema, options.permissions, options.operations, 'operations');
}

/** The schema with its readers and without any guard: what the bench holds the price of authorization against. */
export function buildUnguardedSchema({
  resolvers,
  permissions,
}: Pick<SchemaOptions, 'resolvers' | 'permissions'>): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: resolvers as unknown as NonEmptyArray<new () => object>,
    scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
    validate: false,
    pubSub,
  });
  attachTypes(schema);
  attachReaders(schema, permissions);
  attachReferences(schema, permissions);
  announceMutations(schema);
  return schema;
}

/** Rows behind an interface carry their type. type-graphql would ask for it asynchronously, which graphql-jit does not wait for. */
function attachTypes(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInterfaceType(type)) type.resolveType = (row: { __typename: string }) => row.__typename;
  }
}

/** Activities name the mutation that they come from: the writer of an operation is told when one begins. */
function announceMutations(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve = defaultFieldResolver } = field;
    field.resolve = (source, args, context: Context, info) => {
      context.write.begin(info);
      const answer: unknown = resolve(source, args, context, info);
      return answer instanceof Promise
        ? answer.then((value) => shown(value, args as object, context, info))
        : shown(answer, args as object, context, info);
    };
  }
}

/** type-graphql insists on one wherever there are subscriptions; ours listen through src/platform/live instead. */
const pubSub: PubSub = {
  publish() {
    throw new Error('Notices are published by Changes.publish');
  },
  subscribe() {
    throw new Error('Subscriptions say what they listen to by watching(…)');
  },
};

/** Relations are read with their parent (see data/reader): their fields only look where the rows were put. */
function attachReaders(schema: GraphQLSchema, permissions: Permissions): void {
  for (const { resource } of permissions.all) {
    const type = schema.getType(resource);
    if (!isObjectType(type)) continue;
    const model = modelOf(permissions.models, resource);
    for (const field of Object.values(type.getFields())) {
      const computed = field.extensions.computed as
        | { needs: ComputedNeeds; compute: (row: Record<string, unknown>, context: unknown) => unknown }
        | undefined;
      if (computed)
        field.resolve = (row: Record<string, unknown>, _args, context) => computed.compute(row, context);
      else if (field.extensions.count) {
        field.resolve = (row: Record<string, unknown>, _args, _context, info) =>
          (row[edgeKey(info)] as Page | null)?.totalCount ?? null;
      } else if (model.relations.has(field.name)) {
        field.resolve = (row: Record<string, unknown>, _args, _context, info) => row[edgeKey(info)];
      } else field.resolve = model.columns.get(field.name)?.file === 'private' ? linkToFile : undefined;
    }
  }
}

/** A private file is shown as a link that is made for whoever reads the row, and expires. */
function linkToFile(
  row: Record<string, unknown>,
  _args: unknown,
  { installation }: Context,
  { fieldName }: { readonly fieldName: string },
): unknown {
  const address = row[fieldName] as string | null;
  const key = keyOfPath(address);
  return key === null ? address : installation.storage.link(key, key.slice(key.lastIndexOf('/') + 1));
}

/** Fields of other types that show an entity (payloads, notices) read it by the reference that they hold. */
function attachReferences(schema: GraphQLSchema, permissions: Permissions): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (
      !isObjectType(type) ||
      permissions.has(type.name) ||
      ['Query', 'Mutation', 'Subscription'].includes(type.name)
    )
      continue;
    if (type.name.endsWith('Connection') || type.name.endsWith('Edge')) continue;
    for (const field of Object.values(type.getFields())) {
      if (permissions.has(getNamedType(field.type).name)) field.resolve = resolveReference as never;
    }
  }
}
