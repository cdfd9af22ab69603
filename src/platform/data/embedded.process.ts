/**
 * Telling one process from another that later got the same number. Lock files and the note about the running
 * database keep a process's identity, not just its pid, so that a reused pid never looks like the old owner.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';

/** A process, told apart from later ones with the same pid by when it started. */
export interface ProcessIdentity {
  pid: number;
  /** Opaque; equal for the same process only. Empty where the system offers nothing but the pid. */
  started: string;
}

/** The identity of a living process; undefined when there is none with that pid (a zombie counts as none). */
export function identify(pid: number): ProcessIdentity | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'linux') return identifyOnLinux(pid);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  if (process.platform === 'win32') return { pid, started: '' };
  return { pid, started: execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() };
}

/** Whether the very process that was identified is still there. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

/** Whether the process is a PostgreSQL server on this data folder: they all work in it. Elsewhere than on Linux, by name. */
export function isPostgresIn(pid: number, folder: string): boolean {
  if (!identify(pid)) return false;
  if (process.platform === 'win32') return true;
  if (process.platform !== 'linux') {
    return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).includes('postgres');
  }
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    return false;
  }
}

function identifyOnLinux(pid: number): ProcessIdentity | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the program's name in brackets and may hold anything, so count from its end:
  // what follows are field 3 (state) and onwards; field 22 is the start time in ticks since boot.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return { pid, started: `${bootId()}:${fields[19]}` };
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
