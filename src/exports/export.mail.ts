/** The mail to whoever exported an event: that the file is there, or why it is not. */
import { z } from 'zod';
import { jobEnd } from '../jobs/job.news.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { mailKind } from '../platform/mail/mail-kind.ts';
import { notificationWithMail } from '../platform/mail/notification-kind.ts';
import { exportWords } from './export.words.ts';

const exportMail = mailKind({
  name: 'event.exported',
  description: 'An export of an event that one asked for is ready, or has failed.',
  payload: jobEnd.extend({ eventId: z.uuid() }),
  // As of the export itself.
  right: ({ eventId: id }) => ({ action: 'update', subject: { resource: 'Event', id } }),
  words: exportWords,
  async find({ jobId, userId, eventId, fault }, mail) {
    const to = await mail.toUser(userId);
    const [event] = await mail.query<{ name: string }>(
      'SELECT name FROM events WHERE id = $1 AND deleted_at IS NULL',
      [eventId],
    );
    if (!to || !event) return null;
    return {
      to,
      about: { event: event.name, link: mail.link('/jobs', { id: encodeId('Job', jobId) }), fault },
    };
  },
});

/** What whoever exported an event is told. */
export const exported = notificationWithMail(exportMail);
