/** Runs the jobs of mails that wait in the outbox, without a queue or a mail server, with the rights of whoever caused them, and says what they sent. */
import { anonymous } from '../../src/permissions/viewer.ts';
import { Writer } from '../../src/platform/data/writer.ts';
import type { JobContext } from '../../src/platform/jobs/context.ts';
import type { Right } from '../../src/platform/jobs/job.ts';
import { PermanentError } from '../../src/platform/jobs/job.ts';
import { assertRight } from '../../src/platform/jobs/run.ts';
import { mailJobs } from '../../src/platform/mail/mail-job.ts';
import type { OutgoingMail } from '../../src/platform/mail/mailer.ts';
import { mailKinds } from '../../src/slices.ts';
import { writerOf } from '../../src/worker.ts';
import type { TestServer } from './server.ts';

/** The mails that were sent by now, oldest first; their jobs leave the outbox. Other jobs stay in it. */
export async function sentMails(server: TestServer): Promise<OutgoingMail[]> {
  const { database, storage, decoder, config, log } = server.app;
  const jobs = mailJobs(mailKinds);
  const waiting = await server.sql(
    'WITH mails AS (DELETE FROM outbox WHERE name = ANY($1) RETURNING *) SELECT * FROM mails ORDER BY id',
    [jobs.map(({ name }) => name)],
  );
  const sent: OutgoingMail[] = [];
  const nobody = new Writer(database, server.app.permissions, anonymous);
  const mailer = { send: async (mail: OutgoingMail) => void sent.push(mail), close() {} };
  for (const { id, name, payload: given, actor_id: actorId, actor_kind: kind } of waiting) {
    const job = jobs.find((one) => one.name === name)!;
    const payload = job.payload.parse(given);
    const write = await writerOf(server.app, { kind, userId: actorId });
    const right = job.right?.(payload);
    if (right && !(await isStillAllowed(write, right))) continue;
    const signal = new AbortController().signal;
    const ask = null as never;
    const context: JobContext = {
      id,
      ask,
      name,
      actorId,
      write: write ?? nobody,
      database,
      storage,
      decoder,
      config,
      log,
      mailer,
      signal,
      isLastAttempt: false,
      progress: async () => {},
    };
    await job.run(payload, context);
  }
  return sent;
}

/** As the worker asks before a job. */
async function isStillAllowed(write: Writer | null, right: Right): Promise<boolean> {
  try {
    await assertRight(write, right);
    return true;
  } catch (error) {
    if (error instanceof PermanentError) return false;
    throw error;
  }
}

/** The token in the link of a mail. */
export const tokenIn = ({ text }: OutgoingMail): string => /\?token=([\w-]{43})/.exec(text)?.[1] as string;
