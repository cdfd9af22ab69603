/** Pruning: once an hour, in one process of the installation, what has served its time is deleted. */
import { z } from 'zod';
import type { Database } from '../data/database.ts';
import type { JobContext } from './context.ts';
import type { JobDefinition } from './job.ts';

/** Deletes what nobody needs any more; harmless to repeat. Slices give theirs in their manifests. */
export type Prune = (database: Database, context: JobContext) => Promise<void>;

/** The job that prunes, in the order of the list; one that fails does not keep the others from their work. */
export function pruneJob(prunes: readonly Prune[]): JobDefinition {
  return {
    name: 'platform.prune',
    payload: z.object({}),
    deadlineSeconds: 300,
    async run(_payload, context) {
      const { database, signal } = context;
      const faults: unknown[] = [];
      for (const prune of prunes) {
        signal.throwIfAborted();
        await prune(database, context).catch((fault: unknown) => faults.push(fault));
      }
      if (faults.length > 0)
        throw new AggregateError(faults, `Pruning failed in part: ${faults.map(String).join('; ')}`);
    },
  };
}

/** Live messages: whoever has not read one within an hour is told that messages were missed. */
export const pruneNotices: Prune = async (database) => {
  await database.query(`DELETE FROM notices WHERE created_at < now() - interval '1 hour'`);
};
