/** The mail to whoever exported an event: that the file is there, or why it is not. */
import { z } from 'zod';
import { jobEnd } from '../jobs/job.news.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { button, quote, text } from '../platform/mail/layout.ts';
import { mailKind } from '../platform/mail/mail-kind.ts';
import { notificationWithMail } from '../platform/mail/notification-kind.ts';

const exportMail = mailKind({
  name: 'event.exported',
  description: 'An export of an event that one asked for is ready, or has failed.',
  payload: jobEnd.extend({ eventId: z.uuid() }),
  // As of the export itself.
  right: ({ eventId: id }) => ({ action: 'update', subject: { resource: 'Event', id } }),
  async compose({ jobId, userId, eventId, fault }, mail) {
    const to = await mail.toUser(userId);
    const [event] = await mail.query<{ name: string }>('SELECT name FROM events WHERE id = $1 AND deleted_at IS NULL', [eventId]);
    if (!to || !event) return null;
    if (fault !== null) return { to, subject: `${event.name} could not be exported`, blocks: [text(`The export of ${event.name} has failed:`), quote(fault)] };
    return {
      to,
      subject: `The export of ${event.name} is ready`,
      blocks: [text(`The export of ${event.name} can be fetched for three days.`), button('Fetch it', mail.link('/jobs', { id: encodeId('Job', jobId) }))],
    };
  },
});

/** What whoever exported an event is told. */
export const exported = notificationWithMail(exportMail);
