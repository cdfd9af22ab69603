/** The words of the mail that a compute node is offline. */
import { text } from '../platform/mail/layout.ts';
import type { Wording } from '../platform/mail/mail-kind.ts';

/** The compute node, and when it was last heard of. */
export interface ToldOffline {
  readonly name: string;
  readonly seenAt: Date | null;
}

export const offlineWords: Wording<ToldOffline> = {
  en: ({ name, seenAt }, { to }) => ({
    subject: `Compute node offline: ${name}`,
    blocks: [
      text(
        `The compute node ${name} is offline.${seenAt ? ` It was last heard of on ${to.time(seenAt)}.` : ''}`,
      ),
      text('Tasks that wait for it wait until it is back.'),
    ],
    reason:
      'You get this mail because you may receive what is live of this compute node. You can switch it off in your message preferences.',
  }),
  de: ({ name, seenAt }, { to }) => ({
    subject: `Rechenknoten offline: ${name}`,
    blocks: [
      text(
        `Der Rechenknoten ${name} ist offline.${seenAt ? ` Zuletzt hat er sich gemeldet: ${to.time(seenAt)}.` : ''}`,
      ),
      text('Aufgaben, die ihn brauchen, warten, bis er wieder da ist.'),
    ],
    reason:
      'Sie erhalten diese E-Mail, weil Sie den Zustand dieses Rechenknotens verfolgen dürfen. In Ihren Nachrichteneinstellungen können Sie sie abbestellen.',
  }),
  fr: ({ name, seenAt }, { to }) => ({
    subject: `Nœud de calcul hors ligne : ${name}`,
    blocks: [
      text(
        `Le nœud de calcul ${name} est hors ligne.${seenAt ? ` Dernier signe de vie : ${to.time(seenAt)}.` : ''}`,
      ),
      text('Les tâches qui l’attendent patienteront jusqu’à son retour.'),
    ],
    reason:
      'Vous recevez cet e-mail parce que vous pouvez suivre l’état de ce nœud de calcul. Vous pouvez le désactiver dans vos préférences de messages.',
  }),
};
