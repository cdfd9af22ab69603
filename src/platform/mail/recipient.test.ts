import { describe, expect, it } from '@jest/globals';
import { Recipient } from './recipient.ts';

const at = new Date('2027-05-01T22:30:00Z');
/** Intl puts narrow and no-break spaces into times. */
const plain = (words: string) => words.replace(/[\u00a0\u202f]/g, ' ');

describe('the times of a recipient', () => {
  it('are in their own time zone and language', () => {
    const ada = new Recipient('ada@example.org', 'id', 'Ada', 'de', 'Europe/Berlin');
    expect(plain(ada.time(at, 'America/New_York'))).toBe('So., 2. Mai 2027, 00:30 MESZ');
    expect(ada.day(at)).toBe('Sonntag, 2. Mai 2027');
  });

  it('are in the language of the mail, as their own country writes it', () => {
    const january = new Date('2027-01-05T10:00:00Z');
    const day = (locale: string) => new Recipient('ada@example.org', 'id', 'Ada', locale, 'UTC').day(january);
    expect([day('de-AT'), day('fr'), day('en-GB'), day('it')]).toEqual([
      'Dienstag, 5. Jänner 2027',
      'mardi 5 janvier 2027',
      'Tuesday, 5 January 2027',
      'Tuesday, January 5, 2027',
    ]);
  });

  it('are those of the event, or UTC, where nothing is known of them', () => {
    const somebody = new Recipient('somebody@example.org');
    expect(plain(somebody.time(at, 'America/New_York'))).toBe('Sat, May 1, 2027, 6:30 PM EDT');
    expect(plain(somebody.time(at))).toBe('Sat, May 1, 2027, 10:30 PM UTC');
  });
});
