import { expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import type { Viewer } from '../../permissions/viewer.ts';
import { anonymous } from '../../permissions/viewer.ts';
import type { Message } from './backlog.ts';
import type { Prepared, Recipient } from './rounds.ts';
import { Rounds } from './rounds.ts';
import { ChangeKind, toldOf } from './told.ts';

const told = (id: string, of?: string) =>
  toldOf({ kind: 'UPDATED', resource: 'Session', id, of, transaction: '1' }, new Date(0));
const message = (id: string, payload: string): Message => ({
  id,
  kind: ChangeKind.UPDATED,
  payload: Buffer.from(payload),
  isUnique: false,
});
const viewer = (userId: string): Viewer => ({ ...anonymous, kind: 'user', userId });

/** Somebody who keeps what each visit brought. */
class Reader implements Recipient {
  readonly visits: string[][] = [];
  readonly caller: { viewer: Viewer; settling: Promise<void> | null; isRefused: boolean };
  onVisit = () => {};

  constructor(name: string) {
    this.caller = { viewer: viewer(name), settling: null, isRefused: false };
  }

  get got(): string[] {
    return this.visits.flat();
  }

  offer(messages: readonly Message[]): void {
    this.visits.push(messages.map(({ payload }) => String(payload)));
    this.onVisit();
  }
}

/** Rounds for whom a notice comes to messages `<notice>.<n>:<user>`; each is made ready when the test says so. */
function roundsOf(members: Reader[], { messages = 1 } = {}) {
  const asked: { readonly id: string; readonly known: string[]; ready(): void; fail(error: Error): void }[] =
    [];
  const failures: Error[] = [];
  const rounds = new Rounds({
    members: new Set(members),
    failed: (error) => failures.push(error),
    async prepare(recipients, { id }, known) {
      const byViewer = new Map(
        [...recipients].map(({ caller }) => [
          caller.viewer,
          { key: caller.viewer.userId!, viewer: caller.viewer },
        ]),
      );
      await new Promise<void>((ready, fail) => asked.push({ id, known: [...known.keys()], ready, fail }));
      const found = [...byViewer.values()].map(({ key }): [string, Message[]] => [
        key,
        Array.from({ length: messages }, (_, index) => message(`${id}.${index}`, `${id}.${index}:${key}`)),
      ]);
      return { byViewer, answers: new Map([...found, ...known]) } satisfies Prepared;
    },
  });
  return { rounds, asked, failures };
}

it('a reader gets what is ready in one visit, in the order of the notices, whichever was ready first', async () => {
  const reader = new Reader('ann');
  const { rounds, asked } = roundsOf([reader]);
  for (const id of ['a', 'b', 'c', 'd']) await rounds.add(told(id));
  for (const index of [2, 1]) asked[index].ready();
  await turn();
  expect(reader.visits).toEqual([]);
  asked[0].ready();
  await turn();
  expect(reader.visits).toEqual([['a.0:ann', 'b.0:ann', 'c.0:ann']]);
  asked[3].ready();
  await rounds.over();
  expect(reader.got.at(-1)).toBe('d.0:ann');
});

it('an object is read for a notice when it was read for the one before; so is all that hangs on another', async () => {
  const { rounds, asked } = roundsOf([new Reader('ann')]);
  const adding = [told('a'), told('b'), told('b'), told('event', 'event'), told('c')].reduce(
    (before, one) => before.then(() => rounds.add(one)),
    Promise.resolve(),
  );
  for (const present of [
    ['a', 'b'],
    ['a', 'b', 'b'],
    ['a', 'b', 'b', 'event'],
    ['a', 'b', 'b', 'event', 'c'],
  ]) {
    await turn();
    expect(asked.map(({ id }) => id)).toEqual(present);
    for (const one of asked) one.ready();
  }
  await adding;
  await rounds.over();
});

it('who became somebody else in between gets the rest by their new rights, nothing twice, after the others', async () => {
  const [ann, bob] = [new Reader('ann'), new Reader('bob')];
  const { rounds, asked } = roundsOf([ann, bob], { messages: 20 });
  await rounds.add(told('a'));
  await rounds.add(told('b'));
  ann.onVisit = () => {
    ann.onVisit = () => {};
    ann.caller.viewer = viewer('anna');
  };
  for (const one of asked.toReversed()) one.ready();
  for (let turns = 0; turns < 10; turns += 1) await turn();
  expect([ann.got.length, bob.got.length]).toEqual([16, 40]);
  const again = asked.slice(2);
  expect(again.map(({ id, known }) => [id, known])).toEqual([['a', ['ann', 'bob']]]);
  again[0].ready();
  await turn();
  asked.at(-1)!.ready();
  await rounds.over();
  const all = ['a', 'b'].flatMap((id) => Array.from({ length: 20 }, (_, index) => `${id}.${index}`));
  expect(ann.got).toEqual(all.map((id, index) => `${id}:${index < 16 ? 'ann' : 'anna'}`));
  expect(bob.got).toEqual(all.map((id) => `${id}:bob`));
});

it('who may not listen any more gets nothing, and holds nobody up', async () => {
  const [ann, bob] = [new Reader('ann'), new Reader('bob')];
  const { rounds, asked } = roundsOf([ann, bob]);
  ann.caller.settling = Promise.resolve();
  ann.caller.isRefused = true;
  await rounds.add(told('a'));
  asked[0].ready();
  await rounds.over();
  expect([ann.got, bob.got]).toEqual([[], ['a.0:bob']]);
});

it('what cannot be found out is told of once, and the rest is given up', async () => {
  const reader = new Reader('ann');
  const { rounds, asked, failures } = roundsOf([reader]);
  for (const id of ['a', 'b', 'c']) await rounds.add(told(id));
  asked[0].ready();
  asked[1].fail(new Error('the database is away'));
  await rounds.over();
  expect([reader.got, failures.map(({ message }) => message)]).toEqual([
    ['a.0:ann'],
    ['the database is away'],
  ]);
});
