/** The words of the mails that tell people what happened to their account. */
import { plural } from '../platform/mail/language.ts';
import type { InEachLanguage } from '../platform/mail/language.ts';
import { text } from '../platform/mail/layout.ts';
import type { MailWords, Wording } from '../platform/mail/mail-kind.ts';

/** What became of a second factor. */
export type TwoFactorChange = 'ON' | 'OFF' | 'RECOVERY_CODE_USED' | 'RECOVERY_CODES_RENEWED';

const wasItYou: InEachLanguage<string> = {
  en: 'If it was not you, choose a new password at once and tell the administrators.',
  de: 'Wenn Sie das nicht waren, wählen Sie sofort ein neues Passwort und benachrichtigen Sie die Administration.',
  fr: 'Si ce n’était pas vous, choisissez immédiatement un nouveau mot de passe et prévenez l’administration.',
};

const say = (subject: string, ...paragraphs: string[]): MailWords => ({
  subject,
  blocks: paragraphs.map(text),
});

export const lockedWords: Wording<{ minutes: number }> = {
  en: ({ minutes }, { appName }) =>
    say(
      `Your account is locked at ${appName}`,
      `Somebody has tried too many wrong passwords or codes for your account. Nobody can sign in for ${plural('en', minutes, 'one minute', '# minutes')}.`,
      'If it was you, wait and try again, or choose a new password. If it was not, there is nothing to do: nobody got in.',
    ),
  de: ({ minutes }, { appName }) =>
    say(
      `Ihr Konto bei ${appName} ist gesperrt`,
      `Für Ihr Konto wurden zu viele falsche Passwörter oder Codes eingegeben. ${plural('de', minutes, 'Eine Minute', '# Minuten')} lang kann sich niemand anmelden.`,
      'Wenn Sie es waren, warten Sie und versuchen Sie es noch einmal, oder wählen Sie ein neues Passwort. Wenn nicht, ist nichts zu tun: Niemand ist hineingekommen.',
    ),
  fr: ({ minutes }, { appName }) =>
    say(
      `Votre compte ${appName} est bloqué`,
      `Trop de mots de passe ou de codes erronés ont été essayés pour votre compte. Personne ne peut se connecter pendant ${plural('fr', minutes, 'une minute', '# minutes')}.`,
      'Si c’était vous, patientez puis réessayez, ou choisissez un nouveau mot de passe. Sinon, vous n’avez rien à faire : personne n’est entré.',
    ),
};

export const passwordChangedWords: Wording<null> = {
  en: (_, { appName }) =>
    say(
      `Your password was changed at ${appName}`,
      `The password of your account was changed, and other sign-ins have ended. ${wasItYou.en}`,
    ),
  de: (_, { appName }) =>
    say(
      `Ihr Passwort bei ${appName} wurde geändert`,
      `Das Passwort Ihres Kontos wurde geändert, und andere Anmeldungen wurden beendet. ${wasItYou.de}`,
    ),
  fr: (_, { appName }) =>
    say(
      `Votre mot de passe ${appName} a été modifié`,
      `Le mot de passe de votre compte a été modifié et les autres connexions ont été fermées. ${wasItYou.fr}`,
    ),
};

export const emailChangeNoticeWords: Wording<{ newEmail: string; isDone: boolean }> = {
  en: ({ newEmail, isDone }, { appName }) =>
    isDone
      ? say(
          `Your e-mail address at ${appName} was changed`,
          `Your account now has the address ${newEmail}; mails no longer go to this one.`,
          wasItYou.en,
        )
      : say(
          `Your e-mail address at ${appName} is to be changed`,
          `Somebody, hopefully you, has asked to change the address of your account to ${newEmail}. It changes when the link that was sent there is followed.`,
          wasItYou.en,
        ),
  de: ({ newEmail, isDone }, { appName }) =>
    isDone
      ? say(
          `Ihre E-Mail-Adresse bei ${appName} wurde geändert`,
          `Ihr Konto hat jetzt die Adresse ${newEmail}; an diese hier gehen keine E-Mails mehr.`,
          wasItYou.de,
        )
      : say(
          `Ihre E-Mail-Adresse bei ${appName} soll geändert werden`,
          `Jemand, hoffentlich Sie, möchte die Adresse Ihres Kontos in ${newEmail} ändern. Geändert wird sie, sobald jemand dem Link folgt, der dorthin gesendet wurde.`,
          wasItYou.de,
        ),
  fr: ({ newEmail, isDone }, { appName }) =>
    isDone
      ? say(
          `Votre adresse e-mail ${appName} a été modifiée`,
          `Votre compte a désormais l’adresse ${newEmail} ; celle-ci ne reçoit plus d’e-mails.`,
          wasItYou.fr,
        )
      : say(
          `Votre adresse e-mail ${appName} va être modifiée`,
          `Quelqu’un, vous sans doute, a demandé que l’adresse de votre compte devienne ${newEmail}. Elle changera dès que le lien envoyé à cette adresse aura été suivi.`,
          wasItYou.fr,
        ),
};

const twoFactorChanges: InEachLanguage<
  Readonly<Record<TwoFactorChange, readonly [subject: (appName: string) => string, sentence: string]>>
