/** Runs the jobs of mails that wait in the outbox, without a queue or a mail server, and says what they sent. */
import { anonymous } from '../../src/permissions/viewer.ts';
import { Writer } from '../../src/platform/data/writer.ts';
import type { JobContext } from '../../src/platform/jobs/context.ts';
import { mailJobs } from '../../src/platform/mail/mail-job.ts';
import type { OutgoingMail } from '../../src/platform/mail/mailer.ts';
import { mailKinds } from '../../src/slices.ts';
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
  const write = new Writer(database, server.app.permissions, anonymous);
  const mailer = { send: async (mail: OutgoingMail) => void sent.push(mail), close() {} };
  for (const { id, name, payload, actor_id: actorId } of waiting) {
    const job = jobs.find((one) => one.name === name)!;
    const signal = new AbortController().signal;
    const ask = null as never;
    const context: JobContext = { id, ask, name, actorId, write, database, storage, decoder, config, log, mailer, signal, isLastAttempt: false, progress: async () => {} };
    await job.run(job.payload.parse(payload), context);
  }
  return sent;
}

/** The token in the link of a mail. */
export const tokenIn = ({ text }: OutgoingMail): string => /\?token=([\w-]{43})/.exec(text)?.[1] as string;
