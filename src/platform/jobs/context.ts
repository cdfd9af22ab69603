/** What a running job gets. */
import type { Logger } from 'pino';
import type { Config } from '../config/index.ts';
import type { Database } from '../data/database.ts';
import type { Mailer } from '../mail/mailer.ts';

/** The surroundings of a running job. */
export interface JobContext {
  /** The outbox id: the same for every attempt, so effects can be made idempotent by it. */
  readonly id: string;
  /** The kind of the job. */
  readonly name: string;
  /** On whose behalf the job runs; null for the server itself. */
  readonly actorId: string | null;
  readonly database: Database;
  readonly config: Config;
  readonly log: Logger;
  /** The way out for mails; used through sendMail. */
  readonly mailer: Mailer;
  /** Whether the job is given up when this attempt fails. */
  readonly isLastAttempt: boolean;
  /** Aborted at the job's deadline and at shutdown. */
  readonly signal: AbortSignal;
}
