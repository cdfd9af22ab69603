/** A `convoke` in a process of its own, as an operator starts it: bin/convoke in production mode, with its log. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Agent, request } from 'undici';
import { until } from './case.ts';
import type { Order, Report } from './probe.ts';

/** What GraphQL answered, and how. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly data: any;
  readonly errors: readonly { readonly message: string; readonly extensions: Record<string, any> }[];
}

/** A process of the server that runs or has ended. */
export interface Server {
  readonly child: ChildProcess;
  readonly url: string;
  /** What it has logged, as lines. */
  readonly log: readonly string[];
  readonly isAlive: boolean;
  /** Sends an operation. Rejects where no answer comes. */
  ask(query: string, variables?: Record<string, unknown>, options?: AskOptions): Promise<Answer>;
  /** The status of an address, by a connection of its own; null where nobody takes it. */
  status(address: string): Promise<number | null>;
  tell(order: Order): void;
  report(): Promise<Report>;
  /** Sends a signal; resolves to how it ended and after how many seconds. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: string | null; seconds: number }>;
}

/** How to ask. */
export interface AskOptions {
  readonly token?: string;
  readonly signal?: AbortSignal;
  /** May use a thousand connections instead of 256. */
  readonly isMany?: boolean;
}

/** How to start one. */
export interface StartOptions {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** False: returns as soon as the process is there. */
  readonly waits?: boolean;
}

const program = path.join(import.meta.dirname, '../../bin/convoke');
const probe = path.join(import.meta.dirname, 'probe.ts');

/** Starts a process; it is the caller's to end it. */
export async function startServer({ words, env, waits = true }: StartOptions): Promise<Server> {
  const child = spawn(process.execPath, ['--import', probe, program, ...words], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log: string[] = [];
  for (const stream of [child.stdout!, child.stderr!])
    createInterface({ input: stream }).on('line', (line) => log.push(line));
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const url = `http://127.0.0.1:${env.PORT}`;
  const agent = new Agent({ connections: 256, pipelining: 1, keepAliveTimeout: 60_000 });
  const many = new Agent({ connections: 1000, pipelining: 1, keepAliveTimeout: 60_000 });
  const server: Server = {
    child,
    url,
    log,
    get isAlive() {
      return !isOver();
    },
    async ask(query, variables, { token, signal, isMany } = {}) {
      const { statusCode, headers, body } = await request(`${url}/graphql`, {
        dispatcher: isMany ? many : agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body: JSON.stringify({ query, variables }),
        signal: signal ?? null,
      });
      const answer = (await body.json()) as Pick<Answer, 'data'> & Partial<Answer>;
      return {
        status: statusCode,
        retryAfter: headers['retry-after'] as string | undefined,
        data: answer.data,
        errors: answer.errors ?? [],
      };
    },
    async status(address) {
      const single = new Agent({ pipelining: 0 });
      try {
        const { statusCode, body } = await request(`${url}${address}`, { dispatcher: single });
        await body.dump();
        return statusCode;
      } catch {
        return null;
      } finally {
        await single.destroy();
      }
    },
    tell: (order) => void child.send(order),
    async report() {
      child.send('report');
      return ((await once(child, 'message')) as [Report])[0];
    },
    async end(signal) {
      const began = performance.now();
      if (!isOver()) {
        const ended = once(child, 'exit');
        child.kill(signal);
        await ended;
      }
      await Promise.all([agent.destroy(), many.destroy()]);
      return { code: child.exitCode, signal: child.signalCode, seconds: (performance.now() - began) / 1000 };
    },
  };
  const isReady =
    words[0] === 'start'
      ? async () => (await server.status('/ready')) === 200
      : async () => log.some((line) => line.includes('"working"'));
  if (waits) {
    await until(
      async () => {
        if (isOver())
          throw new Error(`${words.join(' ')} ended with ${child.exitCode}:\n${log.slice(-10).join('\n')}`);
        return isReady();
      },
      60_000,
      50,
    ).catch((error) => {
      child.kill('SIGKILL');
      throw error;
    });
  }
  return server;
}
