/**
 * The log of mails: one row per mail, under the id of its job, without body or tokens. It is what keeps a job that
 * runs again after its mail went out from sending it again.
 */
import type { JobContext } from '../jobs/context.ts';

/** What became of a mail; see mails/mail.entity.ts. */
export type MailOutcome = 'SENDING' | 'SENT' | 'UNCERTAIN' | 'FAILED' | 'SUPPRESSED';

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

/** What became of the mail of this job at earlier attempts; null at the first. */
export async function outcomeOf({ id, database }: Logging): Promise<MailOutcome | null> {
  const [row] = await database.query<{ status: MailOutcome }>('SELECT status FROM mails WHERE id = $1', [id]);
  return row?.status ?? null;
}

/** Writes down what became of the mail of a job. A mail that was sent stays sent; one that may have arrived is not just on its way. */
export async function record(
  { id, database }: Logging,
  { kind, recipient, subject, status, error = null }: MailRecord,
): Promise<void> {
  await database.query(
    `INSERT INTO mails (id, kind, recipient, subject, status, error) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (id) DO UPDATE SET recipient = excluded.recipient, subject = excluded.subject, status = CASE
         WHEN mails.status = 'UNCERTAIN' AND excluded.status = 'SENDING' THEN 'UNCERTAIN' ELSE excluded.status END,
       error = excluded.error, at = now(), updated_at = now() WHERE mails.status <> 'SENT'`,
    [id, kind, recipient, subject, status, error],
  );
}
