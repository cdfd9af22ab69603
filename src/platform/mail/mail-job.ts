/** The job behind a kind of mail: composes it, lays it out, and sends it, unless it is switched off. */
import { derivedSecret } from '../auth/secrets.ts';
import type { JobContext } from '../jobs/context.ts';
import type { JobDefinition } from '../jobs/job.ts';
import { settingsOf } from '../settings/read.ts';
import { layOut } from './layout.ts';
import { record } from './log.ts';
import type { MailContext, MailKind } from './mail-kind.ts';
import { sendMail } from './mail.ts';
import { MailSettings } from './mail.settings.ts';
import { asLine } from '../values.ts';
import { recipientAt, recipientOfUser } from './recipient.ts';

/** Mail servers are away for hours, and answer strangers late on purpose: the rests between so many attempts add up to five hours. */
const attempts = 11;

/** The jobs of these kinds. Throws when two have the same name. */
export function mailJobs(kinds: readonly MailKind[]): JobDefinition[] {
  const names = kinds.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`Two mails are called ${twice}`);
  return kinds.map(jobOf);
}

function jobOf(kind: MailKind): JobDefinition {
  return {
    name: kind.name,
    payload: kind.payload,
    attempts,
    lane: kind.isEssential ? 'urgent' : 'mail',
    right: kind.right?.bind(kind),
    async run(payload, job) {
      const context = await contextOf(kind, job);
      const mail = await kind.compose(payload, context);
      if (!mail) return;
      // A header is one line, whatever the rows that the words come from hold.
      const subject = asLine(mail.subject.replace(/\s+/g, ' '));
      const { to, title = subject, blocks, reason, replyTo, calendar } = mail;
      if (!kind.isEssential && !(await isWanted(job, kind.name, to.userId))) {
        await record(job, { kind: kind.name, recipient: to.email, subject, status: 'SUPPRESSED' });
        return;
      }
      const footer = [context.appName, reason].filter(Boolean).join('\n');
      await sendMail(job, {
        to: to.email,
        subject,
        replyTo,
        calendar,
        ...layOut({ language: to.language, title, blocks, footer }),
      });
    },
  };
}

async function contextOf(
  { name }: MailKind,
  { id, actorId, database, config }: JobContext,
): Promise<MailContext> {
  const [settings] = await database.query<{ appName: string | null }>(
    `SELECT app_name AS "appName" FROM settings`,
  );
  const { frontendUrl } = await settingsOf({ database, config }, MailSettings);
  const base = (frontendUrl ?? config.http.publicUrl).replace(/\/+$/, '');
  return {
    id,
    actorId,
    appName: settings?.appName ?? 'Convoke',
    query: (text, values) => database.query(text, values),
    toUser: (userId) => recipientOfUser(database, userId),
    toAddress: (email, reader) => recipientAt(database, email, reader),
    link: (path, query = {}) => {
      const words = new URLSearchParams(query).toString();
      return `${base}/${path.replace(/^\/+/, '')}${words && `?${words}`}`;
    },
    hasFrontEnd: frontendUrl !== null,
    secret: () => derivedSecret(config.auth.tokenSecret, name, id),
  };
}

/** Whether administrators let this kind of mail out, and the recipient wants it. Unless one of them says no, it is. */
async function isWanted({ database }: JobContext, kind: string, userId: string | null): Promise<boolean> {
  const no = await database.query(
    `SELECT FROM message_settings WHERE kind = $1 AND NOT is_mail_enabled
     UNION ALL SELECT FROM message_preferences WHERE kind = $1 AND user_id = $2 AND NOT is_mail_wanted`,
    [kind, userId],
  );
  return no.length === 0;
}
