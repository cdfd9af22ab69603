/** The words of the mail to speakers that the schedule is published. */
import { button, text } from '../platform/mail/layout.ts';
import type { Block } from '../platform/mail/layout.ts';
import type { Recipient } from '../platform/mail/recipient.ts';
import type { Wording } from '../platform/mail/mail-kind.ts';

/** In what the reader speaks, and where the schedule is; without an address while nobody can see the event. */
export interface ToldSchedule {
  readonly event: string;
  readonly timezone: string;
  readonly link: string | null;
  /** Whether those who are told have an account: what goes to others names nothing of the team's in its subject. */
  readonly isTheirs: boolean;
  readonly sessions: readonly {
    readonly title: string;
    readonly startsAt: Date | null;
    readonly room: string | null;
  }[];
}

function programme({ sessions, timezone }: ToldSchedule, to: Recipient, noTimeYet: string): Block[] {
  const when = (at: Date | null) => (at ? to.time(new Date(at), timezone) : noTimeYet);
  return sessions.map(({ title, startsAt, room }) =>
    text(`${title}\n${[when(startsAt), room].filter(Boolean).join(', ')}`),
  );
}
const look = (label: string, link: string | null): Block[] => (link ? [button(label, link)] : []);

export const scheduleWords: Wording<ToldSchedule> = {
  en: (told, { to }) => ({
    subject: told.isTheirs ? `The schedule of ${told.event}` : 'The schedule of your session',
    blocks: [
      text(`The schedule of ${told.event} is published. You speak in:`),
      ...programme(told, to, 'no time yet'),
      ...look('Look at the schedule', told.link),
    ],
    reason: `You get this mail because you speak at ${told.event}.`,
  }),
  de: (told, { to }) => ({
    subject: told.isTheirs ? `Der Zeitplan von ${told.event}` : 'Der Zeitplan Ihres Beitrags',
    blocks: [
      text(`Der Zeitplan von ${told.event} ist veröffentlicht. Sie sprechen in:`),
      ...programme(told, to, 'noch ohne Zeit'),
      ...look('Zeitplan ansehen', told.link),
    ],
    reason: `Sie erhalten diese E-Mail, weil Sie bei ${told.event} sprechen.`,
  }),
  fr: (told, { to }) => ({
    subject: told.isTheirs ? `Le programme de ${told.event}` : 'Le programme de votre session',
    blocks: [
      text(`Le programme de ${told.event} est publié. Vous intervenez dans :`),
      ...programme(told, to, 'horaire à venir'),
      ...look('Voir le programme', told.link),
    ],
    reason: `Vous recevez cet e-mail parce que vous intervenez à ${told.event}.`,
  }),
};
