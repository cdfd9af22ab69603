/** The words of the mails about sessions. */
import type { InEachLanguage } from '../platform/mail/language.ts';
import { button, facts, text } from '../platform/mail/layout.ts';
import type { Block } from '../platform/mail/layout.ts';
import type { Wording } from '../platform/mail/mail-kind.ts';
import type { Recipient } from '../platform/mail/recipient.ts';
import type { SessionState } from './session.states.ts';

/** A session and its event, as a mail speaks of them. */
export interface ToldSession {
  readonly title: string;
  readonly event: string;
  /** The page of the event; null while there is none, as of a draft. */
  readonly link: string | null;
}

const look: InEachLanguage<(link: string | null) => Block[]> = {
  en: (link) => (link ? [button('Look at the event', link)] : []),
  de: (link) => (link ? [button('Veranstaltung ansehen', link)] : []),
  fr: (link) => (link ? [button('Voir l’événement', link)] : []),
};

type StateWords = Readonly<
  Record<SessionState, readonly [name: string, sentence: (title: string, event: string) => string]>
>;

/** What a state is called, and what it means to those who speak in a session. */
const states: InEachLanguage<StateWords> = {
  en: {
    DRAFT: ['draft', (title, event) => `“${title}” is a draft at ${event}.`],
    PENDING: ['pending', (title, event) => `“${title}” is with the team of ${event}, who will decide on it.`],
    ACCEPTED: [
      'accepted',
      (title, event) =>
        `“${title}” is accepted for ${event}. Please confirm that you will be there, or withdraw it.`,
    ],
    CONFIRMED: [
      'confirmed',
      (title, event) => `“${title}” is confirmed: it is on the programme of ${event}.`,
    ],
    REJECTED: [
      'rejected',
      (title, event) => `“${title}” is not part of the programme of ${event}. Thank you for the proposal.`,
    ],
    CANCELED: ['canceled', (title, event) => `“${title}” is canceled: it does not take place at ${event}.`],
    WITHDRAWN: ['withdrawn', (title, event) => `“${title}” is withdrawn from ${event}.`],
  },
  de: {
    DRAFT: ['Entwurf', (title, event) => `„${title}“ ist ein Entwurf für ${event}.`],
    PENDING: [
      'eingereicht',
      (title, event) => `„${title}“ liegt dem Team von ${event} vor, das darüber entscheidet.`,
    ],
    ACCEPTED: [
      'angenommen',
      (title, event) =>
        `„${title}“ ist für ${event} angenommen. Bitte bestätigen Sie, dass Sie dabei sind, oder ziehen Sie den Beitrag zurück.`,
    ],
    CONFIRMED: [
      'bestätigt',
      (title, event) => `„${title}“ ist bestätigt und steht im Programm von ${event}.`,
    ],
    REJECTED: [
      'nicht angenommen',
      (title, event) => `„${title}“ gehört nicht zum Programm von ${event}. Vielen Dank für Ihren Vorschlag.`,
    ],
    CANCELED: ['abgesagt', (title, event) => `„${title}“ ist abgesagt und findet bei ${event} nicht statt.`],
    WITHDRAWN: ['zurückgezogen', (title, event) => `„${title}“ ist von ${event} zurückgezogen.`],
  },
  fr: {
    DRAFT: ['brouillon', (title, event) => `« ${title} » est un brouillon pour ${event}.`],
    PENDING: [
      'à l’étude',
      (title, event) => `« ${title} » a été transmise à l’équipe de ${event}, qui prendra une décision.`,
    ],
    ACCEPTED: [
      'acceptée',
      (title, event) =>
        `« ${title} » est acceptée pour ${event}. Veuillez confirmer votre présence ou retirer la session.`,
    ],
    CONFIRMED: [
      'confirmée',
      (title, event) => `« ${title} » est confirmée : elle figure au programme de ${event}.`,
    ],
    REJECTED: [
      'non retenue',
      (title, event) =>
        `« ${title} » n’est pas retenue au programme de ${event}. Merci pour votre proposition.`,
    ],
    CANCELED: ['annulée', (title, event) => `« ${title} » est annulée : elle n’aura pas lieu à ${event}.`],
    WITHDRAWN: ['retirée', (title, event) => `« ${title} » est retirée de ${event}.`],
  },
};

/** What the subject calls a session to somebody who has not said that they speak in it: not by words of the team. */
const unnamed: InEachLanguage<string> = { en: 'A session', de: 'Ein Beitrag', fr: 'Une session' };

/** Whether those who are told submitted the session or took their profile: not whom a team has entered by an address. */
type Told = ToldSession & { readonly state: SessionState; readonly isTheirs: boolean };

