import { expect, it } from '@jest/globals';
import { Pace } from './pace.ts';

it('allows a burst, and then so many a second', () => {
  let now = 0;
  const pace = new Pace(3, 2, () => now);
  const taken = (count: number) => Array.from({ length: count }, () => pace.take());
  expect(taken(4)).toEqual([true, true, true, false]);
  now += 500;
  expect(taken(2)).toEqual([true, false]);
  now += 60_000;
  expect(taken(4)).toEqual([true, true, true, false]);
});
