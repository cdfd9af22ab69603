/** The slice of the permission tables themselves: the questions that they answer. */
import type { Slice } from '../platform/slice.ts';
import { ExplainResolver } from './explain.resolver.ts';
import { byObject, forEveryone } from './operations.ts';

/** What the tables answer. */
export const permissionSlice: Slice = {
  entities: [],
  resolvers: [ExplainResolver],
  operations: {
    Query: { permissionTables: forEveryone, permission: forEveryone, whoCan: byObject('update') },
  },
};
