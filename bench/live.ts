/**
 * The bench of live messages: `npm run bench:live`. One event to many subscribers, by this server with every check in
 * force and by rooms of Socket.IO, in the same run over the same sockets. docs/bench.md says how to read it.
 */
import { fork } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { installPeers, migrate } from './contenders.ts';
import { loadRows, startDatabase } from './database.ts';
import type { Told } from './live.listener.ts';
import type { LiveServer, Subscribers } from './live.servers.ts';
import { convoke, socketIo } from './live.servers.ts';
import { freePort, residentBytes, startServer } from './processes.ts';
import { spreadOf } from './measure.ts';

const { values: options } = parseArgs({
  options: {
    subscribers: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '6' },
    processes: { type: 'string', default: '2' },
    json: { type: 'string' },
  },
});
const [subscribers, rounds, seconds, processes] = [
  options.subscribers,
  options.rounds,
  options.seconds,
  options.processes,
].map(Number) as [number, number, number, number];
/** Subscribers, changes a second and seconds of the measurement of latency. */
const paced = { subscribers: 1000, perSecond: 20, seconds: 10 };
/** Changes on their way at once while throughput is measured. */
const inFlight = 8;
const bars = { deliveries: 1, p99: 50 };
const say = (line: string) => console.log(line);

/** Subscribers of one server, in processes of their own. */
class Crowd {
  private readonly arrivals = new Map<
    number,
    { left: number; times: Float64Array[]; done: (times: Float64Array[]) => void }
  >();
  first = '';
  private next = 0;

  private readonly server: LiveServer;
  private readonly size: number;
  private readonly children: number;

  private constructor(server: LiveServer, size: number, children: number) {
    this.server = server;
    this.size = size;
    this.children = children;
  }

  static async open(server: LiveServer, size: number, cleanup: AsyncDisposableStack): Promise<Crowd> {
    const crowd = new Crowd(server, size, processes);
    const tokens = await server.tokens(size);
    await Promise.all(
      Array.from({ length: processes }, async (_, index) => {
        const child = fork(path.join(import.meta.dirname, 'live.listener.ts'), {
          serialization: 'advanced',
          execArgv: ['--no-warnings'],
        });
        cleanup.defer(() => void child.kill());
        const ready = new Promise<void>((resolve, reject) => {
          child.on('message', (told: Told) => {
            if (told.kind === 'ready') resolve();
            else if (told.kind === 'failed') reject(new Error(`${server.title}: ${told.reason}`));
            else crowd.hear(told);
          });
          child.once('exit', () => reject(new Error(`${server.title}: a process of subscribers ended`)));
        });
        const { protocol, url, query } = server;
        const message: Subscribers = {
          protocol,
          url,
          query,
          tokens: tokens.filter((_token, at) => at % processes === index),
        };
        child.send(message);
        await ready;
      }),
    );
    return crowd;
  }

  private hear(told: Told): void {
    if (told.kind === 'first') this.first = told.text;
    if (told.kind !== 'got') return;
    const one = this.arrivals.get(told.number)!;
    one.times.push(told.times);
    one.left -= 1;
    if (one.left > 0) return;
    this.arrivals.delete(told.number);
    one.done(one.times);
  }

  /** Makes a change. Resolves, once everybody was told, with how long it took for each, in milliseconds. */
  async tell(): Promise<number[]> {
    const number = this.next;
    this.next += 1;
    const arrived = new Promise<Float64Array[]>((done) =>
      this.arrivals.set(number, { left: this.children, times: [], done }),
    );
    const at = await this.server.change(number);
    return (await arrived).flatMap((times) => [...times].map((time) => time - at));
  }

