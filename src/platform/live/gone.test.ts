import { describe, expect, it } from '@jest/globals';
import { Gone, isVisibleIn } from './gone.ts';

describe('isVisibleIn', () => {
  it('is true for what had ended when the snapshot was taken', () => {
    expect(['9', '10', '12', '14', '15', '20'].map((id) => isVisibleIn('10:15:12,13', id))).toEqual([true, true, false, true, false, false]);
    expect(isVisibleIn('18446744073709551000:18446744073709551002:', '18446744073709551001')).toBe(true);
  });
});

describe('Gone', () => {
  it('covers the changes that the judgement knew, until the object is there again', () => {
    const gone = new Gone();
    gone.add('a', '10:12:');
    expect(gone.covers('a', ['10', '11'])).toBe(true);
    expect(gone.covers('a', ['10', '12'])).toBe(false);
    expect(gone.covers('b', ['10'])).toBe(false);
    gone.delete('a');
    expect(gone.covers('a', ['10'])).toBe(false);
  });

  it('forgets the oldest', () => {
    const gone = new Gone();
    for (let index = 0; index <= 1000; index += 1) gone.add(String(index), '10:12:');
    expect([gone.covers('0', ['10']), gone.covers('1', ['10']), gone.covers('1000', ['10'])]).toEqual([false, true, true]);
  });
});
