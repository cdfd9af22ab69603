/**
 * Kinds of mails. A slice declares its mails in `x.mail.ts`, lists them in its manifest, and queues one in the
 * transaction that causes it: `changes.enqueue(kind, payload)`. What the mail says is read and written when the job
 * runs, so no words, addresses or tokens lie in a queue. Its words, in the language of whoever reads it, are in `x.words.ts`.
 */
import type { QueryRow } from '../data/database.ts';
import type { JobKind, Right } from '../jobs/job.ts';
import type { InEachLanguage } from './language.ts';
import type { Block } from './layout.ts';
import type { Recipient } from './recipient.ts';

/** What a mail says. */
export interface MailWords {
  /** Made one line; also the title in the mail unless `title` says otherwise. No secrets: staff read it in the log. */
  readonly subject: string;
  readonly title?: string;
  readonly blocks: readonly Block[];
  /** Why the recipient gets it, for the small print. */
  readonly reason?: string;
}

/** To whom a mail goes, and what its words speak of. */
export interface FoundMail<A> {
  readonly to: Recipient;
  readonly about: A;
  /** Where answers go, where that is not the sender: one bare address. */
  readonly replyTo?: string | null;
  /** What goes into the reader's calendar, as iCalendar. */
  readonly calendar?: string | null;
}

/** What a mail says, to whom. */
export interface ComposedMail extends MailWords, Omit<FoundMail<unknown>, 'about'> {}

/** The words of a kind of mail, in every language. */
export type Wording<A> = InEachLanguage<
  (about: A, context: Pick<FoundMail<A>, 'to'> & Pick<MailContext, 'appName'>) => MailWords
>;

/** What composing a mail is given. */
export interface MailContext {
  /** The job's id: the same at every attempt. */
  readonly id: string;
  /** On whose behalf the mail goes out; null for the server itself. */
  readonly actorId: string | null;
  /** The name of this installation, from the settings. */
  readonly appName: string;
  /** Runs a statement; a mail says what is so when it is sent. */
  query<T extends QueryRow = QueryRow>(text: string, values?: readonly unknown[]): Promise<T[]>;
  /** A person; null where they are gone, blocked, or have no address, and no mail is to be sent. */
  toUser(userId: string): Promise<Recipient | null>;
  /** An address, whether or not there is an account with it; `reader` is the account that it is to have or had. */
  toAddress(email: string, reader?: string): Promise<Recipient>;
  /** The address of a page of the front end: the setting `mail.frontendUrl`, else PUBLIC_URL, with a path and a query. */
  link(path: string, query?: Readonly<Record<string, string>>): string;
  /** Whether links lead to a front end, where people are signed in, and not to the pages of the server, where nobody is. */
  readonly hasFrontEnd: boolean;
  /** A secret for a link of this mail: the same at every attempt, kept nowhere. Store `digestOf(secret)`. */
  secret(): string;
}

/** A kind of mail: a kind of job, named `slice.whatHappened`. */
export interface MailKind<T = unknown> extends Pick<JobKind<T>, 'name' | 'payload'> {
  /** When it is sent, in one sentence for administrators. */
  readonly description: string;
  /** Without this mail people are locked out or in the dark about their account: nobody can switch it off, and it goes first. */
  readonly isEssential?: boolean;
  /** The right that whoever caused the mail must still have when it is sent; see JobDefinition. */
  right?(payload: T): Right;
  /** Writes the mail, or null where there is no longer anything to say. Harmless to repeat. */
  // A method, so that kinds of different payloads stand in one list.
  compose(payload: T, context: MailContext): Promise<ComposedMail | null>;
}

/** What a kind of mail is declared by. */
export interface MailDeclaration<T, A> extends Omit<MailKind<T>, 'compose'> {
  /** Reads to whom it goes and what it is about; null where there is no longer anything to say. Harmless to repeat. */
  find(payload: T, context: MailContext): Promise<FoundMail<A> | null>;
  readonly words: Wording<A>;
}

/** Declares a kind of mail. */
export function mailKind<T, A>({ find, words, ...kind }: MailDeclaration<T, A>): MailKind<T> {
  return {
    ...kind,
    async compose(payload, context) {
      const found = await find(payload, context);
      if (!found) return null;
      const { about, ...envelope } = found;
      return { ...envelope, ...words[found.to.language](about, { to: found.to, appName: context.appName }) };
    },
  };
}
