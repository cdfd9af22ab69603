/** Where mails about an event lead. */
import type { MailContext } from '../platform/mail/mail-kind.ts';
import { EventState } from './event.states.ts';

/**
 * The page of an event; null where nobody would find it there. The page of the server shows published events alone, whoever
 * looks; a front end knows who is signed in, and shows a draft to its team and its speakers.
 */
export function eventLink(mail: MailContext, identifier: string, state: EventState, page = ''): string | null {
  return state === EventState.PUBLISHED || mail.hasFrontEnd ? mail.link(`/e/${identifier}${page}`) : null;
}
