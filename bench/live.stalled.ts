/**
 * What sockets that never read cost: `npm run bench:live:stalled -- [sockets] [seconds]`. Each subscribes to the sessions of an event
 * and reads nothing more, while sessions with long texts change; the memory of the server is sampled throughout. At the
 * end they are read, to see what each was told and how it was closed.
 */
import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { setTimeout as rest } from 'node:timers/promises';
import WebSocket from 'ws';
import { randomUUID } from 'node:crypto';
import { encodeId } from '../dist/src/platform/graphql/node.js';
import { runBench, startInstallation } from './live.instances.ts';

const [count, seconds] = [2, 3].map((place, index) => Number(process.argv[place] ?? [1000, 40][index])) as [number, number];
/** Sessions that change in turn, how often in a second, and the length of the text in each message. */
const load = { sessions: 40, perSecond: 10, characters: 50_000 };
const megabytes = (kilobytes: number) => Math.round(kilobytes / 1024);

/** A subscriber that stands and reads no more; what it finds once it does. */
interface Stalled {
  readonly socket: WebSocket;
  messages: number;
  isToldOfLoss: boolean;
  code: number | null;
}

function stall(url: string, event: string): Promise<Stalled> {
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
  const one: Stalled = { socket, messages: 0, isToldOfLoss: false, code: null };
  socket.on('close', (code) => (one.code = code));
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
    socket.on('message', (data: Buffer) => {
      const text = data.toString('latin1', 0, 400);
      if (text.includes('connection_ack')) {
        const query = `subscription { sessionChanged(eventId: "${event}") { kind id session { title longAbstract } } }`;
        socket.send(JSON.stringify({ id: 'told', type: 'subscribe', payload: { query } }));
        socket.send(JSON.stringify({ id: 'standing', type: 'subscribe', payload: { query: '{ __typename }' } }));
      } else if (text.includes('"standing"') && text.includes('"complete"')) {
        socket.pause();
        resolve(one);
      } else if (text.includes('LIMIT_EXCEEDED')) one.isToldOfLoss = true;
      else if (text.includes('"told"')) one.messages += 1;
    });
  });
}

async function bench(cleanup: AsyncDisposableStack): Promise<number> {
  const { client, instances } = await startInstallation(1, cleanup);
  const [{ pid, socket: url }] = instances as [(typeof instances)[number]];
  const event = randomUUID();
  await client.query(`INSERT INTO events (id, identifier, name, starts_at, ends_at, state) VALUES ($1, 'day', 'Day', '2030-03-01', '2030-03-02', 'PUBLISHED')`, [event]);
  const { rows: sessions } = await client.query<{ id: string }>(
    `INSERT INTO sessions (id, event_id, title, state, long_abstract) SELECT gen_random_uuid(), $1, 'Talk', 'ACCEPTED', repeat('x', ${load.characters}) FROM generate_series(1, $2) RETURNING id`,
    [event, load.sessions],
  );
  const memory = async () => Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]);
  const sockets: Stalled[] = [];
  await rest(2000);
  const before = await memory();
  for (let at = 0; at < count; at += 25) sockets.push(...(await Promise.all(Array.from({ length: Math.min(25, count - at) }, () => stall(url, encodeId('Event', event))))));
  await rest(2000);
  const subscribed = await memory();

  let [peak, changes] = [subscribed, 0];
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    await client.query(
      `WITH before AS (SELECT to_jsonb(s) - 'long_abstract' AS row FROM sessions s WHERE id = $1),
            changed AS (UPDATE sessions SET title = $2, version = version + 1 WHERE id = $1),
            stored AS (INSERT INTO notices (topic, payload) SELECT $3, jsonb_build_object('kind', 'UPDATED', 'resource', 'Session', 'id', $1::uuid,
              'before', row, 'transaction', pg_current_xact_id()::text) FROM before RETURNING id)
       SELECT pg_notify('notices', json_build_array(id::text, $3::text)::text) FROM stored`,
      [sessions[changes % sessions.length]!.id, `Talk ${changes}`, `session:${event}`],
    );
    changes += 1;
    peak = Math.max(peak, await memory());
    await rest(Math.max(0, start + (changes * 1000) / load.perSecond - performance.now()));
  }
  const atEnd = await memory();
  for (const { socket } of sockets) socket.resume();
  const deadline = performance.now() + 15_000;
  while (sockets.some(({ code }) => code === null) && performance.now() < deadline) await rest(50);
  const codes: Record<string, number> = {};
  for (const { code } of sockets) codes[code ?? 'open'] = (codes[code ?? 'open'] ?? 0) + 1;
  for (const { socket } of sockets) socket.terminate();
  await rest(10_000);
  console.log(JSON.stringify({
    sockets: count, changes, charactersEach: load.characters,
    megabytes: { before: megabytes(before), subscribed: megabytes(subscribed), peak: megabytes(peak), whileStalledAtTheEnd: megabytes(atEnd), tenSecondsAfter: megabytes(await memory()) },
    closedWith: codes,
    toldThatTheyMissedSomething: sockets.filter(({ isToldOfLoss }) => isToldOfLoss).length,
    messagesReadEach: Math.round(sockets.reduce((sum, { messages }) => sum + messages, 0) / count),
  }));
  return 0;
}

await runBench(bench);
