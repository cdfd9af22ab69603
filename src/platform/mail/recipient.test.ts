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

  it('are those of the event, or UTC, where nothing is known of them', () => {
    const somebody = new Recipient('somebody@example.org');
    expect(plain(somebody.time(at, 'America/New_York'))).toBe('Sat, May 1, 2027, 6:30 PM EDT');
    expect(plain(somebody.time(at))).toBe('Sat, May 1, 2027, 10:30 PM UTC');
  });
});
