/**
 * One PostgreSQL data folder: made once, started on a leash (embedded.leash.ts), and cleaned of what a crash left
 * behind. Knows nothing of who may start it when: that is embedded.ts, which holds the lock while it calls this.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LeashOrder } from './embedded.leash.ts';
import { findPostmaster, forgetReusedPid, readPostmasterFile } from './embedded.postmaster.ts';
import type { Programs } from './embedded.programs.ts';
import { handOver } from './embedded.user.ts';
import type { DatabaseUser } from './embedded.user.ts';

/** The super user of the embedded database, and the name of the database. */
export const NAME = 'convoke';

/** Where things lie, and how they are run. */
export interface Cluster {
  /** PostgreSQL's own folder. */
  folder: string;
  /** PostgreSQL's messages go here; the previous run's are kept beside it with `.1`. */
  logFile: string;
  password: string;
  programs: Programs;
  /** Whom to run as; undefined: the current user. */
  user: DatabaseUser | undefined;
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  // Compiling costs more than it saves on queries that take milliseconds.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
};
const STOP_PATIENCE_MS = 5_000;
const START_DEADLINE_MS = 60_000;

/** Makes the data folder if there is none. Returns whether it did. A start killed half-way leaves no half folder. */
export async function initialise(cluster: Cluster): Promise<boolean> {
  const { folder, user, programs } = cluster;
  const versionFile = join(folder, 'PG_VERSION');
  if (fs.existsSync(versionFile)) {
    if (user) handOver(folder, user);
    const major = fs.readFileSync(versionFile, 'utf8').trim();
    if (major === String(programs.major)) return false;
    throw new Error(
      `${folder} was written by PostgreSQL ${major}, and this version of Convoke brings PostgreSQL ${programs.major}, ` +
        `which cannot read it. Move the folder away, or serve it with a PostgreSQL ${major} of your own and set DATABASE_URL.`,
    );
  }
  const parent = dirname(folder);
  for (const name of fs.readdirSync(parent)) {
    if (name.startsWith('new-')) fs.rmSync(join(parent, name), { recursive: true, force: true });
  }
  const made = join(parent, `new-${process.pid}`);
  fs.mkdirSync(join(made, 'cluster'), { recursive: true });
  fs.writeFileSync(join(made, 'password'), cluster.password, { mode: 0o600 });
  if (user) handOver(made, user);
  const seen = seenFolder(cluster, made);
  const leash = putOnLeash(cluster, made, ['SIGTERM', 'SIGKILL'], programs.initdb, [
    `--pgdata=${seen}/cluster`,
    `--pwfile=${seen}/password`,
    `--username=${NAME}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    // Sorts by code point like C, and knows upper and lower case of every letter.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ]);
  const [code] = await once(leash, 'exit');
  if (code !== 0) {
    fs.rmSync(made, { recursive: true, force: true });
    throw new Error(`PostgreSQL could not create its data folder:\n${lastWords(cluster)}`);
  }
  fs.renameSync(join(made, 'cluster'), folder);
  fs.rmSync(made, { recursive: true, force: true });
  return true;
}

/**
 * Starts the server on a free port and waits until it takes connections.
 * @param settings PostgreSQL settings that replace ours, by name
 * @throws with PostgreSQL's own last words when it does not come up
 */
export async function launch(cluster: Cluster, settings: Record<string, string>) {
  const deadline = Date.now() + START_DEADLINE_MS;
  const flags = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  for (;;) {
    forgetReusedPid(cluster.folder);
    const port = await freePort();
    const leash = putOnLeash(cluster, cluster.folder, ['SIGINT', 'SIGQUIT', 'SIGKILL'], cluster.programs.postgres, [
      `-D${seenFolder(cluster, cluster.folder)}`,
      `-p${port}`,
      ...flags,
    ]);
    if (await isReady(cluster, port, leash)) return { port, leash };
    const said = lastWords(cluster);
    // Somebody took the port meanwhile, or processes of a killed server are just about to go.
    const passing = /could not bind|could not create any TCP|still in use|lock file .* already exists/.test(said);
    if (!passing || Date.now() > deadline) throw new Error(`PostgreSQL did not start:\n${said}`);
    await pause(200);
  }
}

/** Keeps the messages of the run before, and starts an empty file. */
export function turnLog({ logFile }: Pick<Cluster, 'logFile'>): void {
  if (fs.existsSync(logFile)) fs.renameSync(logFile, `${logFile}.1`);
}

async function isReady(cluster: Cluster, port: number, leash: ChildProcess): Promise<boolean> {
  while (leash.exitCode === null && leash.signalCode === null) {
    const file = readPostmasterFile(cluster.folder);
    if (file?.port === port && file.status === 'ready' && findPostmaster(cluster.folder)) return true;
    await pause(20);
  }
  return false;
}

/** The name under which the program itself finds the folder: as another user it may not enter the folders above. */
function seenFolder({ user }: Cluster, folder: string): string {
  return user && process.platform === 'linux' ? '/proc/self/fd/3' : folder;
}

function putOnLeash(
  cluster: Cluster,
  folder: string,
  signals: NodeJS.Signals[],
  program: string,
  args: string[],
): ChildProcess {
  const { user } = cluster;
  const order: LeashOrder = {
    program,
    args,
    env: programEnvironment(),
    user: user && { uid: user.uid, gid: user.gid },
    folder: user && folder,
    signals,
    patience: STOP_PATIENCE_MS,
  };
  const leashFile = `./embedded.leash${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`;
  const log = fs.openSync(cluster.logFile, 'a', 0o600);
  try {
    // Detached: in a process group of its own, Ctrl-C in a terminal does not reach it.
    const leash = spawn(process.execPath, [fileURLToPath(new URL(leashFile, import.meta.url)), JSON.stringify(order)], {
      detached: true,
      cwd: '/',
      env: programEnvironment(),
      stdio: ['pipe', log, log],
    });
    // The pipe may break while we close it; the leash is gone then, which its exit tells.
    leash.stdin!.on('error', () => {});
    return leash;
  } finally {
    fs.closeSync(log);
  }
}

/** Nothing of ours goes into the database's environment: no secrets, no PG* variables, no NODE_OPTIONS. */
function programEnvironment(): Record<string, string> {
  const kept = ['PATH', 'SystemRoot', 'TMPDIR', 'TEMP'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}

function lastWords({ logFile }: Cluster): string {
  return fs.readFileSync(logFile, 'utf8').trim().split('\n').slice(-15).join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
