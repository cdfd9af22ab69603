import { describe, expect, it } from '@jest/globals';
import { languageOf, plural } from './language.ts';
import type { Wording } from './mail-kind.ts';

describe('the language of a locale', () => {
  it.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['DE-latn-ch', 'de'],
    ['fr-CA', 'fr'],
    ['en-GB', 'en'],
    ['it', 'en'],
    ['den', 'en'],
    [null, 'en'],
  ] as const)('of %s is %s', (locale, language) => expect(languageOf(locale)).toBe(language));
});

describe('a number of things', () => {
  it.each([
    ['en', 0, '0 minutes'],
    ['en', 1, '1 minute'],
    ['de', 1, '1 Minute'],
    ['de', 1500, '1.500 Minuten'],
    ['fr', 0, '0 minute'],
    ['fr', 2, '2 minutes'],
  ] as const)('is counted as %s does: %i', (language, count, words) => {
    const [one, other] = language === 'de' ? ['# Minute', '# Minuten'] : ['# minute', '# minutes'];
    expect(plural(language, count, one, other)).toBe(words);
  });
});

describe('the words of a mail', () => {
  it('do not compile without one of the languages', () => {
    const words = {
      en: () => ({ subject: 'Hello', blocks: [] }),
      de: () => ({ subject: 'Hallo', blocks: [] }),
    };
    // @ts-expect-error: the French are missing, which is what the type check of this file proves.
    const incomplete: Wording<null> = words;
    expect(Object.keys(incomplete)).toEqual(['en', 'de']);
  });
});
