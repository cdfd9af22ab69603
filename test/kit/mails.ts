/** The mails that waiting jobs would send: the jobs of a definition are run here, and their mails kept. */
import type { JobDefinition } from '../../src/platform/jobs/job.ts';
import type { OutgoingMail } from '../../src/platform/mail/mailer.ts';
import type { TestServer } from './server.ts';

/** Runs the waiting jobs of a kind, the oldest first, each once, and returns the mails that they send. */
export async function mailsOf<T>(server: TestServer, definition: JobDefinition<T>): Promise<OutgoingMail[]> {
  const { database, config, log } = server.app;
  const sent: OutgoingMail[] = [];
  const mailer = { send: async (mail: OutgoingMail) => void sent.push(mail), close() {} };
  const jobs = await server.sql('DELETE FROM outbox WHERE name = $1 RETURNING id, payload, actor_id', [definition.name]);
  jobs.sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const { id, payload, actor_id: actorId } of jobs) {
    const signal = new AbortController().signal;
    await definition.run(definition.payload.parse(payload), { id, actorId, database, config, log, mailer, signal });
  }
  return sent;
}

/** The token in a link of a mail. */
export const tokenIn = ({ text }: OutgoingMail): string => /\?token=([\w-]{43})/.exec(text)?.[1] as string;
