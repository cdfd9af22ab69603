import { describe, expect, it } from '@jest/globals';
import { passwordProblems } from './password-policy.ts';

const wrong = async (password: string, policy = {}) =>
  (await passwordProblems(password, ['input', 'password'], policy)).map(({ message }) => message);

describe('a new password', () => {
  it('has 8 to 128 characters, or more where the settings say so', async () => {
    expect(await passwordProblems('1234567', ['input', 'password'])).toEqual([
      { path: ['input', 'password'], message: 'must have at least 8 characters' },
    ]);
    expect(await wrong('🔑🚲🌵🐙🎻🧲🍋')).toEqual(['must have at least 8 characters']);
    expect(await wrong('🔑🚲🌵🐙🎻🧲🍋🛶')).toEqual([]);
    expect(await wrong('brown tapir climbs '.repeat(7))).toEqual(['must have at most 128 characters']);
    expect(await wrong('analytical', { least: 12 })).toEqual(['must have at least 12 characters']);
    expect(await wrong('1234567', { least: 4 })).toEqual(['must have at least 8 characters']);
  });

  it('is hard to guess', async () => {
    for (const easy of [
      'password1',
      'Password123!',
      'qwertyuiop',
      'abcdefgh',
      'aaaaaaaaaaaa',
      'iloveyou2',
      '12345678',
      'letmein2024',
    ]) {
      expect({ easy, wrong: await wrong(easy) }).toEqual({
        easy,
        wrong: [expect.stringContaining('too easy to guess')],
      });
    }
    for (const hard of ['correct horse', 'analytical engine', 'Tr0ub4dor&3'])
      expect(await wrong(hard)).toEqual([]);
  });

  it('may contain a name or an address of the person, which makes it no harder to guess', async () => {
    const person = ['ada.lovelace@example.org', 'countess', null, 'Bo', 'Ward'];
    for (const password of [
      'ada.lovelace',
      'Countess1',
      'ada.lovelace@example.org',
      'countessward',
      'lovelace2024',
      'wardward',
    ]) {
      expect({ password, wrong: await wrong(password, { person }) }).toEqual({
        password,
        wrong: [expect.stringContaining('too easy to guess')],
      });
    }
    for (const password of [
      'awkward tapirs climbing hills',
      'bold robots bowing',
      'COUNTESS of seven tapirs',
    ]) {
      expect({ password, wrong: await wrong(password, { person }) }).toEqual({ password, wrong: [] });
    }
  });
});
