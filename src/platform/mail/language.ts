/**
 * The languages that mails are written in. Words stand beside the mail that says them, as functions in `x.words.ts`, one
 * for each language: what is said in all but one of them does not compile. docs/guides/add-a-language.md adds another.
 */

/** The languages, as BCP 47 has them; the first is that of everybody whose own is none of these. */
export const languages = ['en', 'de', 'fr'] as const;
/** One of the languages. */
export type Language = (typeof languages)[number];
/** The same in every language. */
export type InEachLanguage<T> = Readonly<Record<Language, T>>;

/** The language for a locale: that of `de-AT` is `de`, that of one that we do not speak is English. */
export function languageOf(locale: string | null): Language {
  const spoken = locale === null ? null : new Intl.Locale(locale).language;
  return languages.find((language) => language === spoken) ?? languages[0];
}

/** What stands between a label and its value. */
export const colons: InEachLanguage<string> = { en: ':', de: ':', fr: '\u00a0:' };

/**
 * Our words as the language sets them: French has a space before its two-part signs and inside its quotation marks, at which no
 * line may end.
 */
export function typeset(language: Language, words: string): string {
  return language === 'fr' ? words.replace(/ (?=[:;!?»])|(?<=«) /g, '\u00a0') : words;
}

/** A number of things: `one` or `other`, as the language has it for that number, which `#` stands for. */
export function plural(language: Language, count: number, one: string, other: string): string {
  const form = new Intl.PluralRules(language).select(count) === 'one' ? one : other;
  return form.replace('#', new Intl.NumberFormat(language).format(count));
}
