/**
 * Processes that the bench starts: each in a group of its own, its output in a log file, awaited until it
 * answers, ended with everything that it started. Also: a free port, and which other processes keep the
 * machine busy.
 */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a process is started. */
export interface Command {
  readonly name: string;
  /** Arguments of this very Node. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Takes what the process prints. */
  readonly logFile: string;
}

/**
 * Starts a server and waits until `probe` succeeds; `cleanup` ends it, whether or not it got so far. Its process id.
 * @throws with the end of its log when it ends before, or does not answer within 90 seconds.
 */
export async function startServer(
  command: Command,
  probe: () => Promise<unknown>,
  cleanup: AsyncDisposableStack,
): Promise<number> {
  const log = openSync(command.logFile, 'a');
  const child = spawn(process.execPath, command.args, {
    cwd: command.cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...command.env },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const endAll = () => signalGroup(child.pid, 'SIGKILL');
  process.once('exit', endAll);
  cleanup.defer(async () => {
    signalGroup(child.pid, 'SIGTERM');
    await Promise.race([ended, sleep(10_000, undefined, { ref: false })]);
    endAll();
    process.removeListener('exit', endAll);
  });
  const deadline = Date.now() + 90_000;
  while (!(await succeeds(probe()))) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      throw new Error(
        `${command.name} did not start:\n${(await readFile(command.logFile, 'utf8')).slice(-2_000)}`,
      );
    }
    await sleep(100);
  }
  return child.pid!;
}

/**
 * Runs a command to its end.
 * @throws with what it printed when it fails.
 */
export function run(
  file: string,
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string> },
): void {
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    encoding: 'utf8',
  });
  if (error) throw error;
  if (status !== 0)
    throw new Error(`${file} ${args.join(' ')} ended with ${status}:\n${(stdout + stderr).slice(-2_000)}`);
}

function succeeds(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  );
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended already.
  }
}

/** The resident memory of a process, in bytes. Linux only. */
export async function residentBytes(pid: number): Promise<number> {
  return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

/** A port of 127.0.0.1 that nobody listens on, nor on the two after it. */
export async function freePort(): Promise<number> {
  const listen = async (port: number): Promise<Server> => {
    const server = createServer();
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(port, '127.0.0.1', resolve),
    );
    return server;
  };
  for (;;) {
    const first = await listen(0);
    const { port } = first.address() as AddressInfo;
    const more = await Promise.allSettled([listen(port + 1), listen(port + 2)]);
    const servers = [first, ...more.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))];
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    if (servers.length === 3) return port;
  }
}

/**
 * The share of one core (1 = a whole one) that each process used over that time, busiest first. Linux only,
 * elsewhere empty.
 */
export async function busyProcesses(
  milliseconds: number,
): Promise<{ pid: number; name: string; share: number }[]> {
  const before = await cpuTimes();
  await sleep(milliseconds);
  const after = await cpuTimes();
  return [...after]
    .map(([pid, { name, ticks }]) => ({
      pid,
      name,
      share: ((ticks - (before.get(pid)?.ticks ?? ticks)) * 10) / milliseconds,
    }))
    .filter(({ pid, share }) => share >= 0.1 && pid !== process.pid)
    .sort((a, b) => b.share - a.share);
}

// Ticks are hundredths of a second on every Linux that Node runs on.
async function cpuTimes(): Promise<Map<number, { name: string; ticks: number }>> {
  const times = new Map<number, { name: string; ticks: number }>();
  const pids = (await readdir('/proc').catch(() => [] as string[])).filter((entry) => /^\d+$/.test(entry));
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const [, name, rest] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
    if (!name || !rest) continue;
    const fields = rest.split(' ');
    times.set(Number(pid), { name, ticks: Number(fields[11]) + Number(fields[12]) });
  }
  return times;
}
