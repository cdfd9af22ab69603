/**
 * The process between the server and the embedded PostgreSQL. It runs one program and ends it as soon as its
 * standard input closes – which the operating system does for it however the server ends, `kill -9` included.
 * It never reads what comes in and ignores the signals a terminal or a service manager sends to everybody: the
 * server decides when the database may go, by closing the pipe. Started by embedded.cluster.ts, as its own program.
 */
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';

/** What to run, as JSON in the first argument. */
export interface LeashOrder {
  program: string;
  args: string[];
  env: Record<string, string>;
  /** Run as this user; absent: as the one who runs Convoke. */
  user?: { uid: number; gid: number };
  /** Opened before the user is changed and handed on as file descriptor 3. */
  folder?: string;
  /** Sent one after the other when the pipe closes, `patience` milliseconds apart. */
  signals: NodeJS.Signals[];
  patience: number;
}

const order = JSON.parse(process.argv[2] ?? '') as LeashOrder;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

const child = spawn(order.program, order.args, {
  ...order.user,
  cwd: '/',
  env: order.env,
  stdio: ['ignore', 'inherit', 'inherit', ...(order.folder ? [openSync(order.folder, 'r')] : [])],
});
child.on('error', (error) => {
  console.error(String(error));
  process.exit(127);
});
child.on('exit', (code) => process.exit(code ?? 1));

let ending = false;
function end(): void {
  if (ending) return;
  ending = true;
  order.signals.forEach((signal, turn) => setTimeout(() => child.kill(signal), turn * order.patience));
}
process.stdin.on('end', end).on('close', end).on('error', end).resume();
