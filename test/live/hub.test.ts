/** The hub on a connection that is cut and made again, through a proxy that the test can close. */
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { pino } from 'pino';
import { Database } from '../../src/platform/data/database.ts';
import { keptMs } from '../../src/platform/live/hearing.ts';
import { Hub } from '../../src/platform/live/hub.ts';
import { mostWaiting } from '../../src/platform/live/subscriber.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

let server: TestServer;
let warnings: string[];

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** Passes on connections to the database while it is open. */
class Proxy {
  private readonly sockets = new Set<Socket>();
  isOpen = true;
  private readonly listener = createServer((from) => {
    if (!this.isOpen) {
      from.destroy();
      return;
    }
    const { hostname, port } = new URL(server.databaseUrl);
    const to = connect(Number(port), hostname);
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ]) {
      this.sockets.add(socket);
      socket.on('error', () => {}).on('close', () => other.destroy());
      socket.pipe(other);
    }
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.listener.listen(0, '127.0.0.1', resolve));
    const url = new URL(server.databaseUrl);
    url.hostname = '127.0.0.1';
    url.port = String((this.listener.address() as AddressInfo).port);
    return url.href;
  }

  cut(): void {
    this.isOpen = false;
    for (const socket of this.sockets) socket.destroy();
  }

  stop(): void {
    this.cut();
    this.listener.close();
  }
}

function publish(id: string, topic = 'a'): Promise<unknown> {
  const payload = JSON.stringify({ kind: 'CREATED', resource: 'Session', id, transaction: '3' });
  return server.sql(
    `WITH stored AS (INSERT INTO notices (topic, payload) VALUES ($1, $2::jsonb) RETURNING id)
     SELECT pg_notify('notices', json_build_array(id::text, $1::text)::text) FROM stored`,
    [topic, payload],
  );
}

function makeHub(url: string): Hub {
  warnings = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) });
  return new Hub({ url, database: server.app.database, log });
}

it('reads what was told while it could not listen, and nothing twice', async () => {
  const proxy = new Proxy();
  const hub = makeHub(await proxy.start());
  await publish('from before it started');
  await hub.start();
  const subscriber = hub.subscribe('a');
  await publish('one');
  expect((await subscriber.take())?.id).toBe('one');
  proxy.cut();
  await publish('two');
  await publish('of another topic', 'b');
  await publish('three');
  proxy.isOpen = true;
  expect((await subscriber.take())?.id).toBe('two');
  expect((await subscriber.take())?.id).toBe('three');
  await publish('four');
  expect((await subscriber.take())?.id).toBe('four');
  expect(warnings.length).toBeGreaterThan(0);
  const waiting = subscriber.take();
  await hub.stop();
  expect(await waiting).toBeNull();
  expect(hub.count('a')).toBe(0);
  proxy.stop();
});

it('says that notices may be missed after a gap that is longer than they are kept, and goes on', async () => {
  const proxy = new Proxy();
  const url = await proxy.start();
  const said: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void said.push(line) });
  // All that it knows of the database goes through the proxy.
  const database = await Database.connect({
    url,
    poolSize: 2,
    statementTimeoutMs: 30_000,
    entities: [],
    migrations: [],
    log,
  });
  const hub = new Hub({ url, database, log });
  await hub.start();
  const subscriber = hub.subscribe('a');
  await publish('before');
  expect((await subscriber.take())?.id).toBe('before');
  const waiting = expect(subscriber.take()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  proxy.cut();
  // By the second time it has noted since when it hears nothing.
  await until(() => said.some((line) => line.includes('could not be made')));
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + keptMs + 60_000);
  proxy.isOpen = true;
  await waiting;
  clock.mockRestore();
  const again = hub.subscribe('a');
  await publish('after');
  expect((await again.take())?.id).toBe('after');
  await hub.stop();
  await database.close();
  proxy.stop();
});

it('stops while it cannot connect', async () => {
  const proxy = new Proxy();
  const hub = makeHub(await proxy.start());
  await hub.start();
  proxy.cut();
  await hub.stop();
  proxy.stop();
});

it('ends a subscriber that falls behind, and says so', async () => {
  const hub = makeHub(server.databaseUrl);
  await hub.start();
  const [slow, quick] = [hub.subscribe('a'), hub.subscribe('a')];
  const seen: unknown[] = [];
  const reading = (async () => {
    for (let told = await quick.take(); told; told = await quick.take()) seen.push(told.id);
  })();
  await server.sql(
    `WITH stored AS (
       INSERT INTO notices (topic, payload)
       SELECT 'a', jsonb_build_object('kind', 'CREATED', 'resource', 'Session', 'id', i, 'transaction', '3') FROM generate_series(0, $1::int) i
       RETURNING id)
     SELECT pg_notify('notices', json_build_array(id::text, 'a')::text) FROM stored`,
    [mostWaiting],
  );
  while (hub.count('a') > 1) await new Promise((resolve) => setTimeout(resolve, 5));
  await expect(slow.take()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  await hub.stop();
  await reading;
  expect(seen[0]).toBe(0);
});
