/** What a running job gets. */
import type { ExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import type { Config } from '../config/index.ts';
import type { Database } from '../data/database.ts';
import type { Writer } from '../data/writer.ts';
import type { Storage } from '../files/storage.ts';
import type { Decoder } from '../images/decoder.ts';
import type { Mailer } from '../mail/mailer.ts';

/** The surroundings of a running job. */
export interface JobContext {
  /** The outbox id: the same for every attempt, so effects can be made idempotent by it. */
  readonly id: string;
  /** The kind of the job. */
  readonly name: string;
  /** On whose behalf the job runs; null for people who were not signed in, and for the server itself. */
  readonly actorId: string | null;
  /** Changes rows on behalf of whoever queued the job, with the rights that they have now; none if they are gone. */
  readonly write: Writer;
  /** Asks the schema as whoever queued the job, with the rights that they have now. */
  ask(document: string, variables?: Readonly<Record<string, unknown>>): Promise<ExecutionResult>;
  readonly database: Database;
  readonly storage: Storage;
  readonly decoder: Decoder;
  readonly config: Config;
  readonly log: Logger;
  /** The way out for mails; used through sendMail. */
  readonly mailer: Mailer;
  /** Whether the job is given up when this attempt fails. */
  readonly isLastAttempt: boolean;
  /** Aborted at the job's deadline and at shutdown. */
  readonly signal: AbortSignal;
  /**
   * Tells whoever follows the job how far it is.
   * @param fraction 0 to 1
   * @param message what is being done, in a few words
   * @param url where the result is, once there is one
   */
  progress(fraction: number, message?: string, url?: string): Promise<void>;
}
