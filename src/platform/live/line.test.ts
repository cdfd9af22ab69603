import { expect, it } from '@jest/globals';
import type { Writable } from 'node:stream';
import * as ws from 'ws';
import { textFrames } from './line.ts';

it('writes text messages of every length as frames, one after the other', () => {
  // Exported, but not in its types: what reads frames.
  const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };
  const receiver = new Receiver({ isServer: false });
  const received: string[] = [];
  receiver.on('message', (data: Buffer) => received.push(data.toString()));
  const texts = [0, 125, 126, 65_535, 65_536, 100_000].map(
    (length) => `${'é'.repeat(length % 2)}${'x'.repeat(length)}`,
  );
  receiver.write(
    textFrames(
      Buffer.from('head '),
      texts.map((text) => Buffer.from(text)),
    ),
  );
  expect(received).toEqual(texts.map((text) => `head ${text}`));
});
