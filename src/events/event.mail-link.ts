/** Where mails about an event lead, and where answers to them go. */
import type { MailContext } from '../platform/mail/mail-kind.ts';
import { EventState } from './event.states.ts';

/**
 * The page of an event; null where nobody would find it there. The page of the server shows published events alone, whoever
 * looks; a front end knows who is signed in, and shows a draft to its team and its speakers.
 */
export function eventLink(
  mail: MailContext,
  identifier: string,
  state: EventState,
  page = '',
): string | null {
  return state === EventState.PUBLISHED || mail.hasFrontEnd ? mail.link(`/e/${identifier}${page}`) : null;
}

/** Where answers to mails about an event go: to its contact, else to its owner. Null where neither has an address. */
export async function eventContact(mail: MailContext, eventId: string): Promise<string | null> {
  const [found] = await mail.query<{ contact: string | null }>(
    `SELECT coalesce(e.contact_email, u.email) AS contact FROM events e
     LEFT JOIN event_members m ON m.event_id = e.id AND m.role = 'OWNER'
     LEFT JOIN users u ON u.id = m.user_id AND u.is_verified AND u.deleted_at IS NULL WHERE e.id = $1`,
    [eventId],
  );
  return found?.contact ?? null;
}
