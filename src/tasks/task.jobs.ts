/** The upkeep of tasks as jobs of the server itself: leases every minute, old inputs, results and payloads every hour. */
import { z } from 'zod';
import type { JobDefinition } from '../platform/jobs/job.ts';
import { settingsOf } from '../platform/settings/read.ts';
import { clearOld, endLeases, removePayloads } from './result.upkeep.ts';
import { TaskSettings } from './task.settings.ts';

/** Gives results whose compute node fell silent to it again, or gives them up. */
export const leasesJob: JobDefinition<object> = {
  name: 'task.endLeases',
  payload: z.object({}),
  async run(_payload, { database, config, write, signal }) {
    const settings = await settingsOf({ database, config }, TaskSettings);
    for (let ended = 1; ended > 0;) {
      signal.throwIfAborted();
      ended = await write.transaction((changes) => endLeases(changes, settings));
    }
  },
};

/** Clears inputs and results that were kept long enough, and removes payloads that nothing names. */
export const retentionJob: JobDefinition<object> = {
  name: 'task.clearOld',
  payload: z.object({}),
  deadlineSeconds: 300,
  async run(_payload, { database, config, storage }) {
    await clearOld(database, await settingsOf({ database, config }, TaskSettings));
    await removePayloads(database, storage);
  },
};
