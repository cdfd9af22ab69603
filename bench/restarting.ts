/**
 * A PostgreSQL that is stopped in the middle of everything (immediate mode: no checkpoint, connections cut) and
 * started again on the same port and data. Used by restarts.ts and the fault bench.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import pg from 'pg';
import { initialise, NAME } from '../src/platform/data/embedded.cluster.ts';
import { preparePrograms } from '../src/platform/data/embedded.programs.ts';
import { databaseUser } from '../src/platform/data/embedded.user.ts';
import { freePort } from './processes.ts';

/** The database while the script runs. */
export interface RestartingDatabase {
  readonly url: string;
  /** Stops it at once: no checkpoint, connections cut. */
  crash(): Promise<void>;
  /** Starts it again on its data, and waits until it takes connections. */
  start(): Promise<void>;
  /** Stops it at once, leaves it away for so long, and waits until it takes connections again. */
  restart(awayMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** Makes and starts one in that folder, which its user has to be able to reach. */
export async function startRestarting(parent: string): Promise<RestartingDatabase> {
  const home = path.join(parent, 'postgres');
  mkdirSync(home);
  for (const folder of [parent, home]) chmodSync(folder, 0o755);
  const folder = path.join(home, 'cluster');
  const user = databaseUser(folder);
  const programs = preparePrograms(user, user ? '/var/cache/convoke' : path.join(home, 'programs'));
  await initialise({ folder, logFile: path.join(home, 'postgres.log'), password: NAME, programs, user });
  const port = await freePort();
  const url = `postgres://${NAME}:${NAME}@127.0.0.1:${port}/postgres`;
  const args = [
    '-D',
    folder,
    '-p',
    String(port),
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'unix_socket_directories=',
    '-c',
    'jit=off',
    '-c',
    'max_connections=300',
  ];
  let server: ChildProcess;
  const start = async () => {
    server = spawn(programs.postgres, args, {
      ...(user && { uid: user.uid, gid: user.gid }),
      cwd: '/',
      stdio: 'ignore',
      env: { LC_ALL: 'C', TZ: 'UTC' },
    });
    while (!(await answers(url))) {
      if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}`);
      await rest(20);
    }
  };
  const stop = async (signal: NodeJS.Signals) => {
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  };
  process.once('exit', () => server.kill('SIGQUIT'));
  await start();
  const crash = () => stop('SIGQUIT');
  return {
    url,
    crash,
    start,
    async restart(awayMs) {
      await crash();
      await rest(awayMs);
      await start();
    },
    stop: () => stop('SIGINT'),
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
