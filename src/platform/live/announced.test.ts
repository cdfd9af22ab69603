import { describe, expect, it } from '@jest/globals';
import { Announced, isVisibleIn } from './announced.ts';
import { ChangeKind } from './told.ts';

describe('isVisibleIn', () => {
  it('is true for what had ended when the snapshot was taken', () => {
    expect(['9', '10', '12', '14', '15', '20'].map((id) => isVisibleIn('10:15:12,13', id))).toEqual([
      true,
      true,
      false,
      true,
      false,
      false,
    ]);
    expect(isVisibleIn('18446744073709551000:18446744073709551002:', '18446744073709551001')).toBe(true);
  });
});

describe('Announced', () => {
  const { CREATED, UPDATED, REMOVED } = ChangeKind;
  const change = (kind: ChangeKind, id = 'a', snapshot = '10:12:', data: unknown[] = []) => ({
    resource: 'Session',
    id,
    kind,
    at: new Date(),
    data,
    snapshot,
  });

  it.each([CREATED, REMOVED])('tells of %s once, however many changes the judgement knew of', (kind) => {
    const announced = new Announced();
    expect(announced.isNews(change(kind), ['10'])).toBe(true);
    expect(announced.isNews(change(kind), ['10', '11'])).toBe(false);
    expect(announced.isNews(change(kind, 'b'), ['10'])).toBe(true);
    expect(announced.isNews(change(kind, 'a', '10:13:'), ['10', '12'])).toBe(true);
  });

  it('tells of it again once the object was otherwise, and of what carries words of its own', () => {
    const announced = new Announced();
    const kinds = [REMOVED, CREATED, REMOVED, UPDATED, REMOVED, UPDATED, CREATED, UPDATED];
    expect(kinds.map((kind) => announced.isNews(change(kind), ['10']))).toEqual(kinds.map(() => true));
    expect(announced.isNews(change(CREATED), ['10'])).toBe(false);
    expect(announced.isNews(change(CREATED, 'a', '10:12:', ['a step']), ['10'])).toBe(true);
  });

  it('forgets the oldest', () => {
    const announced = new Announced();
    for (let index = 0; index <= 1000; index += 1) announced.isNews(change(REMOVED, String(index)), ['10']);
    expect(['1', '1000', '0'].map((id) => announced.isNews(change(REMOVED, id), ['10']))).toEqual([
      false,
      false,
      true,
    ]);
  });
});
