/** The words of the mails that invite people to a role or to speak, and what every mail of an invite says in the end. */
import { plural } from '../platform/mail/language.ts';
import type { InEachLanguage } from '../platform/mail/language.ts';
import { button, text } from '../platform/mail/layout.ts';
import type { Block } from '../platform/mail/layout.ts';
import type { Wording } from '../platform/mail/mail-kind.ts';

/** How an invite can be answered: on a page, or by one of two mutations with its token. */
export interface Answering {
  readonly link: string;
  readonly token: string;
  readonly mutations: readonly [accept: string, decline: string];
  readonly days: number;
}

/** What every mail of an invite says in the end: how to answer it. */
export const howToAnswer: InEachLanguage<(answering: Answering) => Block[]> = {
  en: ({ link, token, mutations, days }) => [
    text(
      `Sign in with this address to accept or decline, within ${plural('en', days, 'one day', '# days')}. Without an account, make one with this address first.`,
    ),
    button('Look at the invite', link),
    text(`The mutations ${mutations.join(' and ')} take the token as it is: ${token}`),
    text('If you do not know what this is about, do nothing.'),
  ],
  de: ({ link, token, mutations, days }) => [
    text(
      `Melden Sie sich mit dieser Adresse an, um innerhalb von ${plural('de', days, 'einem Tag', '# Tagen')} zuzusagen oder abzulehnen. Wenn Sie noch kein Konto haben, legen Sie zuerst eines mit dieser Adresse an.`,
    ),
    button('Einladung ansehen', link),
    text(`Die Mutationen ${mutations.join(' und ')} nehmen das Token, wie es ist: ${token}`),
    text('Wenn Sie nicht wissen, worum es geht, brauchen Sie nichts zu tun.'),
  ],
  fr: ({ link, token, mutations, days }) => [
    text(
      `Connectez-vous avec cette adresse pour accepter ou refuser, dans un délai de ${plural('fr', days, 'un jour', '# jours')}. Si vous n’avez pas de compte, créez-en d’abord un avec cette adresse.`,
    ),
    button('Voir l’invitation', link),
    text(`Les mutations ${mutations.join(' et ')} acceptent le jeton tel quel : ${token}`),
    text('Si vous ne savez pas de quoi il s’agit, vous n’avez rien à faire.'),
  ],
};

/** The roles as a sentence has them. */
export const roleNames: InEachLanguage<Readonly<Record<string, string>>> = {
  en: {
    OWNER: 'owner',
    ORGANIZER: 'organizer',
    COORGANIZER: 'coorganizer',
    TRACK_ORGANIZER: 'track organizer',
    MODERATOR: 'moderator',
    REGISTRAR: 'registrar',
  },
  de: {
    OWNER: 'Gesamtleitung',
    ORGANIZER: 'Organisation',
    COORGANIZER: 'Mitorganisation',
    TRACK_ORGANIZER: 'Track-Organisation',
    MODERATOR: 'Moderation',
    REGISTRAR: 'Registrierung',
  },
  fr: {
    OWNER: 'direction',
    ORGANIZER: 'organisation',
    COORGANIZER: 'coorganisation',
    TRACK_ORGANIZER: 'organisation de parcours',
    MODERATOR: 'modération',
    REGISTRAR: 'inscriptions',
  },
};

/**
 * Who invites, where that is known, to which role at which event. Nobody asked for an invite: subjects have none of the
 * inviter's words, here and below.
 */
export interface RoleInviteFacts extends Answering {
  readonly event: string;
  readonly inviter: string | null;
  readonly role: string;
}

export const roleInviteWords: Wording<RoleInviteFacts> = {
  en: ({ event, inviter, role, ...answering }) => ({
    subject: `You are invited to an event, as ${roleNames.en[role]}`,
    blocks: [
      text(`${inviter ?? 'The team'} invites you to be ${roleNames.en[role]} of ${event}.`),
      ...(role === 'OWNER'
        ? [text('Who accepts becomes the owner of the event; its present owner stays as an organizer.')]
        : []),
      ...howToAnswer.en(answering),
    ],
  }),
  de: ({ event, inviter, role, ...answering }) => ({
    subject: `Einladung in das Team einer Veranstaltung: ${roleNames.de[role]}`,
    blocks: [
      text(
        `${inviter ?? 'Das Team'} lädt Sie ein, bei ${event} die Rolle „${roleNames.de[role]}“ zu übernehmen.`,
      ),
      ...(role === 'OWNER'
        ? [
            text(
              'Wer zusagt, übernimmt die Veranstaltung; die bisherige Gesamtleitung bleibt in der Organisation.',
            ),
          ]
        : []),
      ...howToAnswer.de(answering),
    ],
  }),
  fr: ({ event, inviter, role, ...answering }) => ({
    subject: `Invitation dans l’équipe d’un événement : ${roleNames.fr[role]}`,
    blocks: [
      text(`${inviter ?? 'L’équipe'} vous invite à prendre le rôle « ${roleNames.fr[role]} » pour ${event}.`),
      ...(role === 'OWNER'
        ? [
            text(
              'La personne qui accepte prend la direction de l’événement ; la direction actuelle reste dans l’organisation.',
            ),
          ]
        : []),
      ...howToAnswer.fr(answering),
    ],
  }),
};

/** Who invites, where that is known, to speak in which session of which event. */
export interface SpeakerInviteFacts extends Answering {
  readonly event: string;
  readonly inviter: string | null;
  readonly title: string;
}

export const speakerInviteWords: Wording<SpeakerInviteFacts> = {
  en: ({ event, inviter, title, ...answering }) => ({
    subject: 'You are invited to speak at an event',
    blocks: [
      text(`${inviter ?? 'The team'} invites you to speak in “${title}” at ${event}.`),
      text('Who accepts has a profile as a speaker of the event, and can change it.'),
      ...howToAnswer.en(answering),
    ],
  }),
  de: ({ event, inviter, title, ...answering }) => ({
    subject: 'Einladung, bei einer Veranstaltung zu sprechen',
    blocks: [
      text(`${inviter ?? 'Das Team'} lädt Sie ein, bei ${event} im Beitrag „${title}“ zu sprechen.`),
      text(
        'Wer zusagt, bekommt ein Profil unter den Vortragenden der Veranstaltung und kann es selbst bearbeiten.',
      ),
      ...howToAnswer.de(answering),
    ],
  }),
  fr: ({ event, inviter, title, ...answering }) => ({
    subject: 'Invitation à intervenir lors d’un événement',
    blocks: [
      text(`${inviter ?? 'L’équipe'} vous invite à intervenir dans la session « ${title} » de ${event}.`),
      text(
        'La personne qui accepte dispose d’un profil parmi les intervenants de l’événement et peut le modifier.',
      ),
      ...howToAnswer.fr(answering),
    ],
  }),
};
