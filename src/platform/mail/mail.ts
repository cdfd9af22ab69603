/**
 * Sending a mail from a job. A request never sends: it enqueues a job in its transaction, so that a mail goes out
 * if and only if its cause committed. One job sends one mail at most, since the job's id is the mail's.
 */
import type { JobContext } from '../jobs/context.ts';
import { PermanentError } from '../jobs/job.ts';
import { settingsOf } from '../settings/read.ts';
import { outcomeOf, record } from './log.ts';
import { MailSettings } from './mail.settings.ts';
import { UncertainError } from './mailer.ts';
import { asLine } from '../values.ts';

/** A mail, ready to be sent. */
export interface MailToSend {
  /** One bare address. */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Where answers go, where that is not the sender: one bare address. */
  readonly replyTo?: string | null;
  /** What goes into the reader's calendar, as iCalendar. */
  readonly calendar?: string | null;
}

/**
 * Sends a mail: through SMTP_URL, or into the development mailbox. The sender is the setting `mail.from`, else
 * MAIL_FROM. What became of it is logged; a job that runs again after its mail went out sends it no second time.
 * @throws PermanentError where the mail or the configuration is at fault; anything else is worth another attempt
 */
export async function sendMail(context: JobContext, mail: MailToSend): Promise<void> {
  const refusal = refusalOf(mail);
  if (refusal !== null) {
    // Whoever looks for the mail in the log finds why nobody gets it.
    await record(context, {
      kind: context.name,
      recipient: asLine(mail.to),
      subject: asLine(mail.subject),
      status: 'FAILED',
      error: refusal,
    });
    throw new PermanentError(refusal);
  }
  const earlier = await outcomeOf(context);
  if (earlier === 'SENT') return;
  const settings = await settingsOf(context, MailSettings);
  const from = settings.from ?? context.config.mail.from;
  const about = { kind: context.name, recipient: mail.to, subject: mail.subject };
  await record(context, { ...about, status: 'SENDING' });
  context.signal.throwIfAborted();
  try {
    await context.mailer.send({ jobId: context.id, from, signal: context.signal, ...mail });
  } catch (error) {
    const { message } = error as Error;
    const isUncertain = error instanceof UncertainError;
    const isGivenUp = context.isLastAttempt || error instanceof PermanentError;
    await record(context, {
      ...about,
      status: isUncertain ? 'UNCERTAIN' : isGivenUp ? 'FAILED' : 'SENDING',
      error: message,
    });
    // It may have arrived, and was sent once more to be sure: a third one would be a nuisance.
    if (isUncertain && earlier === 'UNCERTAIN')
      throw new PermanentError(`The mail may have arrived, twice: ${message}`, { cause: error });
    throw error;
  }
  await record(context, { ...about, status: 'SENT' });
}

/** Why a mail can never be sent; null where it can. Neither a second recipient nor a second header can be smuggled in. */
function refusalOf({ to, replyTo, subject }: MailToSend): string | null {
  if (!isOneAddress(to) || (replyTo && !isOneAddress(replyTo)))
    return 'The recipient of a mail is one address';
  return hasControlCharacter(subject) ? 'The subject of a mail is one line of text' : null;
}

function isOneAddress(address: string): boolean {
  return /^[^\s,;:<>()"\\@]+@[^\s,;:<>()"\\@]+$/u.test(address) && !hasControlCharacter(address);
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}|\u2028|\u2029/u.test(text);
}
