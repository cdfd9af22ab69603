import { describe, expect, it } from '@jest/globals';
import { Subscriber } from './subscriber.ts';
import { toldOf } from './told.ts';

const at = new Date(0);
const row = { title: 'as it was' };
const notice = (kind: 'CREATED' | 'UPDATED' | 'REMOVED', id: string, transaction: string) =>
  toldOf({ kind, resource: 'Session', id, before: kind === 'CREATED' ? null : row, transaction }, at);

describe('a subscriber', () => {
  it('hands on what it is told, in order', async () => {
    const subscriber = new Subscriber(() => {});
    const first = subscriber.take();
    subscriber.tell(notice('CREATED', 'a', '1'));
    subscriber.tell(notice('UPDATED', 'b', '2'));
    expect((await first)?.id).toBe('a');
    expect((await subscriber.take())?.id).toBe('b');
  });

  it('joins the notices that wait on one object, keeping every state that it was in', async () => {
    const subscriber = new Subscriber(() => {});
    for (const [kind, id, transaction] of [
      ['CREATED', 'a', '1'],
      ['UPDATED', 'b', '2'],
      ['UPDATED', 'a', '3'],
      ['REMOVED', 'a', '4'],
    ] as const) {
      subscriber.tell(notice(kind, id, transaction));
    }
    const state = { row, beside: [] };
    expect(await subscriber.take()).toEqual({
      resource: 'Session',
      id: 'a',
      of: null,
      before: [null, state, state],
      data: [],
      isDeleted: true,
      transactions: ['1', '3', '4'],
      at,
    });
    expect((await subscriber.take())?.id).toBe('b');
  });

  it('can be ended once what waits has been taken', async () => {
    const subscriber = new Subscriber(() => {});
    subscriber.tell(notice('CREATED', 'a', '1'));
    subscriber.finish();
    subscriber.tell(notice('CREATED', 'b', '2'));
    expect([(await subscriber.take())?.id, await subscriber.take(), subscriber.isClosed]).toEqual([
      'a',
      null,
      false,
    ]);
  });

  it('is forgotten once, and takes nothing any more, when it is closed', async () => {
    let forgotten = 0;
    const subscriber = new Subscriber(() => (forgotten += 1));
    const waiting = subscriber.take();
    subscriber.close();
    subscriber.close();
    subscriber.tell(notice('CREATED', 'a', '1'));
    expect([await waiting, await subscriber.take(), forgotten]).toEqual([null, null, 1]);
  });
});
