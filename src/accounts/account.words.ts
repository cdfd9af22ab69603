/** The words of the mails that bring a token. */
import { plural } from '../platform/mail/language.ts';
import type { InEachLanguage } from '../platform/mail/language.ts';
import { button, text } from '../platform/mail/layout.ts';
import type { Block } from '../platform/mail/layout.ts';
import type { Wording } from '../platform/mail/mail-kind.ts';

/** The link of a mail, the token in it, and for how many hours it is good. */
export interface TokenLink {
  readonly link: string;
  readonly token: string;
  readonly hours: number;
}

const byHand: InEachLanguage<(mutation: string, token: string) => Block> = {
  en: (mutation, token) => text(`The mutation ${mutation} takes the token as it is: ${token}`),
  de: (mutation, token) => text(`Die Mutation ${mutation} nimmt das Token, wie es ist: ${token}`),
  fr: (mutation, token) => text(`La mutation ${mutation} accepte le jeton tel quel : ${token}`),
};
const ifNotYou: InEachLanguage<Block> = {
  en: text('If it was not you, do nothing.'),
  de: text('Wenn Sie das nicht waren, brauchen Sie nichts zu tun.'),
  fr: text('Si ce n’était pas vous, vous n’avez rien à faire.'),
};
const hoursIn: InEachLanguage<(hours: number) => string> = {
  en: (hours) => plural('en', hours, 'one hour', '# hours'),
  de: (hours) => plural('de', hours, 'einer Stunde', '# Stunden'),
  fr: (hours) => plural('fr', hours, 'une heure', '# heures'),
};

export const verificationWords: Wording<TokenLink> = {
  en: ({ link, token, hours }, { appName }) => ({
    subject: `Verify your e-mail address for ${appName}`,
    blocks: [
      text(
        `Somebody, hopefully you, has signed up for ${appName} with this address. The link below verifies it within ${hoursIn.en(hours)}.`,
      ),
      button('Verify the address', link),
      byHand.en('verifyEmail', token),
      ifNotYou.en,
    ],
  }),
  de: ({ link, token, hours }, { appName }) => ({
    subject: `Bestätigen Sie Ihre E-Mail-Adresse für ${appName}`,
    blocks: [
      text(
        `Jemand, hoffentlich Sie, hat sich mit dieser Adresse bei ${appName} registriert. Bitte bestätigen Sie sie innerhalb von ${hoursIn.de(hours)} über den folgenden Link.`,
      ),
      button('Adresse bestätigen', link),
      byHand.de('verifyEmail', token),
      ifNotYou.de,
    ],
  }),
  fr: ({ link, token, hours }, { appName }) => ({
    subject: `Confirmez votre adresse e-mail pour ${appName}`,
    blocks: [
      text(
        `Quelqu’un, vous sans doute, s’est inscrit sur ${appName} avec cette adresse. Le lien ci-dessous permet de la confirmer dans un délai de ${hoursIn.fr(hours)}.`,
      ),
      button('Confirmer l’adresse', link),
      byHand.fr('verifyEmail', token),
      ifNotYou.fr,
    ],
  }),
};

export const emailChangeWords: Wording<TokenLink> = {
  en: ({ link, token, hours }, { appName }) => ({
    subject: `Confirm your new e-mail address for ${appName}`,
    blocks: [
      text(
        `Somebody, hopefully you, wants to use this address for their account at ${appName}. The link below makes it so within ${hoursIn.en(hours)}.`,
      ),
      button('Use this address', link),
      byHand.en('confirmEmailChange', token),
      ifNotYou.en,
    ],
  }),
  de: ({ link, token, hours }, { appName }) => ({
    subject: `Bestätigen Sie Ihre neue E-Mail-Adresse für ${appName}`,
    blocks: [
      text(
        `Jemand, hoffentlich Sie, möchte diese Adresse für das eigene Konto bei ${appName} verwenden. Der folgende Link stellt das Konto innerhalb von ${hoursIn.de(hours)} darauf um.`,
      ),
      button('Diese Adresse verwenden', link),
      byHand.de('confirmEmailChange', token),
      ifNotYou.de,
    ],
  }),
  fr: ({ link, token, hours }, { appName }) => ({
    subject: `Confirmez votre nouvelle adresse e-mail pour ${appName}`,
    blocks: [
      text(
        `Quelqu’un, vous sans doute, souhaite utiliser cette adresse pour son compte sur ${appName}. Le lien ci-dessous permet de le faire dans un délai de ${hoursIn.fr(hours)}.`,
      ),
      button('Utiliser cette adresse', link),
      byHand.fr('confirmEmailChange', token),
      ifNotYou.fr,
    ],
  }),
};

