/**
 * A process with many subscribers, started by live.ts. It speaks both protocols over the same plain WebSockets, so that
 * what is measured is the servers and not their clients. It counts the messages of each number, and says when all of
 * its subscribers have one, with the time at which each got it.
 */
import WebSocket from 'ws';
import type { Subscribers } from './live.servers.ts';

/** What a listener tells: it stands, or all of its subscribers got a message. */
export type Told =
  | { readonly kind: 'ready' }
  | { readonly kind: 'first'; readonly text: string }
  | { readonly kind: 'got'; readonly number: number; readonly times: Float64Array }
  | { readonly kind: 'failed'; readonly reason: string };

const atOnce = 40;
const tell = (told: Told) => process.send!(told);
const now = () => performance.timeOrigin + performance.now();
const got = new Map<number, { count: number; readonly times: Float64Array }>();

process.once('message', (subscribers: Subscribers) => {
  void open(subscribers).catch((error: Error) => tell({ kind: 'failed', reason: error.message }));
});

async function open(subscribers: Subscribers): Promise<void> {
  const waiting = [...subscribers.tokens];
  const opening = async () => {
    for (let token = waiting.pop(); token !== undefined; token = waiting.pop())
      await subscribe(subscribers, token);
  };
  await Promise.all(Array.from({ length: atOnce }, opening));
  tell({ kind: 'ready' });
}

/** Resolves when the server says that the subscriber stands. */
function subscribe({ protocol, url, query, tokens }: Subscribers, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocol === 'graphql-ws' ? 'graphql-transport-ws' : undefined, {
      perMessageDeflate: false,
    });
    socket.on('error', reject);
    socket.on('close', (code, reason) =>
      tell({ kind: 'failed', reason: `a socket was closed: ${code} ${String(reason)}` }),
    );
    if (protocol === 'graphql-ws') {
      const authorization = token === '' ? undefined : `Bearer ${token}`;
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } })),
      );
    }
    socket.on('message', (data: Buffer) => {
      if (count(data, tokens.length)) return;
      const text = data.toString();
      if (protocol === 'graphql-ws') {
        // What is asked after a subscription is answered when it stands.
        if (text.includes('connection_ack')) {
          socket.send(JSON.stringify({ id: 'subscription', type: 'subscribe', payload: { query } }));
          socket.send(
            JSON.stringify({ id: 'standing', type: 'subscribe', payload: { query: '{ __typename }' } }),
          );
        } else if (text.includes('"standing"') && text.includes('"complete"')) resolve();
        else if (text.includes('errors')) reject(new Error(text));
      } else if (text === '2') socket.send('3');
      else if (text.startsWith('0')) socket.send(`40${JSON.stringify({ token })}`);
      else if (text.startsWith('40')) resolve();
      else if (text.startsWith('44')) reject(new Error(text));
    });
  });
}

/** Counts a message that carries a number, as `#number.`. */
function count(data: Buffer, all: number): boolean {
  const at = data.indexOf('#');
  if (at < 0) return false;
  const number = Number(data.toString('latin1', at + 1, data.indexOf('.', at)));
  let one = got.get(number);
  if (!one) {
    got.set(number, (one = { count: 0, times: new Float64Array(all) }));
    if (number === 0) tell({ kind: 'first', text: data.toString() });
  }
  one.times[one.count] = now();
  one.count += 1;
  if (one.count === all) {
    tell({ kind: 'got', number, times: one.times });
    got.delete(number);
  }
  return true;
}
