/** A command at work on a result: its input on standard input, its output kept, its standard error handed on in pieces. */
import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import type { Supervisor } from './supervisor.ts';

/** How a command ended: its exit code, or the signal that ended it. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: Buffer;
  /** Whether it was ended because it said more than `longestOutput`. */
  readonly isTooMuch: boolean;
}

/** A command that runs. */
export interface Child {
  readonly ended: Promise<Ended>;
  /** What standard error said since the last time. */
  takeLog(): string;
  /** Asks it to end, and ends it some seconds later if it did not. */
  kill(): void;
}

/** The log of a result has an end (1,000,000 characters); the rest is for what the node itself has to say. */
const longestLog = 900_000;
const graceMs = 5000;
/**
 * How many bytes of standard output are kept, in memory: a server takes 100 MB unless told otherwise, and encryption makes
 * a third more of it.
 */
export const longestOutput = 70_000_000;

/** What a command is started with. */
export interface ChildOptions {
  readonly command: readonly string[];
  readonly input: Buffer;
  readonly env: NodeJS.ProcessEnv;
  readonly supervisor: Supervisor;
}

/** Starts a command. Rejects where it cannot be started. */
export async function startChild({
  command: [program, ...args],
  input,
  env,
  supervisor,
}: ChildOptions): Promise<Child> {
  // A group of its own: what the command starts ends with it, and Ctrl+C at the node's terminal is the node's alone.
  const child = spawn(program, args, { env, detached: true });
  const end = (signal: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, signal);
    } catch {
      // It has ended already.
    }
  };
  const atOnce = () => end('SIGKILL');
  const output: Buffer[] = [];
  let log = '';
  let logged = 0;
  const decoder = new StringDecoder('utf8');
  let length = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= longestOutput) output.push(chunk);
    else atOnce();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (logged >= longestLog) return;
    const text = decoder
      .write(chunk)
      .replaceAll('\0', '')
      .slice(0, longestLog - logged);
    logged += text.length;
    log += logged < longestLog ? text : `${text}\n[the log is too long; the rest is left out]\n`;
  });
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) =>
      resolve({ code, signal, output: Buffer.concat(output), isTooMuch: length > longestOutput }),
    ),
  );
  // A command need not read its input.
  child.stdin.on('error', () => {});
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  supervisor.watch(child.pid!);
  process.once('exit', atOnce);
  let timer: NodeJS.Timeout | undefined;
  void ended.then(() => {
    clearTimeout(timer);
    // What it left behind in its group.
    atOnce();
    process.off('exit', atOnce);
    supervisor.watch(null);
  });
  child.stdin.end(input);
  return {
    ended,
    takeLog() {
      const taken = log;
      log = '';
      return taken;
    },
    kill() {
      if (timer) return;
      end('SIGTERM');
      timer = setTimeout(atOnce, graceMs);
    },
  };
}
