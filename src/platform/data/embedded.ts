/**
 * A real PostgreSQL under DATA_DIR for whoever has none: the first process that asks starts it and owns it, others
 * join it, and it ends with its owner however that ends (see embedded.leash.ts). Called where DATABASE_URL is not
 * set; from the returned address on, nothing differs from a PostgreSQL elsewhere.
 */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { initialise, launch, NAME, turnLog } from './embedded.cluster.ts';
import type { Cluster } from './embedded.cluster.ts';
import { tryLock } from './embedded.lock.ts';
import { findPostmaster, stopPostmaster } from './embedded.postmaster.ts';
import { identify, isAlive } from './embedded.process.ts';
import type { ProcessIdentity } from './embedded.process.ts';
import { preparePrograms } from './embedded.programs.ts';
import { databaseUser } from './embedded.user.ts';

/** Where to keep the database, and whom to tell. */
export interface EmbeddedOptions {
  /** The data folder (config.data.dir); the database lies in `postgres` below it. */
  dataDir: string;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** PostgreSQL settings that replace ours, by name; without effect on a database that is joined. */
  settings?: Record<string, string>;
  /** Called once if the database ends without being asked to; the owner cannot go on then. */
  onLost?: () => void;
}

/** A database that takes connections. */
export interface Embedded {
  /** postgres://user:password@127.0.0.1:port/convoke. Holds the password: not for logs. */
  url: string;
  /** Another process owns the database: it ends with that one. */
  joined: boolean;
  /** The data folder was made by this very call. */
  fresh: boolean;
  /** Ends the database, last connections included; leaves a joined one alone. May be called more than once. */
  stop(): Promise<void>;
}

/** Written when the database is ready, so that others can join it. */
interface Note {
  port: number;
  owner: ProcessIdentity;
  leash: ProcessIdentity;
}

const PATIENCE_MS = 90_000;

/**
 * Starts the embedded database, or joins the one that another process runs on the same data folder.
 * @throws when it cannot be run here; the message says why and what to do
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const home = join(resolve(options.dataDir), 'postgres');
  mkdirSync(home, { recursive: true });
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await pause(50)) {
    const note = readNote(home);
    if (note && isAlive(note.owner)) {
      const url = urlOf(note.port, readPassword(home));
      if (await answers(url)) return { url, joined: true, fresh: false, stop: async () => {} };
      // Its owner is just starting or stopping it.
      continue;
    }
    if (note && isAlive(note.leash)) continue;
    const unlock = tryLock(join(home, 'start.lock'));
    if (!unlock) continue;
    try {
      // Somebody may have come up between the look and the lock.
      if (isDeepStrictEqual(readNote(home), note)) return await start(home, options);
    } finally {
      unlock();
    }
  }
  throw new Error(
    `Another process has held the embedded database in ${home} for ${PATIENCE_MS / 1000} seconds without it answering. ` +
      'End that process (its pid is in running.json or start.lock there), or choose another DATA_DIR.',
  );
}

async function start(home: string, { log, settings = {}, onLost }: EmbeddedOptions): Promise<Embedded> {
  const folder = join(home, 'cluster');
  const user = databaseUser(folder);
  const spare = user ? '/var/cache/convoke' : join(home, 'programs');
  const programs = preparePrograms(user, spare);
  const password = existsSync(folder) ? readPassword(home) : makePassword(home);
  const cluster: Cluster = { folder, logFile: join(home, 'postgres.log'), password, programs, user };
  if (await stopPostmaster(folder, 5_000)) log.warn('stopped an embedded database that had lost its owner');
  turnLog(cluster);
  const begun = performance.now();
  const fresh = await initialise(cluster);
  const { port, leash } = await launch(cluster, settings);
  const url = urlOf(port, password);
  try {
    await ensureDatabase(urlOf(port, password, 'postgres'));
    writeNote(home, { port, owner: identify(process.pid)!, leash: identify(leash.pid!)! });
  } catch (error) {
    leash.stdin!.end();
    throw error;
  }
  const ms = Math.round(performance.now() - begun);
  log.info({ port, fresh, ms, user: user?.name, folder }, 'embedded database started');
  return { url, joined: false, fresh, stop: own(home, folder, leash, log, onLost) };
}

/** Watches over the leash from now on. Returns the way to end the database. */
function own(home: string, folder: string, leash: ChildProcess, log: EmbeddedOptions['log'], onLost?: () => void) {
  let stopping: Promise<void> | undefined;
  let lost = false;
  // A process that forgets to stop the database may end all the same; the leash then sees the pipe close.
  leash.unref();
  (leash.stdin as unknown as { unref(): void }).unref();
  leash.on('exit', (code, signal) => {
    if (stopping) return;
    if (findPostmaster(folder)) {
      log.warn({ code, signal }, 'the guard of the embedded database is gone; the database goes on without it');
      return;
    }
    lost = true;
    rmSync(join(home, 'running.json'), { force: true });
    log.error({ code, signal }, 'the embedded database has ended; its messages are in postgres.log in the data folder');
    onLost?.();
  });
  async function stop(): Promise<void> {
    // What runs in the folder by now, if anything, is somebody else's.
    if (lost) return;
    leash.ref();
    leash.stdin!.end();
    if (leash.exitCode === null && leash.signalCode === null) await once(leash, 'exit');
    await stopPostmaster(folder, 5_000);
    rmSync(join(home, 'running.json'), { force: true });
  }
  return () => (stopping ??= stop());
}

function urlOf(port: number, password: string, database = NAME): string {
  return `postgres://${NAME}:${password}@127.0.0.1:${port}/${database}`;
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [NAME]);
    if (rowCount === 0) await client.query(`create database ${NAME}`);
  } finally {
    await client.end();
  }
}

function makePassword(home: string): string {
  const password = randomBytes(24).toString('hex');
  writeWhole(join(home, 'password'), password);
  return password;
}

function readPassword(home: string): string {
  return readOwn(join(home, 'password')) ?? failWithoutPassword(home);
}

function failWithoutPassword(home: string): never {
  throw new Error(`${join(home, 'password')} is missing. Restore it, or remove ${home} to begin with an empty database.`);
}

function readNote(home: string): Note | undefined {
  const text = readOwn(join(home, 'running.json'));
  return text === undefined ? undefined : (JSON.parse(text) as Note);
}

function writeNote(home: string, note: Note): void {
  writeWhole(join(home, 'running.json'), JSON.stringify(note));
}

/** Never seen half-written, and by nobody else. */
function writeWhole(path: string, text: string): void {
  const half = `${path}.${process.pid}`;
  writeFileSync(half, text, { mode: 0o600 });
  renameSync(half, path);
}

function readOwn(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code !== 'EACCES') throw error;
    throw new Error(`${path} belongs to another user. Run this command as the user who runs the server.`);
  }
}
