/** A TCP proxy on loopback that delays what passes, cuts every connection, or swallows everything without a word. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as rest } from 'node:timers/promises';

/** A proxy in front of one server. */
export interface Proxy {
  readonly port: number;
  /** Milliseconds that everything takes on its way, each way. */
  delayMs: number;
  /** Nothing passes any more, and nobody is told: as if a cable had been pulled. New connections are taken all the same. */
  isSilent: boolean;
  /** Resets every connection; new ones are taken. */
  cut(): number;
  close(): Promise<void>;
}

/** Starts one in front of a port of this machine. */
export async function startProxy(target: number): Promise<Proxy> {
  const open = new Set<Socket>();
  const pass = async (from: Socket, to: Socket): Promise<void> => {
    for await (const chunk of from) {
      if (proxy.delayMs > 0) await rest(proxy.delayMs);
      if (!proxy.isSilent) to.write(chunk as Buffer);
    }
    if (!proxy.isSilent) to.end();
  };
  const server = createServer((client) => {
    const behind = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.once('close', () => {
        open.delete(socket);
        if (!proxy.isSilent) other.destroy();
      });
      pass(socket, other).catch(() => {});
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const proxy: Proxy = {
    port: (server.address() as AddressInfo).port,
    delayMs: 0,
    isSilent: false,
    cut() {
      const count = open.size / 2;
      for (const socket of open) socket.resetAndDestroy();
      return count;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
