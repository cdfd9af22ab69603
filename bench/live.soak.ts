/**
 * Whether sockets that come and go leave anything behind: `npm run bench:live-soak -- [minutes]` (10 unless told). A thousand
 * subscribers are told of 50 changes a second while ten a second leave and ten come. Prints the server's memory, open
 * files, sockets and subscriptions every half minute, and in the end how memory grew in the second half of the time.
 */
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { runBench } from './live.instances.ts';
import { startConvoke } from './live.servers.ts';
import { residentBytes } from './processes.ts';

const minutes = Number(process.argv[2] ?? 10);
if (!(minutes >= 2))
  throw new Error('Give at least 2 minutes: how memory grows is read off the second half of them');
const [subscribers, changesPerSecond, churnPerSecond] = [1000, 50, 10];
const say = (line: string) => console.log(line);

/** What the server holds at a moment. */
interface Sample {
  readonly seconds: number;
  /** Resident. */
  readonly megabytes: number;
  /** The least of the heap that was in use since the sample before: what is left after garbage was collected. */
  readonly heap: number;
  readonly files: number;
  readonly sockets: number;
  readonly subscriptions: number;
}

/** Megabytes an hour, by the line that fits the samples best. */
function slopeOf(samples: readonly Sample[], figure: 'megabytes' | 'heap'): number {
  const mean = (of: (one: Sample) => number) =>
    samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [x, y] = [mean(({ seconds }) => seconds), mean((one) => one[figure])];
  const [along, across] = [
    mean((one) => (one.seconds - x) * (one[figure] - y)),
    mean(({ seconds }) => (seconds - x) ** 2),
  ];
  return (along / across) * 3600;
}

/** The value of a figure among the metrics. */
const gauge = (text: string, name: string): number =>
  Number(new RegExp(`^${name} ([\\d.e+]+)`, 'm').exec(text)?.[1]);

async function bench(cleanup: AsyncDisposableStack): Promise<number> {
  const { server, url, pid } = await startConvoke(cleanup);
  const tokens = await server.tokens(subscribers);

  let [messages, lost] = [0, 0];
  const open = (index: number) =>
    new Promise<WebSocket>((resolve) => {
      const token = tokens[index % tokens.length]!;
      const socket = new WebSocket(server.url, 'graphql-transport-ws', { perMessageDeflate: false });
      socket.on('open', () =>
        socket.send(
          JSON.stringify({
            type: 'connection_init',
            payload: token ? { authorization: `Bearer ${token}` } : {},
          }),
        ),
      );
      socket.on('error', () => {});
      socket.on('close', (code) => {
        if (code !== 1000 && code !== 1005 && !isOver) lost += 1;
      });
      socket.on('message', (data: Buffer) => {
        messages += 1;
        if (data.length > 100 || !data.includes('connection_ack')) return;
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: server.query } }));
        resolve(socket);
      });
    });
  let isOver = false;
  const sockets: WebSocket[] = [];
  for (let index = 0; index < subscribers; index += 1) sockets.push(await open(index));

  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const every = async (perSecond: number, work: (count: number) => Promise<unknown>) => {
    for (let count = 0; !isOver; count += 1) {
      await work(count);
      await sleep(Math.max(0, (count + 1) / perSecond - seconds()) * 1000);
    }
  };
  const working = [
    every(changesPerSecond, (count) => server.change(count)),
    every(churnPerSecond, async (count) => {
      const at = count % subscribers;
      sockets[at]!.close();
      sockets[at] = await open(count + 1);
    }),
  ];
  const samples: Sample[] = [];
  const megabytes = (bytes: number) => Math.round(bytes / 1_048_576);
  while (seconds() < minutes * 60) {
    let [heap, text] = [Infinity, ''];
    for (const end = seconds() + 30; seconds() < end; await sleep(1000)) {
      text = await (await fetch(`${url}/metrics`)).text();
      heap = Math.min(heap, gauge(text, 'nodejs_heap_size_used_bytes'));
    }
    const sample = {
      seconds: Math.round(seconds()),
      megabytes: megabytes(await residentBytes(pid)),
      heap: megabytes(heap),
      files: (await readdir(`/proc/${pid}/fd`)).length,
      sockets: gauge(text, 'convoke_sockets'),
      subscriptions: gauge(text, 'convoke_subscriptions'),
    };
    samples.push(sample);
    say(JSON.stringify({ ...sample, messages, lost }));
  }
  isOver = true;
  await Promise.all(working);
  const settled = samples.slice(samples.length / 2);
  const [memory, heap] = (['megabytes', 'heap'] as const).map((figure) =>
    slopeOf(settled, figure).toFixed(0),
  );
  say(
    `in the second half memory grew by ${memory} MiB an hour, the heap in use by ${heap}; ${lost} sockets lost`,
  );
  for (const socket of sockets) socket.terminate();
  return lost === 0 ? 0 : 1;
}

await runBench(bench);
