/**
 * Compiled guards: the synchronous form of the tables' field rules. A field that everybody reads who sees the row
 * gets no wrapper at all; the others look at what was loaded with the row. The database has withheld the value
 * already: this is the second wall, and what notes the refusal.
 */
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { defaultFieldResolver, isObjectType } from 'graphql';
import type { ProvedViewers } from './proved.ts';
import type { Permissions } from './registry.ts';
import type { Refusals } from './refusals.ts';
import type { Viewer } from './viewer.ts';

/** What a guard needs of the context of an operation. */
export interface GuardContext {
  readonly viewer: Viewer;
  readonly refusals: Refusals;
  /** Viewers of single root fields, where they are not the operation's. */
  readonly proved: ProvedViewers;
}

/** Puts a guard on every guarded field of the schema. */
export function guardFields(schema: GraphQLSchema, permissions: Permissions): void {
  for (const table of permissions.all) {
    const type = schema.getType(table.resource);
    if (!isObjectType(type)) continue;
    for (const [name, rule] of Object.entries(table.guarded)) {
      const field = type.getFields()[name];
      if (!field || !rule.read) continue;
      field.resolve = guarded(permissions, table.resource, name, field.resolve ?? defaultFieldResolver);
    }
  }
}

function guarded(
  permissions: Permissions,
  resource: string,
  name: string,
  resolve: GraphQLFieldResolver<unknown, GuardContext>,
): GraphQLFieldResolver<unknown, GuardContext> {
  const coordinate = `${resource}.${name}`;
  return (row, args, context, info) => {
    const planned = permissions.field(resource, name, 'read', context.proved.at(info) ?? context.viewer);
    if (planned === 'always') return resolve(row, args, context, info);
    if (planned !== 'never') {
      for (const grant of planned) {
        if ((row as Record<string, unknown>)[`?${grant}`] === true) return resolve(row, args, context, info);
      }
    }
    return context.refusals.note(info, coordinate);
  };
}
