/**
 * The way out for mails, made once per process from the configuration: a mail server, the development mailbox, or
 * neither in production without SMTP_URL. Jobs use it through sendMail (mail.ts).
 */
import type { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import type { SendMailOptions } from 'nodemailer';
import type { Config } from '../config/index.ts';
import type { Database } from '../data/database.ts';
import { PermanentError } from '../jobs/job.ts';

/** A mail with everything that it needs on its way. */
export interface OutgoingMail {
  readonly jobId: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly replyTo?: string | null;
  /** iCalendar, sent as a part of its own that calendar programs offer to take in. */
  readonly calendar?: string | null;
  /** Ends the conversation with the mail server. */
  readonly signal?: AbortSignal;
}

/** The text of a mail was handed over, and whether the other side has taken it was not heard: it may arrive. */
export class UncertainError extends Error {
  override name = 'UncertainError';
}

/** Where mails go. */
export interface Mailer {
  /** Resolves when the other side has taken the mail. Throws PermanentError where trying again is in vain, or UncertainError. */
  send(mail: OutgoingMail): Promise<void>;
  /** Ends the connections that are kept open. */
  close(): void;
}

/** Whether mails are kept in the development mailbox, and /mailbox shows them. */
export function keepsMailbox(config: Config): boolean {
  return !config.run.production && config.mail.smtpUrl === undefined;
}

/** Makes the way out that the configuration asks for. */
export function createMailer(config: Config, database: Database): Mailer {
  if (config.mail.smtpUrl !== undefined) return smtpMailer(config.mail.smtpUrl);
  if (keepsMailbox(config)) return mailboxMailer(database);
  return {
    async send() {
      throw new PermanentError('Mails cannot be sent: set SMTP_URL to the address of a mail server');
    },
    close() {},
  };
}

function smtpMailer(url: string): Mailer {
  // TLS is the address' choice: smtps:// from the first byte, smtp:// as soon as the server offers it, and then before a
  // password goes over the wire.
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 2,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
    requireTLS: needsTls(new URL(url)),
  });
  // Nodemailer reads a mail's text when the server asks for it: what was read may have arrived.
  transport.use('stream', (mail, done) => {
    const { message, data } = mail as unknown as {
      message: { createReadStream(options?: object): Readable };
      data: { onText?: (text: Readable) => void };
    };
    const open = message.createReadStream.bind(message);
    message.createReadStream = (options) => {
      const text = open(options);
      data.onText?.(text);
      return text;
    };
    done();
  });
  return {
    async send({ jobId, from, to, subject, text, html, replyTo, calendar, signal }) {
      let handedOver: Readable | undefined;
      const { domain } = /@(?<domain>[\w.-]+)/.exec(from)?.groups ?? {};
      // The same id at each attempt: where a server took a mail and we did not hear of it, its reader sees one.
      const messageId = `<${jobId}@${domain ?? 'localhost'}>`;
      try {
        await transport.sendMail({
          messageId,
          from,
          to: { name: '', address: to },
          ...(replyTo ? { replyTo: { name: '', address: replyTo } } : {}),
          subject,
          text,
          html,
          ...(calendar
            ? { icalEvent: { method: 'PUBLISH', filename: 'sessions.ics', content: calendar } }
            : {}),
          // Programs that answer mails by themselves (out of office) are told not to.
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal,
          onText: (read: Readable) => (handedOver = read),
        } as SendMailOptions);
      } catch (error) {
        const { message, responseCode } = error as Error & { responseCode?: number };
        if (isFinal(error)) throw new PermanentError(message, { cause: error });
        if (responseCode === undefined && handedOver?.readableDidRead)
          throw new UncertainError(message, { cause: error });
        throw error;
      }
    },
    close: () => transport.close(),
  };
}

/** A password is not said in clear, but to this very machine. */
function needsTls({ protocol, username, hostname }: URL): boolean {
  return protocol === 'smtp:' && username !== '' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** 5xx about this very mail stays as it is; connections, passwords and 4xx may be better the next time. */
function isFinal(error: unknown): boolean {
  const { code, responseCode = 0 } = error as { code?: string; responseCode?: number };
  return responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
}

function mailboxMailer(database: Database): Mailer {
  return {
    async send({ jobId, to, subject, text, html }) {
      await database.query(
        `INSERT INTO mailbox_messages (job_id, recipient, subject, text, html) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (job_id) DO NOTHING`,
        [jobId, to, subject, text, html],
      );
    },
    close() {},
  };
}