export const sessionStateWords: Wording<Told> = {
  en: ({ title, event, link, state, isTheirs }) => ({
    subject: `${isTheirs ? title : unnamed.en}: ${states.en[state][0]}`,
    blocks: [text(states.en[state][1](title, event)), ...look.en(link)],
    reason: `You get this mail because you speak in this session of ${event}, or submitted it.`,
  }),
  de: ({ title, event, link, state, isTheirs }) => ({
    subject: `${isTheirs ? title : unnamed.de}: ${states.de[state][0]}`,
    blocks: [text(states.de[state][1](title, event)), ...look.de(link)],
    reason: `Sie erhalten diese E-Mail, weil Sie in diesem Beitrag zu ${event} sprechen oder ihn eingereicht haben.`,
  }),
  fr: ({ title, event, link, state, isTheirs }) => ({
    subject: `${isTheirs ? title : unnamed.fr} : ${states.fr[state][0]}`,
    blocks: [text(states.fr[state][1](title, event)), ...look.fr(link)],
    reason: `Vous recevez cet e-mail parce que vous intervenez dans cette session de ${event} ou l’avez proposée.`,
  }),
};

export const sessionSubmittedWords: Wording<ToldSession & { speakers: string | null }> = {
  en: ({ title, event, link, speakers }) => ({
    subject: `New session at ${event}: ${title}`,
    blocks: [
      text(`A session was submitted to ${event}.`),
      facts({ Title: title, Speakers: speakers }),
      ...look.en(link),
    ],
    reason: `You get this mail because you own ${event}.`,
  }),
  de: ({ title, event, link, speakers }) => ({
    subject: `Neuer Beitrag zu ${event}: ${title}`,
    blocks: [
      text(`Zu ${event} wurde ein Beitrag eingereicht.`),
      facts({ Titel: title, Vortragende: speakers }),
      ...look.de(link),
    ],
    reason: `Sie erhalten diese E-Mail, weil ${event} Ihre Veranstaltung ist.`,
  }),
  fr: ({ title, event, link, speakers }) => ({
    subject: `Nouvelle session pour ${event} : ${title}`,
    blocks: [
      text(`Une session a été proposée pour ${event}.`),
      facts({ Titre: title, Intervenants: speakers }),
      ...look.fr(link),
    ],
    reason: `Vous recevez cet e-mail parce que ${event} est votre événement.`,
  }),
};

/** When and where a session takes place, as far as that is known. */
export interface Place {
  readonly startsAt: Date | null;
  readonly room: string | null;
}

function placeOf(
  { startsAt, room }: Place,
  { to, timezone, unknown }: { to: Recipient; timezone: string; unknown: string },
): string {
  return [startsAt ? to.time(startsAt, timezone) : unknown, room].filter(Boolean).join(', ');
}

export const sessionMovedWords: Wording<
  ToldSession & { timezone: string; before: Place; now: Place; isTheirs: boolean }
> = {
  en: ({ title, event, link, timezone, before, now, isTheirs }, { to }) => ({
    subject: `New time or room: ${isTheirs ? title : unnamed.en}`,
    blocks: [
      text(`The schedule of ${event} has changed. “${title}” now takes place here:`),
      facts({
        Now: placeOf(now, { to, timezone, unknown: 'no time yet' }),
        Before: placeOf(before, { to, timezone, unknown: 'no time' }),
      }),
      ...look.en(link),
    ],
    reason: `You receive this mail because you speak in this session of ${event}.`,
  }),
  de: ({ title, event, link, timezone, before, now, isTheirs }, { to }) => ({
    subject: `Neue Zeit oder neuer Raum: ${isTheirs ? title : unnamed.de}`,
    blocks: [
      text(`Der Zeitplan von ${event} hat sich geändert. „${title}“ findet jetzt hier statt:`),
      facts({
        Jetzt: placeOf(now, { to, timezone, unknown: 'noch ohne Zeit' }),
        Vorher: placeOf(before, { to, timezone, unknown: 'ohne Zeit' }),
      }),
      ...look.de(link),
    ],
    reason: `Sie erhalten diese E-Mail, weil Sie in diesem Beitrag zu ${event} sprechen.`,
  }),
  fr: ({ title, event, link, timezone, before, now, isTheirs }, { to }) => ({
    subject: `Nouvel horaire ou nouvelle salle : ${isTheirs ? title : unnamed.fr}`,
    blocks: [
      text(`Le programme de ${event} a changé. « ${title} » a désormais lieu ici :`),
      facts({
        Maintenant: placeOf(now, { to, timezone, unknown: 'horaire à venir' }),
        Avant: placeOf(before, { to, timezone, unknown: 'sans horaire' }),
      }),
      ...look.fr(link),
    ],
    reason: `Vous recevez cet e-mail parce que vous intervenez dans cette session de ${event}.`,
  }),
};
