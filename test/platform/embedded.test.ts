/** The embedded database through everything that may happen to the processes around it. All of them are real. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { pino } from 'pino';
import { startEmbedded } from '../../src/platform/data/embedded.ts';
import type { Embedded } from '../../src/platform/data/embedded.ts';
import { findPostmaster, readPostmasterFile } from '../../src/platform/data/embedded.postmaster.ts';
import { identify } from '../../src/platform/data/embedded.process.ts';
import { preparePrograms } from '../../src/platform/data/embedded.programs.ts';

const log = pino({ level: 'silent' });
let dataDir: string;
let cluster: string;
const owners: ChildProcess[] = [];

beforeEach(() => {
  // A folder that nobody else may enter, as /root is: the database runs in it all the same.
  dataDir = fs.mkdtempSync(join(tmpdir(), 'convoke-embedded-'));
  cluster = join(dataDir, 'postgres', 'cluster');
});

afterEach(async () => {
  for (const owner of owners.splice(0)) owner.kill('SIGKILL');
  await databaseGone();
  fs.rmSync(dataDir, { recursive: true, force: true });
});

/** Starts a process that owns or joins the database, and waits until it has it. */
async function owner(): Promise<{ child: ChildProcess; database: Embedded }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'embedded-owner.ts'), dataDir], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'] },
  });
  owners.push(child);
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line.startsWith('ready '))
      return { child, database: JSON.parse(line.slice('ready '.length)) as Embedded };
  }
  throw new Error('The owner ended before its database was ready.');
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

/** Waits until no process works in the data folder any more; Jest's own limit is the deadline. */
async function databaseGone(): Promise<void> {
  while (findPostmaster(cluster) || leashPid()) await pause(20);
}

function leashPid(): number | undefined {
  const { stdout } = spawnSync('pgrep', ['-f', `embedded\\.leash.*${dataDir}`], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number)[0];
}

