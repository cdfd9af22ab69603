/** The words of the mail about a changed setting. */
import { text } from '../platform/mail/layout.ts';
import type { Wording } from '../platform/mail/mail-kind.ts';

/** Which setting it is, as `mail.frontendUrl`, what it is now (null: its default), and who changed it. */
interface ChangedSetting {
  readonly name: string;
  readonly value: string | null;
  readonly admin: string | null;
}

export const settingChangedWords: Wording<ChangedSetting> = {
  en: ({ name, value, admin }, { appName }) => ({
    subject: `The setting ${name} was changed at ${appName}`,
    blocks: [
      text(
        `${admin ?? 'Somebody'} set ${name} to ${value ?? 'its default'}. Links in mails or addresses of pictures lead there from now on.`,
      ),
      text('If that is news to you, set it back, choose a new password and look at the activities.'),
    ],
  }),
  de: ({ name, value, admin }, { appName }) => ({
    subject: `Die Einstellung ${name} wurde bei ${appName} geändert`,
    blocks: [
      text(
        `${admin ?? 'Jemand'} hat ${name} auf ${value ?? 'den Standardwert'} gesetzt. Links in Mails oder Adressen von Bildern führen ab jetzt dorthin.`,
      ),
      text(
        'Wenn Sie davon nichts wissen, setzen Sie sie zurück, wählen Sie ein neues Passwort und sehen Sie in den Aktivitäten nach.',
      ),
    ],
  }),
  fr: ({ name, value, admin }, { appName }) => ({
    subject: `Le réglage ${name} a été modifié sur ${appName}`,
    blocks: [
      text(
        `${admin ?? 'Quelqu’un'} a donné à ${name} la valeur ${value ?? 'par défaut'}. Les liens des e-mails ou les adresses des images y mènent désormais.`,
      ),
      text(
        'Si vous l’ignoriez, rétablissez-le, choisissez un nouveau mot de passe et consultez les activités.',
      ),
    ],
  }),
};
