/** The mail to whoever imported an event: that it is there, with the account of what was taken, or why it is not. */
import { jobEnd } from '../jobs/job.news.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { mailKind } from '../platform/mail/mail-kind.ts';
import { notificationWithMail } from '../platform/mail/notification-kind.ts';
import { importWords } from './import.words.ts';

const importMail = mailKind({
  name: 'event.imported',
  description: 'An event that one imports is there, or could not be read.',
  payload: jobEnd,
  words: importWords,
  async find({ jobId, userId, fault }, mail) {
    const to = await mail.toUser(userId);
    if (!to) return null;
    const [job] = await mail.query<{ message: string | null }>('SELECT message FROM jobs WHERE id = $1', [
      jobId,
    ]);
    if (!job && fault === null) return null;
    return {
      to,
      about: {
        message: job?.message ?? null,
        link: mail.link('/jobs', { id: encodeId('Job', jobId) }),
        fault,
      },
    };
  },
});

/** What whoever imported an event is told. */
export const imported = notificationWithMail(importMail);