describe('an embedded database', () => {
  it('is made at the first start, and has its data at the next', async () => {
    const first = await startEmbedded({ dataDir, log });
    expect(first).toMatchObject({ fresh: true, joined: false });
    await ask(first.url, "create table kept as select 'Grüße'::text as word");
    const [settings] = await ask(
      first.url,
      `select current_setting('server_encoding') as encoding, current_setting('timezone') as zone, current_setting('jit') as jit,
        current_setting('fsync') as fsync, lower('ÄÉ') as lower, array(select x from (values ('b'), ('B'), ('ä')) v(x) order by x) as sorted`,
    );
    expect(settings).toEqual({
      encoding: 'UTF8',
      zone: 'UTC',
      jit: 'off',
      fsync: 'on',
      lower: 'äé',
      sorted: ['B', 'b', 'ä'],
    });
    await first.stop();
    await first.stop();
    expect(findPostmaster(cluster)).toBeUndefined();

    const second = await startEmbedded({ dataDir, log });
    expect(second).toMatchObject({ fresh: false, joined: false });
    expect(await ask(second.url, 'select * from kept')).toEqual([{ word: 'Grüße' }]);
    await second.stop();
  });

  it('keeps its password to itself', async () => {
    const database = await startEmbedded({ dataDir, log });
    for (const name of ['password', 'running.json', 'postgres.log']) {
      expect(fs.statSync(join(dataDir, 'postgres', name)).mode & 0o077).toBe(0);
    }
    expect(fs.statSync(cluster).mode & 0o077).toBe(0);
    const wrong = new URL(database.url);
    wrong.password = 'wrong';
    await expect(ask(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
    await database.stop();
  });

  it('is joined by a second process, which leaves it running', async () => {
    const { child, database } = await owner();
    const joined = await startEmbedded({ dataDir, log });
    expect(joined).toMatchObject({ joined: true, fresh: false, url: database.url });
    await joined.stop();
    expect(await ask(database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const ended = once(child, 'exit');
    child.stdin!.write('stop\n');
    expect(await ended).toEqual([0, null]);
    expect(findPostmaster(cluster)).toBeUndefined();
    expect(fs.existsSync(join(dataDir, 'postgres', 'running.json'))).toBe(false);
  });

  it('is started by one of several that come at the same moment', async () => {
    const started = await Promise.all([owner(), owner(), owner()]);
    expect(new Set(started.map(({ database }) => database.url)).size).toBe(1);
    expect(started.filter(({ database }) => !database.joined)).toHaveLength(1);
    expect(started.filter(({ database }) => database.fresh)).toHaveLength(1);
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'goes with its owner after %s, and starts again',
    async (signal) => {
      const { child, database } = await owner();
      await ask(database.url, 'create table kept as select 1 as one');
      // A transaction left open must not hold it up.
      const client = new Client({ connectionString: database.url });
      client.on('error', () => {});
      await client.connect();
      await client.query('begin; insert into kept values (2)');
      child.kill(signal);
      await databaseGone();
      await client.end();
      const next = await startEmbedded({ dataDir, log });
      expect(next).toMatchObject({ fresh: false, joined: false });
      expect(await ask(next.url, 'select * from kept')).toEqual([{ one: 1 }]);
      await next.stop();
    },
  );

  it('goes with an owner that crashes', async () => {
    const { child } = await owner();
    const ended = once(child, 'exit');
    child.stdin!.write('crash\n');
    expect(await ended).toEqual([1, null]);
    await databaseGone();
  });

  it('starts while the one of a killed owner is still going down', async () => {
    const { child, database } = await owner();
    await ask(database.url, 'create table kept as select 1 as one');
    child.kill('SIGKILL');
    // A signal takes a moment to arrive; its database goes on for a while after that.
    while (identify(child.pid!)) await pause(5);
    const next = await startEmbedded({ dataDir, log });
    expect(next.joined).toBe(false);
    expect(await ask(next.url, 'select * from kept')).toEqual([{ one: 1 }]);
    await next.stop();
  });

  it('is taken over when owner and leash were both killed', async () => {
    const { child } = await owner();
    process.kill(leashPid()!, 'SIGKILL');
    child.kill('SIGKILL');
    while (identify(child.pid!) || leashPid()) await pause(20);
    const orphan = findPostmaster(cluster);
    expect(orphan).toBeDefined();
    const next = await startEmbedded({ dataDir, log });
    expect(next.joined).toBe(false);
    expect(findPostmaster(cluster)).not.toBe(orphan);
    await next.stop();
  });

  it('tells its owner when it is lost, and can be started again by it', async () => {
    let lost = () => {};
    const told = new Promise<void>((resolve) => (lost = resolve));
    const database = await startEmbedded({ dataDir, log, onLost: lost });
    process.kill(findPostmaster(cluster)!, 'SIGKILL');
    await told;
    const next = await startEmbedded({ dataDir, log });
    expect(next).toMatchObject({ fresh: false, joined: false });
    await database.stop();
    expect(await ask(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await next.stop();
  });

  it('starts over a lock file of its own that names the pid of somebody else', async () => {
    const { child } = await owner();
    process.kill(leashPid()!, 'SIGKILL');
    child.kill('SIGKILL');
    process.kill(findPostmaster(cluster)!, 'SIGKILL');
    await databaseGone();
    // As after a power cut: the files are there and another program of the same user has the pid now.
    const path = join(cluster, 'postmaster.pid');
    const { uid, gid } = fs.statSync(path);
    const other = spawn('sleep', ['600'], process.getuid?.() === 0 ? { uid, gid } : {});
    fs.writeFileSync(path, fs.readFileSync(path, 'utf8').replace(/^\d+/, String(other.pid)));
    fs.writeFileSync(
      join(dataDir, 'postgres', 'start.lock'),
      JSON.stringify({ pid: process.pid, started: 'long ago' }),
    );
    expect(readPostmasterFile(cluster)?.pid).toBe(other.pid);
    try {
      const next = await startEmbedded({ dataDir, log });
      expect(next.joined).toBe(false);
      await next.stop();
    } finally {
      other.kill();
    }
  });

  it('says what to do about data of another PostgreSQL, and about a lost password', async () => {
    await (await startEmbedded({ dataDir, log })).stop();
    fs.rmSync(join(dataDir, 'postgres', 'password'));
    await expect(startEmbedded({ dataDir, log })).rejects.toThrow(
      /password is missing\. Restore it, or remove/,
    );
    fs.writeFileSync(join(dataDir, 'postgres', 'password'), 'any');
    fs.writeFileSync(join(cluster, 'PG_VERSION'), '13\n');
    await expect(startEmbedded({ dataDir, log })).rejects.toThrow(
      /was written by PostgreSQL 13.*Move the folder away/,
    );
  });

  it("passes on PostgreSQL's own words when it does not start", async () => {
    await expect(startEmbedded({ dataDir, log, settings: { max_connections: 'many' } })).rejects.toThrow(
      /PostgreSQL did not start:[^]*invalid value for parameter "max_connections"/,
    );
  });
});

describe('the programs', () => {
  const inPackage = dirname(dirname(dirname(preparePrograms(undefined, '').postgres)));
  const asRoot = process.getuid?.() === 0 ? it : it.skip;

  /** The package as `npm ci --ignore-scripts` leaves it: without its links. */
  function installWithoutScripts(): string {
    const root = join(dataDir, 'package');
    fs.cpSync(inPackage, root, { recursive: true, filter: (path) => !fs.lstatSync(path).isSymbolicLink() });
    return root;
  }

  it('get the links that the install script would have made', () => {
    const root = installWithoutScripts();
    const { postgres } = preparePrograms(undefined, join(dataDir, 'spare'), root);
    expect(postgres).toBe(join(root, 'native', 'bin', 'postgres'));
    expect(spawnSync(postgres, ['--version'], { encoding: 'utf8' }).stdout).toContain('PostgreSQL');
    expect(fs.existsSync(join(dataDir, 'spare'))).toBe(false);
  });

  asRoot('are copied once to where they can be run when their user may not enter the project', () => {
    const root = installWithoutScripts();
    const nobody = { name: 'nobody', uid: 65534, gid: 65534 };
    const open = fs.mkdtempSync(join(tmpdir(), 'convoke-programs-'));
    fs.chmodSync(open, 0o755);
    try {
      const { initdb } = preparePrograms(nobody, join(open, 'spare'), root);
      expect(initdb.startsWith(open)).toBe(true);
      const made = fs.statSync(initdb).ctimeMs;
      expect(preparePrograms(nobody, join(open, 'spare'), root).initdb).toBe(initdb);
      expect(fs.statSync(initdb).ctimeMs).toBe(made);
      expect(() => preparePrograms(nobody, join(dataDir, 'spare'), root)).toThrow(
        /cannot be run here.*Set DATABASE_URL/,
      );
    } finally {
      fs.rmSync(open, { recursive: true });
    }
  });
});
