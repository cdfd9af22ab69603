/** Telling whoever started a job how it ended, by a notification and a mail: for work that nobody waits for at a screen. */
import { z } from 'zod';
import { notify } from '../notifications/notify.ts';
import type { JobContext } from '../platform/jobs/context.ts';
import type { JobDefinition } from '../platform/jobs/job.ts';
import { PermanentError } from '../platform/jobs/job.ts';
import type { NotificationKind } from '../platform/mail/notification-kind.ts';
import { ourFault } from './job.words.ts';

/** What the mail of a job that ended is given. */
export const jobEnd = z.object({
  jobId: z.uuid(),
  userId: z.uuid(),
  /** Why it failed, in words for its person; null where it is done. */
  fault: z.string().nullable(),
});

type End = z.output<typeof jobEnd>;

/**
 * The job, telling whoever started it when it is done, or given up.
 * @param more what the mail is given beside, from the job's own payload
 */
export function telling<T, M extends object>(
  definition: JobDefinition<T>,
  kind: NotificationKind<End & M>,
  more: (payload: T) => M,
): JobDefinition<T> {
  return {
    ...definition,
    async run(payload, context) {
      try {
        await definition.run(payload, context);
      } catch (error) {
        const isGivenUp = error instanceof PermanentError || context.isLastAttempt;
        const fault = error instanceof PermanentError ? error.message : ourFault.en;
        if (isGivenUp && !context.signal.aborted) await tell(context, kind, { fault, ...more(payload) });
        throw error;
      }
      await tell(context, kind, { fault: null, ...more(payload) });
    },
  };
}

async function tell<M>(
  { id, actorId, write }: JobContext,
  kind: NotificationKind<End & M>,
  end: Pick<End, 'fault'> & M,
): Promise<void> {
  if (actorId === null) return;
  const mail = (userId: string): End & M => ({ ...end, jobId: id, userId });
  // It is news to the very person who started it.
  await write.transaction((changes) =>
    notify(changes, { kind, recipients: [actorId], actors: [], subject: { resource: 'Job', id }, mail }),
  );
}
