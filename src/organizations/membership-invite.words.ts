/** The words of the mail that invites a person to join an organization. */
import { howToAnswer } from '../invites/invite.words.ts';
import type { Answering } from '../invites/invite.words.ts';
import { text } from '../platform/mail/layout.ts';
import type { Wording } from '../platform/mail/mail-kind.ts';

/** Who invites, where that is known, into which organization. Nobody asked for an invite: its subject has none of these words. */
export interface MembershipInviteFacts extends Answering {
  readonly organization: string;
  readonly inviter: string | null;
}

export const membershipInviteWords: Wording<MembershipInviteFacts> = {
  en: ({ organization, inviter, ...answering }) => ({
    subject: 'You are invited to join an organization',
    blocks: [
      text(`${inviter ?? 'Somebody'} invites you to join ${organization}.`),
      ...howToAnswer.en(answering),
    ],
  }),
  de: ({ organization, inviter, ...answering }) => ({
    subject: 'Einladung in eine Organisation',
    blocks: [
      text(`${inviter ?? 'Jemand'} lädt Sie ein, Mitglied von ${organization} zu werden.`),
      ...howToAnswer.de(answering),
    ],
  }),
  fr: ({ organization, inviter, ...answering }) => ({
    subject: 'Invitation à rejoindre une organisation',
    blocks: [
      text(`${inviter ?? 'Quelqu’un'} vous invite à rejoindre ${organization}.`),
      ...howToAnswer.fr(answering),
    ],
  }),
};
