/**
 * The log of mails: one row per mail, under the id of its job, without body or tokens. It is what keeps a job that
 * runs again after its mail went out from sending it again.
 */
import type { JobContext } from '../jobs/context.ts';

/** What became of a mail; see mails/mail.entity.ts. */
export type MailOutcome = 'SENDING' | 'SENT' | 'FAILED' | 'SUPPRESSED';

/** What is known of a mail. */
export interface MailRecord {
  readonly kind: string;
  readonly recipient: string;
  readonly subject: string;
  readonly status: MailOutcome;
  /** Why it has not been sent. */
  readonly error?: string | null;
}

type Logging = Pick<JobContext, 'id' | 'database'>;

/** Whether the mail of this job went out already. */
export async function isSent({ id, database }: Logging): Promise<boolean> {
  const [row] = await database.query(`SELECT FROM mails WHERE id = $1 AND status = 'SENT'`, [id]);
  return row !== undefined;
}

/** Writes down what became of the mail of a job; a mail that was sent stays sent. */
export async function record({ id, database }: Logging, { kind, recipient, subject, status, error = null }: MailRecord): Promise<void> {
  await database.query(
    `INSERT INTO mails (id, kind, recipient, subject, status, error) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (id) DO UPDATE SET recipient = excluded.recipient, subject = excluded.subject, status = excluded.status,
       error = excluded.error, at = now(), updated_at = now() WHERE mails.status <> 'SENT'`,
    [id, kind, recipient, subject, status, error],
  );
}