  /** Deliveries a second, with several changes on their way at any time. */
  async throughput(milliseconds: number): Promise<number> {
    const start = performance.now();
    let told = 0;
    const worker = async () => {
      while (performance.now() - start < milliseconds) {
        await this.tell();
        told += 1;
      }
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
    return (told * this.size * 1000) / (performance.now() - start);
  }

  /** How long deliveries took, in order, at so many changes a second. */
  async latencies(perSecond: number, milliseconds: number): Promise<number[]> {
    const all: Promise<number[]>[] = [];
    const start = performance.now();
    for (let count = 0; performance.now() - start < milliseconds; count += 1) {
      all.push(this.tell());
      await sleep(Math.max(0, start + ((count + 1) * 1000) / perSecond - performance.now()));
    }
    return (await Promise.all(all)).flat().sort((a, b) => a - b);
  }
}

/** The memory of a process once it has come to rest, in bytes. */
async function memoryOf(pid: number): Promise<number> {
  await sleep(2000);
  return residentBytes(pid);
}

/** A stack that also ends with another one, where that comes first. */
function within(outer: AsyncDisposableStack): AsyncDisposableStack {
  const stack = new AsyncDisposableStack();
  outer.defer(() => stack.disposeAsync());
  return stack;
}

async function bench(cleanup: AsyncDisposableStack) {
  const folder = await mkdtemp(path.join(tmpdir(), 'convoke-bench-'));
  await chmod(folder, 0o755);
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  installPeers(say);
  say('Starting a database …');
  const database = await startDatabase(folder, cleanup);
  migrate(database.url, folder);
  await loadRows(database);

  let message = '';
  const outcome = {
    deliveries: { ours: [] as number[], theirs: [] as number[] },
    memory: { ours: 0, theirs: 0 },
    p50: 0,
    p99: 0,
    worst: 0,
  };
  const begin = async (name: 'ours' | 'theirs', stack: AsyncDisposableStack) => {
    const port = await freePort();
    const own = path.join(folder, `${name}-${port}`);
    await mkdir(own);
    const server =
      name === 'ours'
        ? await convoke(database.client, database.url, port, own)
        : socketIo(port, () => message);
    const probe = () => fetch(`http://127.0.0.1:${port}/health`);
    const pid = await startServer(
      { name: server.title, logFile: path.join(own, 'server.log'), ...server.command },
      probe,
      stack,
    );
    return { server, pid };
  };

  for (let round = 0; round < rounds; round += 1) {
    for (const name of ['ours', 'theirs'] as const) {
      await using stack = within(cleanup);
      const { server, pid } = await begin(name, stack);
      const before = await memoryOf(pid);
      const crowd = await Crowd.open(server, subscribers, stack);
      outcome.memory[name] = ((await memoryOf(pid)) - before) / subscribers;
      await crowd.tell();
      if (name === 'ours') message = JSON.stringify(JSON.parse(crowd.first).payload.data.sessionChanged);
      await crowd.throughput(1000);
      const figure = await crowd.throughput(seconds * 1000);
      outcome.deliveries[name].push(figure);
      say(`round ${round + 1}, ${server.title}: ${Math.round(figure).toLocaleString('en')} deliveries/s`);
    }
  }

  await using stack = within(cleanup);
  const { server } = await begin('ours', stack);
  const crowd = await Crowd.open(server, paced.subscribers, stack);
  await crowd.latencies(paced.perSecond, 1000);
  const times = await crowd.latencies(paced.perSecond, paced.seconds * 1000);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  return { ...outcome, p50: at(0.5), p99: at(0.99), worst: at(1), message };
}

/** @returns whether every bar was reached */
async function report({
  deliveries,
  memory,
  p50,
  p99,
  worst,
  message,
}: Awaited<ReturnType<typeof bench>>): Promise<boolean> {
  const [ours, theirs] = [spreadOf(deliveries.ours).median, spreadOf(deliveries.theirs).median];
  const ratio = ours / theirs;
  const kilobytes = (bytes: number) => (bytes / 1024).toFixed(1);
  say(
    `\nOne event to ${subscribers} subscribers, a message of ${message.length} characters, medians of ${rounds} rounds:`,
  );
  say(
    `  convoke, all authorised   ${Math.round(ours).toLocaleString('en')} deliveries/s, ${kilobytes(memory.ours)} KiB an idle subscriber`,
  );
  say(
    `  Socket.IO rooms           ${Math.round(theirs).toLocaleString('en')} deliveries/s, ${kilobytes(memory.theirs)} KiB an idle subscriber`,
  );
  say(`  ratio ${ratio.toFixed(2)}, bar ${bars.deliveries}`);
  say(
    `From commit to subscriber, ${paced.subscribers} of them, ${paced.perSecond} changes a second: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, worst ${worst.toFixed(1)} ms, bar ${bars.p99} ms`,
  );
  const cases = [
    {
      name: 'deliveries',
      peer: 'socket.io',
      ours,
      theirs,
      ratio,
      bar: bars.deliveries,
      pass: ratio >= bars.deliveries,
      rounds: deliveries,
    },
    {
      name: 'p99',
      peer: null,
      ours: p99,
      theirs: null,
      ratio: p99 / bars.p99,
      bar: bars.p99,
      pass: p99 <= bars.p99,
      p50,
      worst,
    },
    {
      name: 'memory',
      peer: 'socket.io',
      ours: memory.ours,
      theirs: memory.theirs,
      ratio: memory.ours / memory.theirs,
      bar: null,
      pass: true,
    },
  ];
  if (options.json) await writeFile(options.json, JSON.stringify({ cases }, null, 2));
  return cases.every(({ pass }) => pass);
}

async function main(): Promise<number> {
  const cleanup = new AsyncDisposableStack();
  const interrupted = new Promise<number>((resolve) => {
    process.once('SIGINT', () => resolve(130));
    process.once('SIGTERM', () => resolve(143));
  });
  try {
    const outcome = await Promise.race([bench(cleanup), interrupted]);
    if (typeof outcome === 'number') return outcome;
    return (await report(outcome)) ? 0 : 1;
  } finally {
    await cleanup.disposeAsync();
  }
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(2);
  },
);
