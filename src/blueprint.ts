/**
 * The application on paper: its tables, operations and schema, without a database behind them. For what only reads
 * them (`convoke permissions`, the reference pages, tests of the tables).
 */
import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { uncovered } from './permissions/coverage.ts';
import { joinOperations } from './permissions/operations.ts';
import type { OperationsTable } from './permissions/operations.ts';
import { Permissions } from './permissions/registry.ts';
import { modelsOf } from './platform/data/database.ts';
import { buildSchema, buildUnguardedSchema } from './platform/graphql/schema.ts';
import type { SchemaOptions } from './platform/graphql/schema.ts';
import { entities, slices } from './slices.ts';

/** The parts of an application that need no database. */
export interface Blueprint {
  readonly permissions: Permissions;
  readonly operations: OperationsTable;
  /** The schema as it is served. Throws where the tables do not cover it. */
  schema(): GraphQLSchema;
  /** What the tables leave out of the schema, or name without cause. */
  gaps(): string[];
}

/** Draws the application up from its slices. */
export function drawBlueprint(): Blueprint {
  const permissions = new Permissions(
    slices.flatMap((slice) => slice.permissions ?? []),
    modelsOf(entities),
  );
  const operations = joinOperations(slices.map((slice) => slice.operations ?? {}));
  const options: SchemaOptions = {
    resolvers: slices.flatMap((slice) => slice.resolvers ?? []),
    permissions,
    operations,
    guards: 'compiled',
  };
  return {
    permissions,
    operations,
    schema: () => buildSchema(options),
    gaps: () => uncovered(buildUnguardedSchema(options), permissions, operations),
  };
}