export const passwordResetWords: Wording<TokenLink> = {
  en: ({ link, token, hours }, { appName }) => ({
    subject: `Choose a new password for ${appName}`,
    blocks: [
      text(
        `Somebody, hopefully you, has forgotten the password of the account at ${appName} with this address. The link below works once, within ${hoursIn.en(hours)}.`,
      ),
      button('Choose a new password', link),
      byHand.en('resetPassword', token),
      text('If it was not you, do nothing: your password stays as it is.'),
    ],
  }),
  de: ({ link, token, hours }, { appName }) => ({
    subject: `Wählen Sie ein neues Passwort für ${appName}`,
    blocks: [
      text(
        `Jemand, hoffentlich Sie, hat das Passwort des Kontos mit dieser Adresse bei ${appName} vergessen. Der folgende Link funktioniert einmal, innerhalb von ${hoursIn.de(hours)}.`,
      ),
      button('Neues Passwort wählen', link),
      byHand.de('resetPassword', token),
      text('Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.'),
    ],
  }),
  fr: ({ link, token, hours }, { appName }) => ({
    subject: `Choisissez un nouveau mot de passe pour ${appName}`,
    blocks: [
      text(
        `Quelqu’un, vous sans doute, a oublié le mot de passe du compte associé à cette adresse sur ${appName}. Le lien ci-dessous ne fonctionne qu’une fois, dans un délai de ${hoursIn.fr(hours)}.`,
      ),
      button('Choisir un nouveau mot de passe', link),
      byHand.fr('resetPassword', token),
      text('Si ce n’était pas vous, vous n’avez rien à faire : votre mot de passe reste inchangé.'),
    ],
  }),
};

export const twoFactorResetWords: Wording<TokenLink> = {
  en: ({ link, token, hours }, { appName }) => ({
    subject: `Switch off the second factor of your account at ${appName}`,
    blocks: [
      text(
        `Somebody who knows your password at ${appName}, hopefully you, has lost the second factor. The link below works once, within ${hoursIn.en(hours)}, and asks for the password again.`,
      ),
      button('Switch it off', link),
      byHand.en('resetTwoFactor', token),
      text('If it was not you, somebody knows your password: change it now.'),
    ],
  }),
  de: ({ link, token, hours }, { appName }) => ({
    subject: `Schalten Sie den zweiten Faktor Ihres Kontos bei ${appName} aus`,
    blocks: [
      text(
        `Jemand, der Ihr Passwort bei ${appName} kennt, hoffentlich Sie selbst, hat den zweiten Faktor verloren. Der folgende Link funktioniert einmal, innerhalb von ${hoursIn.de(hours)}, und fragt noch einmal nach dem Passwort.`,
      ),
      button('Zweiten Faktor ausschalten', link),
      byHand.de('resetTwoFactor', token),
      text('Wenn Sie das nicht waren, kennt jemand anderes Ihr Passwort: Ändern Sie es jetzt.'),
    ],
  }),
  fr: ({ link, token, hours }, { appName }) => ({
    subject: `Désactivez le second facteur de votre compte ${appName}`,
    blocks: [
      text(
        `Quelqu’un qui connaît votre mot de passe sur ${appName}, vous sans doute, a perdu le second facteur. Le lien ci-dessous ne fonctionne qu’une fois, dans un délai de ${hoursIn.fr(hours)}, et redemande le mot de passe.`,
      ),
      button('Désactiver le second facteur', link),
      byHand.fr('resetTwoFactor', token),
      text('Si ce n’était pas vous, quelqu’un connaît votre mot de passe : changez-le dès maintenant.'),
    ],
  }),
};
