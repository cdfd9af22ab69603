/** Subscribers on sockets of their own, for cases that end or cut them. */
import { once } from 'node:events';
import WebSocket from 'ws';

/** One socket with one subscription. */
export interface SubscriberSocket {
  /** Messages of the subscription so far. */
  readonly messages: readonly any[];
  /** Resolves to the code that the socket was closed with. */
  readonly closed: Promise<number>;
  close(): void;
}

/** Opens a socket and subscribes; resolves when the server has acknowledged the connection. */
export async function subscribe(url: string, query: string, token?: string): Promise<SubscriberSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const messages: any[] = [];
  socket.on('error', () => {});
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  const acknowledged = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.type === 'connection_ack') resolve();
      if (message.type === 'ping') socket.send('{"type":"pong"}');
      if (message.type === 'next') messages.push(message.payload);
    });
  });
  socket.send(
    JSON.stringify({ type: 'connection_init', payload: token ? { authorization: `Bearer ${token}` } : {} }),
  );
  await acknowledged;
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  return { messages, closed, close: () => socket.terminate() };
}
