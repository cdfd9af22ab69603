/** Sending a mail from a job. */
import type { JobContext } from '../jobs/context.ts';

export { layout } from './layout.ts';

/** Sends a mail. */
export async function sendMail(context: JobContext, mail: { to: string; subject: string; text: string; html: string }): Promise<void> {
  context.log.info({ subject: mail.subject }, 'a mail goes nowhere yet');
}
