/** The words of the mail to whoever exported an event. */
import { faultIn } from '../jobs/job.words.ts';
import { button, quote, text } from '../platform/mail/layout.ts';
import type { Wording } from '../platform/mail/mail-kind.ts';

/** The event, where its file is, and why there is none. */
export interface ToldExport {
  readonly event: string;
  readonly link: string;
  readonly fault: string | null;
}

export const exportWords: Wording<ToldExport> = {
  en: ({ event, link, fault }) =>
    fault === null
      ? {
          subject: `The export of ${event} is ready`,
          blocks: [text(`The export of ${event} can be fetched for three days.`), button('Fetch it', link)],
        }
      : {
          subject: `${event} could not be exported`,
          blocks: [text(`The export of ${event} has failed:`), quote(fault)],
        },
  de: ({ event, link, fault }) =>
    fault === null
      ? {
          subject: `Der Export von ${event} ist fertig`,
          blocks: [
            text(`Der Export von ${event} liegt drei Tage lang für Sie bereit.`),
            button('Abholen', link),
          ],
        }
      : {
          subject: `${event} konnte nicht exportiert werden`,
          blocks: [text(`Der Export von ${event} ist fehlgeschlagen:`), quote(faultIn('de', fault))],
        },
  fr: ({ event, link, fault }) =>
    fault === null
      ? {
          subject: `L’export de ${event} est prêt`,
          blocks: [
            text(`L’export de ${event} est disponible pendant trois jours.`),
            button('Télécharger', link),
          ],
        }
      : {
          subject: `L’export de ${event} a échoué`,
          blocks: [
            text(`L’export de ${event} n’a pas abouti, pour la raison suivante :`),
            quote(faultIn('fr', fault)),
          ],
        },
};