> = {
  en: {
    ON: [
      (appName) => `The second factor of your account is on at ${appName}`,
      'From now on signing in asks for a code of your app. Keep the recovery codes where the app is not.',
    ],
    OFF: [
      (appName) => `The second factor of your account is off at ${appName}`,
      'From now on the password alone is enough to sign in.',
    ],
    RECOVERY_CODE_USED: [
      (appName) => `A recovery code of your account was used at ${appName}`,
      'A recovery code was used in place of a code of your app. It is not good again.',
    ],
    RECOVERY_CODES_RENEWED: [
      (appName) => `Your recovery codes are new at ${appName}`,
      'The recovery codes of your account were made anew; the old ones are worth nothing.',
    ],
  },
  de: {
    ON: [
      (appName) => `Der zweite Faktor Ihres Kontos bei ${appName} ist eingeschaltet`,
      'Ab jetzt wird bei der Anmeldung ein Code Ihrer App verlangt. Bewahren Sie die Wiederherstellungscodes nicht dort auf, wo die App ist.',
    ],
    OFF: [
      (appName) => `Der zweite Faktor Ihres Kontos bei ${appName} ist ausgeschaltet`,
      'Ab jetzt genügt zur Anmeldung das Passwort.',
    ],
    RECOVERY_CODE_USED: [
      (appName) => `Bei ${appName} wurde ein Wiederherstellungscode Ihres Kontos benutzt`,
      'Statt eines Codes Ihrer App wurde ein Wiederherstellungscode benutzt. Er gilt kein zweites Mal.',
    ],
    RECOVERY_CODES_RENEWED: [
      (appName) => `Ihre Wiederherstellungscodes bei ${appName} sind neu`,
      'Die Wiederherstellungscodes Ihres Kontos wurden neu erstellt; die alten sind ungültig.',
    ],
  },
  fr: {
    ON: [
      (appName) => `Le second facteur de votre compte ${appName} est activé`,
      'Désormais, un code de votre application est demandé à la connexion. Conservez les codes de secours ailleurs que l’application.',
    ],
    OFF: [
      (appName) => `Le second facteur de votre compte ${appName} est désactivé`,
      'Désormais, le mot de passe suffit pour se connecter.',
    ],
    RECOVERY_CODE_USED: [
      (appName) => `Un code de secours de votre compte ${appName} a été utilisé`,
      'Un code de secours a été utilisé à la place d’un code de votre application. Il n’est plus valable.',
    ],
    RECOVERY_CODES_RENEWED: [
      (appName) => `Vos codes de secours ${appName} ont été renouvelés`,
      'Les codes de secours de votre compte ont été renouvelés ; les anciens ne sont plus valables.',
    ],
  },
};

export const twoFactorWords: Wording<{ change: TwoFactorChange }> = {
  en: ({ change }, { appName }) =>
    say(twoFactorChanges.en[change][0](appName), twoFactorChanges.en[change][1], wasItYou.en),
  de: ({ change }, { appName }) =>
    say(twoFactorChanges.de[change][0](appName), twoFactorChanges.de[change][1], wasItYou.de),
  fr: ({ change }, { appName }) =>
    say(twoFactorChanges.fr[change][0](appName), twoFactorChanges.fr[change][1], wasItYou.fr),
};

/** Who has become an administrator: the reader, or somebody whose name is not always known. */
interface NewAdmin {
  readonly isReader: boolean;
  readonly name: string | null;
  readonly isSuperAdmin: boolean;
}

export const newAdminWords: Wording<NewAdmin> = {
  en({ isReader, name, isSuperAdmin }, { appName }) {
    const [role, another] = isSuperAdmin
      ? ['a super admin', 'another super admin']
      : ['an admin', 'another admin'];
    return isReader
      ? say(
          `You are ${role} at ${appName}`,
          `You have become ${role}. You may now see and change what belongs to others: take care of your password, and switch a second factor on.`,
        )
      : say(
          `There is ${another} at ${appName}`,
          `${name ?? 'Somebody'} has become ${role}. If that is news to you, look at the activities.`,
        );
  },
  de({ isReader, name, isSuperAdmin }, { appName }) {
    const rights = isSuperAdmin ? 'Super-Admin-Rechte' : 'Admin-Rechte';
    return isReader
      ? say(
          `Sie haben ${rights} bei ${appName}`,
          `Sie haben jetzt ${rights}. Damit dürfen Sie sehen und ändern, was anderen gehört: Achten Sie auf Ihr Passwort und schalten Sie einen zweiten Faktor ein.`,
        )
      : say(
          `Noch jemand hat ${rights} bei ${appName}`,
          `${name ?? 'Jemand'} hat jetzt ${rights}. Wenn Sie davon nichts wissen, sehen Sie in den Aktivitäten nach.`,
        );
  },
  fr({ isReader, name, isSuperAdmin }, { appName }) {
    const rights = isSuperAdmin ? 'les droits de super-administration' : 'les droits d’administration';
    return isReader
      ? say(
          `Vous avez ${rights} sur ${appName}`,
          `Vous avez désormais ${rights}. Vous pouvez voir et modifier ce qui appartient à d’autres : protégez votre mot de passe et activez un second facteur.`,
        )
      : say(
          `Une personne de plus a ${rights} sur ${appName}`,
          `${name ?? 'Quelqu’un'} a désormais ${rights}. Si vous l’ignoriez, consultez les activités.`,
        );
  },
};
