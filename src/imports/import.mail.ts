/** The mail to whoever imported an event: that it is there, with the account of what was taken, or why it is not. */
import { jobEnd } from '../jobs/job.news.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { button, quote, text } from '../platform/mail/layout.ts';
import { mailKind } from '../platform/mail/mail-kind.ts';
import { notificationWithMail } from '../platform/mail/notification-kind.ts';

const importMail = mailKind({
  name: 'event.imported',
  description: 'An event that one imports is there, or could not be read.',
  payload: jobEnd,
  async compose({ jobId, userId, fault }, mail) {
    const to = await mail.toUser(userId);
    if (!to) return null;
    if (fault !== null) return { to, subject: 'Your import has failed', blocks: [text('The file that you sent could not be imported:'), quote(fault)] };
    const [job] = await mail.query<{ message: string | null }>('SELECT message FROM jobs WHERE id = $1', [jobId]);
    if (!job) return null;
    return {
      to,
      subject: 'Your import is done',
      blocks: [
        text('The event that you imported is a draft of yours.'),
        ...(job.message ? [quote(job.message)] : []),
        button('Look at the account of it', mail.link('/jobs', { id: encodeId('Job', jobId) })),
      ],
    };
  },
});

/** What whoever imported an event is told. */
export const imported = notificationWithMail(importMail);
