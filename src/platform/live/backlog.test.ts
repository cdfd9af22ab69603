import { describe, expect, it } from '@jest/globals';
import { Backlog } from './backlog.ts';
import { ChangeKind } from './told.ts';

const { CREATED, UPDATED, REMOVED } = ChangeKind;

function after(
  ...added: readonly (readonly [kind: ChangeKind, id: string, payload: string, isUnique?: boolean])[]
): string[] {
  const held = { bytes: 0 };
  const backlog = new Backlog(held);
  for (const [kind, id, payload, isUnique = false] of added)
    expect(backlog.add({ kind, id, payload: Buffer.from(payload), isUnique })).toBe(true);
  const taken: string[] = [];
  for (let message = backlog.take(); message; message = backlog.take())
    taken.push(message.payload.toString());
  expect([backlog.isEmpty, held.bytes]).toEqual([true, 0]);
  return taken;
}

describe('a backlog', () => {
  it('keeps the latest of several updates, each object in its place', () => {
    expect(
      after([UPDATED, 'a', 'a1'], [UPDATED, 'b', 'b1'], [UPDATED, 'a', 'a2'], [UPDATED, 'a', 'a3']),
    ).toEqual(['a3', 'b1']);
  });

  it('tells of what appeared before it tells how it is now', () => {
    expect(after([CREATED, 'a', 'a1'], [UPDATED, 'a', 'a2'], [UPDATED, 'a', 'a3'])).toEqual(['a1', 'a3']);
  });

  it('tells of a removal alone, and of nothing where the reader never heard of the object', () => {
    expect(after([UPDATED, 'a', 'a1'], [REMOVED, 'a', 'a2'])).toEqual(['a2']);
    expect(
      after([CREATED, 'a', 'a1'], [UPDATED, 'a', 'a2'], [REMOVED, 'a', 'a3'], [CREATED, 'b', 'b1']),
    ).toEqual(['b1']);
    expect(after([REMOVED, 'a', 'a1'], [CREATED, 'a', 'a2'], [REMOVED, 'a', 'a3'])).toEqual(['a3']);
    expect(after([REMOVED, 'a', 'a1'], [CREATED, 'a', 'a2'])).toEqual(['a1', 'a2']);
  });

  it('keeps all that says something of its own', () => {
    expect(after([UPDATED, 'a', 'a1', true], [UPDATED, 'a', 'a2', true], [UPDATED, 'a', 'a3'])).toEqual([
      'a1',
      'a2',
      'a3',
    ]);
  });

  it('is full with a thousand messages, or a million bytes of them', () => {
    const [many, long] = [new Backlog({ bytes: 0 }), new Backlog({ bytes: 0 })];
    const add = (backlog: Backlog, id: number, payload: string) =>
      backlog.add({ kind: UPDATED, id: String(id), payload: Buffer.from(payload), isUnique: false });
    const kept = Array.from({ length: 1001 }, (_, id) => add(many, id, ''));
    expect([kept.indexOf(false), kept.length]).toEqual([1000, 1001]);
    expect([
      add(long, 1, 'x'.repeat(600_000)),
      add(long, 1, 'y'.repeat(600_000)),
      add(long, 2, 'z'.repeat(600_000)),
    ]).toEqual([true, true, false]);
  });

  it('is full with four million bytes for all subscriptions of a socket, until one of them ends', () => {
    const held = { bytes: 0 };
    const backlogs = Array.from({ length: 5 }, () => new Backlog(held));
    const message = { id: '1', kind: UPDATED, payload: Buffer.alloc(900_000), isUnique: false };
    expect(backlogs.map((backlog) => backlog.add(message))).toEqual([true, true, true, true, false]);
    backlogs[0].clear();
    expect([held.bytes, new Backlog(held).add({ ...message, payload: Buffer.alloc(1000) })]).toEqual([
      3_600_000,
      true,
    ]);
  });
});
