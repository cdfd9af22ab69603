/**
 * Decoding at arm's length: pictures are read in processes of their own, one at a time each, with a deadline and a
 * limit of memory. One that is taken down by a picture fails that picture only; the next gets a new one.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { DecoderAnswer, DecoderRequest } from './decoder.child.ts';
import type { ImageFacts, ImageLimits, ImageOrder, Produced } from './produce.ts';

/** How to decode. */
export interface DecoderOptions {
  readonly limits: ImageLimits;
  /** How many processes there are at most; one for each core, up to four, unless told. */
  readonly processes?: number;
  readonly deadlineMs?: number;
  /** The most that a process may take; by the limit of pixels unless told. */
  readonly memoryBytes?: number;
  /** How long a process may have nothing to do before it ends. */
  readonly idleMs?: number;
}

/** The picture is not taken; the message continues "the picture …". */
export class PictureRefused extends Error {
  override name = 'PictureRefused';
}

interface Waiting {
  readonly request: DecoderRequest;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Worker {
  readonly child: ChildProcess;
  task: Waiting | null;
  timer: NodeJS.Timeout | null;
}

const program = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './decoder.child.ts' : './decoder.child.js', import.meta.url),
);

/** What a process may take whatever the picture, and for each pixel that it may have. */
const memory = { least: 256 * 1024 * 1024, perPixel: 16 };

/** The processes that decode, started when they are needed. */
export class Decoder {
  private readonly queue: Waiting[] = [];
  private readonly workers = new Set<Worker>();
  private isClosed = false;

  constructor(private readonly options: DecoderOptions) {}

  /** What a picture is; its first frame is decoded, so that one which is cut off is refused too. Throws PictureRefused. */
  inspect(bytes: Uint8Array): Promise<ImageFacts> {
    return this.ask({ bytes, limits: this.options.limits }) as Promise<ImageFacts>;
  }

  /** Makes the variants of a picture, in the order of the order. Throws PictureRefused. */
  produce(bytes: Uint8Array, order: ImageOrder): Promise<Produced[]> {
    return this.ask({ bytes, limits: this.options.limits, order }) as Promise<Produced[]>;
  }

  /** The ids of the processes that run; for whoever measures them. */
  get processIds(): number[] {
    return [...this.workers].flatMap(({ child }) => child.pid ?? []);
  }

  /** Ends all processes; what they had in hand fails. */
  close(): void {
    this.isClosed = true;
    for (const { reject } of this.queue.splice(0)) reject(new Error('The decoder is closed'));
    for (const { child } of this.workers) child.kill('SIGKILL');
  }

  private ask(request: DecoderRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.queue.push({ request, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    if (this.queue.length === 0 || this.isClosed) return;
    const worker = [...this.workers].find(({ task }) => task === null) ?? this.start();
    if (!worker) return;
    const task = this.queue.shift()!;
    if (worker.timer) clearTimeout(worker.timer);
    worker.task = task;
    const { deadlineMs = 30_000 } = this.options;
    worker.timer = setTimeout(() => {
      task.reject(new Error(`A picture took longer than ${deadlineMs} ms to decode`));
      worker.child.kill('SIGKILL');
    }, deadlineMs);
    worker.child.send(task.request, (error) => error && worker.child.kill('SIGKILL'));
  }

  private start(): Worker | null {
    const { processes = Math.min(availableParallelism(), 4), limits } = this.options;
    const { memoryBytes = memory.least + memory.perPixel * limits.pixels } = this.options;
    if (this.workers.size >= processes) return null;
    const child = fork(program, [String(memoryBytes)], {
      serialization: 'advanced',
      // Nothing of ours: no secret of the environment, no option of this process.
      env: { MALLOC_ARENA_MAX: '2' },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const worker: Worker = { child, task: null, timer: null };
    this.workers.add(worker);
    // A process that has nothing to do keeps nobody from ending.
    child.unref();
    child.channel?.unref();
    child.on('message', (answer: DecoderAnswer) => this.finish(worker, answer));
    child.on('error', () => {});
    child.on('exit', (code, signal) => {
      this.workers.delete(worker);
      if (worker.timer) clearTimeout(worker.timer);
      worker.task?.reject(new Error(`A picture took its decoder down (${signal ?? `exit code ${code}`})`));
      this.next();
    });
    return worker;
  }

  private finish(worker: Worker, answer: DecoderAnswer): void {
    const { task } = worker;
    worker.task = null;
    if (worker.timer) clearTimeout(worker.timer);
    worker.timer = setTimeout(() => worker.child.kill(), this.options.idleMs ?? 20_000).unref();
    if ('refused' in answer) task?.reject(new PictureRefused(answer.refused));
    else if ('fault' in answer) task?.reject(new Error(answer.fault));
    else task?.resolve(answer.result);
    this.next();
  }
}
