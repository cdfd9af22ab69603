/** The words for a failure that is nobody's to mend who is told of it. Other reasons are said as they are, in English. */
import type { InEachLanguage, Language } from '../platform/mail/language.ts';

/** What is told where the reason is ours alone. */
export const ourFault: InEachLanguage<string> = {
  en: 'Something went wrong on our side',
  de: 'Bei uns ist etwas schiefgegangen',
  fr: 'Une erreur s’est produite de notre côté',
};

/** The reason of a failure, as far as it is ours in the language. */
export const faultIn = (language: Language, fault: string): string =>
  fault === ourFault.en ? ourFault[language] : fault;
