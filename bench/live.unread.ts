/**
 * What sockets that never read cost: `npm run bench:live-unread`. A thousand of them subscribe, answer pings, and read
 * nothing while large messages are sent to them, then ask for large answers that they do not read either. Prints the
 * resident memory of the server along the way and what became of the sockets. docs/bench.md says how to read it.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';
import type { LiveServer } from './live.servers.ts';
import { startConvoke } from './live.servers.ts';
import { residentBytes } from './processes.ts';

const { values: options } = parseArgs({
  options: {
    sockets: { type: 'string', default: '1000' },
    documents: { type: 'string', default: '1' },
    changes: { type: 'string', default: '150' },
    questions: { type: 'string', default: '90' },
  },
});
const {
  sockets: count,
  documents,
  changes,
  questions,
} = Object.fromEntries(Object.entries(options).map(([key, value]) => [key, Number(value)])) as Record<
  keyof typeof options,
  number
>;
/** Characters of a session's text: a message is larger than what a connection takes at once. */
const length = 60_000;
/** One in so many of the sockets asks questions. */
const asking = 10;
const say = (line: string) => console.log(line);
const megabytes = (bytes: number) => `${Math.round(bytes / 1_048_576)} MiB`;

/** A socket, and what it found when it read at last. */
interface Unread {
  readonly socket: WebSocket;
  messages: number;
  /** Whether its subscription ended with LIMIT_EXCEEDED. */
  isTold: boolean;
  answers: number;
  refusals: number;
  code: number | null;
}

/** Subscribes; resolves once the subscription stands. */
function subscribe({ url, query }: Pick<LiveServer, 'url' | 'query'>, token: string): Promise<Unread> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
    const one: Unread = { socket, messages: 0, isTold: false, answers: 0, refusals: 0, code: null };
    socket.on('error', reject);
    socket.on('close', (code) => (one.code = code));
    socket.on('open', () =>
      socket.send(
        JSON.stringify({ type: 'connection_init', payload: { authorization: token && `Bearer ${token}` } }),
      ),
    );
    socket.on('message', (data: Buffer) => {
      const { type, id, payload } = JSON.parse(String(data)) as {
        type: string;
        id?: string;
        payload?: { errors?: unknown };
      };
      const isRefused = payload?.errors && JSON.stringify(payload.errors).includes('LIMIT_EXCEEDED');
      if (type === 'connection_ack') {
        socket.send(JSON.stringify({ id: 'subscription', type: 'subscribe', payload: { query } }));
        // What is asked after a subscription is answered when it stands.
        socket.send(
          JSON.stringify({ id: 'standing', type: 'subscribe', payload: { query: '{ __typename }' } }),
        );
      } else if (id === 'standing') resolve(one);
      else if (id === 'subscription' && isRefused) one.isTold = true;
      else if (id === 'subscription' && type === 'next') one.messages += 1;
      else if (isRefused) one.refusals += 1;
      else if (type === 'next') one.answers += 1;
    });
  });
}

/** Follows the memory of a process until it is stopped; answers with the most that it had. */
function follow(pid: number): () => Promise<number> {
  let most = 0;
  const look = async () => (most = Math.max(most, await residentBytes(pid)));
  const timer = setInterval(() => void look(), 100);
  return async () => {
    clearInterval(timer);
    await look();
    return most;
  };
}

async function bench(cleanup: AsyncDisposableStack): Promise<void> {
  const { server, client, pid } = await startConvoke(cleanup);
  const { rows } = await client.query<{ id: string }>(
    `UPDATE sessions SET long_abstract = repeat('x', ${length}) WHERE event_id = (SELECT id FROM events WHERE state = 'PUBLISHED' LIMIT 1) RETURNING id`,
  );
  const event = /eventId: "([^"]+)"/.exec(server.query)![1]!;
  const queryOf = (index: number) =>
    `subscription { sessionChanged(eventId: "${event}") { kind id text${index % documents}: session { title longAbstract } } }`;
  await sleep(2000);
  say(
    `${count} sockets, ${documents} document${documents === 1 ? '' : 's'}, ${changes} changes of ${length} characters over ${rows.length} sessions, then ${questions} questions by one in ${asking}, nothing read`,
  );
  say(`  the server alone           ${megabytes(await residentBytes(pid))}`);

  const tokens = await server.tokens(count);
  const all: Unread[] = [];
  const waiting = [...tokens.entries()];
  const opening = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop())
      all.push(await subscribe({ url: server.url, query: queryOf(next[0]) }, next[1]));
  };
  await Promise.all(Array.from({ length: 40 }, opening));
  const reader = await subscribe({ url: server.url, query: queryOf(0) }, '');
  // They answer pings, or they would be cut as dead long before they cost anything.
  const alive = setInterval(
    () => all.forEach(({ socket }) => socket.readyState === socket.OPEN && socket.pong()),
    5000,
  );
  cleanup.defer(() => clearInterval(alive));
  for (const { socket } of all) socket.pause();
  await sleep(2000);
  say(`  sockets subscribed         ${megabytes(await residentBytes(pid))}`);

  let stop = follow(pid);
  for (let number = 0; number < changes; number += 1) {
    await server.change(number);
    while (reader.messages < number + 1 && reader.code === null) await sleep(5);
  }
  say(
    `  most while told            ${megabytes(await stop())}; one that reads had ${reader.messages} of ${changes} messages`,
  );
  await sleep(5000);
  say(`  five seconds later         ${megabytes(await residentBytes(pid))}`);

  stop = follow(pid);
  const question =
    '{ events(first: 20) { nodes { id name sessions(first: 20) { nodes { id title speakers { nodes { id name } } } } } } }';
  for (const { socket } of all.filter((_one, at) => at % asking === 0)) {
    for (let number = 0; number < questions; number += 1) {
      if (socket.readyState === socket.OPEN)
        socket.send(JSON.stringify({ id: `q${number}`, type: 'subscribe', payload: { query: question } }));
    }
  }
  await settled(pid);
  say(`  most while asked           ${megabytes(await stop())}`);

  for (const { socket } of all) socket.resume();
  await settled(pid);
  const sum = (of: (one: Unread) => number) => all.reduce((total, one) => total + of(one), 0);
  const codes = Map.groupBy(
    all.filter(({ code }) => code !== null),
    ({ code }) => code,
  );
  say(
    `  read at last: ${sum((one) => one.messages)} messages; ${sum((one) => Number(one.isTold))} subscriptions told that they missed some; ${sum((one) => one.answers)} answers, ${sum((one) => one.refusals)} questions refused`,
  );
  say(
    `  closed by the server: ${[...codes].map(([code, ones]) => `${ones.length} with ${code}`).join(', ') || 'none'}`,
  );
  for (const { socket } of [...all, reader]) socket.terminate();
  await sleep(10_000);
  say(`  ten seconds after all left ${megabytes(await residentBytes(pid))}`);
}

/** Resolves when a process has had nothing to do for a second. */
async function settled(pid: number): Promise<void> {
  for (let last = -1, rests = 0; rests < 4;) {
    await sleep(250);
    const now = process.cpuUsage().user + (await timeOf(pid));
    rests = now - last < 30_000 ? rests + 1 : 0;
    last = now;
  }
}

/** The processor's time that a process has had, in microseconds. */
async function timeOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

const cleanup = new AsyncDisposableStack();
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
try {
  await bench(cleanup);
} finally {
  await cleanup.disposeAsync();
}
process.exit(0);
