/** The words of the mail to whoever imported an event. */
import { faultIn } from '../jobs/job.words.ts';
import { button, quote, text } from '../platform/mail/layout.ts';
import type { Wording } from '../platform/mail/mail-kind.ts';

/** The account of what was taken, where there is one, and why nothing was. */
export interface ToldImport {
  readonly message: string | null;
  readonly link: string;
  readonly fault: string | null;
}

const quoted = (message: string | null) => (message ? [quote(message)] : []);

export const importWords: Wording<ToldImport> = {
  en: ({ message, link, fault }) =>
    fault === null
      ? {
          subject: 'Your import is done',
          blocks: [
            text('The event that you imported is a draft of yours.'),
            ...quoted(message),
            button('Look at the account of it', link),
          ],
        }
      : {
          subject: 'Your import has failed',
          blocks: [text('The file that you sent could not be imported:'), quote(fault)],
        },
  de: ({ message, link, fault }) =>
    fault === null
      ? {
          subject: 'Ihr Import ist fertig',
          blocks: [
            text('Die Veranstaltung, die Sie importiert haben, liegt als Ihr Entwurf vor.'),
            ...quoted(message),
            button('Bericht ansehen', link),
          ],
        }
      : {
          subject: 'Ihr Import ist fehlgeschlagen',
          blocks: [
            text('Die Datei, die Sie gesendet haben, konnte nicht importiert werden:'),
            quote(faultIn('de', fault)),
          ],
        },
  fr: ({ message, link, fault }) =>
    fault === null
      ? {
          subject: 'Votre import est terminé',
          blocks: [
            text('L’événement que vous avez importé est à présent un brouillon à vous.'),
            ...quoted(message),
            button('Voir le compte rendu', link),
          ],
        }
      : {
          subject: 'Votre import a échoué',
          blocks: [
            text('Le fichier que vous avez envoyé n’a pas pu être importé :'),
            quote(faultIn('fr', fault)),
          ],
        },
};
