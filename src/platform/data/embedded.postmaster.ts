/**
 * What PostgreSQL's own lock file (postmaster.pid) says about a data folder, and what a crash may leave wrong in it:
 * a server that outlived both its owner and its leash, or the pid of a dead server that another program has now.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { identify, isAlive, isPostgresIn } from './embedded.process.ts';

/** The lines of postmaster.pid that we read. */
export interface PostmasterFile {
  pid: number;
  port: number;
  /** `starting`, `ready`, `stopping` or `standby`. */
  status: string;
}

/** Above every system's highest pid: nobody has it. */
const NOBODY = 2_147_483_647;

/** The file's content; undefined when there is none. */
export function readPostmasterFile(folder: string): PostmasterFile | undefined {
  try {
    const lines = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), status: (lines[7] ?? '').trim() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The pid of the server that runs on the folder now, if one does. */
export function findPostmaster(folder: string): number | undefined {
  const pid = readPostmasterFile(folder)?.pid;
  return pid !== undefined && isPostgresIn(pid, folder) ? pid : undefined;
}

/** Ends the server that runs on the folder, if one does: first properly, then with force. Returns whether there was one. */
export async function stopPostmaster(folder: string, patience: number): Promise<boolean> {
  const pid = findPostmaster(folder);
  const identity = pid === undefined ? undefined : identify(pid);
  if (!identity) return false;
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    process.kill(identity.pid, signal);
    for (const until = Date.now() + patience; Date.now() < until; await pause(20)) {
      if (!isAlive(identity)) return true;
    }
  }
  throw new Error(`The PostgreSQL server with pid ${identity.pid} on ${folder} does not end.`);
}

/**
 * PostgreSQL refuses to start when postmaster.pid names a living process of the same user, whatever that process
 * is. Only the number is replaced: the rest of the file lets PostgreSQL see that no old process still has the data.
 */
export function forgetReusedPid(folder: string): void {
  const pid = readPostmasterFile(folder)?.pid;
  if (pid === undefined || !identify(pid) || isPostgresIn(pid, folder)) return;
  const path = join(folder, 'postmaster.pid');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^\d+/, String(NOBODY)));
}
