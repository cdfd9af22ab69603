/** Runs the jobs of mails that wait in the outbox, without a queue or a mail server, and says what they sent. */
import type { JobContext } from '../../src/platform/jobs/context.ts';
import { mailJobs } from '../../src/platform/mail/mail-job.ts';
import type { OutgoingMail } from '../../src/platform/mail/mailer.ts';
import { mailKinds } from '../../src/slices.ts';
import type { TestServer } from './server.ts';

/** The mails that were sent by now, oldest first; their jobs leave the outbox. Other jobs stay in it. */
export async function sentMails(server: TestServer): Promise<OutgoingMail[]> {
  const { database, config, log } = server.app;
  const jobs = mailJobs(mailKinds);
  const waiting = await server.sql(
    'WITH mails AS (DELETE FROM outbox WHERE name = ANY($1) RETURNING *) SELECT * FROM mails ORDER BY id',
    [jobs.map(({ name }) => name)],
  );
  const sent: OutgoingMail[] = [];
  const mailer = { send: async (mail: OutgoingMail) => void sent.push(mail), close() {} };
  for (const { id, name, payload, actor_id: actorId } of waiting) {
    const job = jobs.find((one) => one.name === name)!;
    const signal = new AbortController().signal;
    const context: JobContext = { id, name, actorId, database, config, log, mailer, signal, isLastAttempt: false };
    await job.run(job.payload.parse(payload), context);
  }
  return sent;
}
