/**
 * Sending a mail from a job. A request never sends: it enqueues a job in its transaction, so that a mail goes out
 * if and only if its cause committed. One job sends one mail at most, since the job's id is the mail's.
 */
import type { JobContext } from '../jobs/context.ts';
import { PermanentError } from '../jobs/job.ts';
import { settingsOf } from '../settings/read.ts';
import { MailSettings } from './mail.settings.ts';

export { layout } from './layout.ts';
export type { MailContent, MailParts } from './layout.ts';

/** A mail, as a job writes it; `layout` makes both parts. */
export interface Mail {
  /** One bare address. */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * Sends a mail: through SMTP_URL, or into the development mailbox. The sender is the setting `mail.from`, else
 * MAIL_FROM.
 * @throws PermanentError where the mail or the configuration is at fault; anything else is worth another attempt
 */
export async function sendMail(context: JobContext, mail: Mail): Promise<void> {
  assertOneAddress(mail.to);
  if (hasControlCharacter(mail.subject)) throw new PermanentError('The subject of a mail is one line of text');
  const settings = await settingsOf(context, MailSettings);
  const from = settings.from ?? context.config.mail.from;
  context.signal.throwIfAborted();
  await context.mailer.send({ jobId: context.id, from, ...mail });
}

/** Neither a second recipient nor a second header can be smuggled in. */
function assertOneAddress(address: string): void {
  if (/^[^\s,;:<>()"\\@]+@[^\s,;:<>()"\\@]+$/u.test(address) && !hasControlCharacter(address)) return;
  throw new PermanentError('The recipient of a mail is one address');
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}|\u2028|\u2029/u.test(text);
}
