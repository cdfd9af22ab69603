/**
 * What cases have in common: a PostgreSQL of their own, a database for each with the same rows in it, and processes of
 * the server that end with the case. Rows: those of load.sql, and people for whom mails can be queued.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { createApp } from '../../dist/src/app.js';
import { issueTokens } from '../../dist/src/platform/auth/tokens.js';
import { loadConfig } from '../../dist/src/platform/config/index.js';
import { encodeId } from '../../dist/src/platform/graphql/node.js';
import { freePort } from '../processes.ts';
import { startRestarting } from '../restarting.ts';
import type { RestartingDatabase } from '../restarting.ts';
import { startProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';
import { startServer } from './server.ts';
import type { Server } from './server.ts';

/** Rows that every database has. */
export interface World {
  /** The bearer token of a super admin. */
  readonly token: string;
  /** The id, in the schema, of a published event. */
  readonly eventId: string;
  /** Its uuid. */
  readonly event: string;
  /** Somebody on the team of a draft, which nobody else but staff may see. */
  readonly member: { readonly token: string; readonly userId: string };
  readonly draft: string;
}

/** A database of one case. */
export interface CaseDatabase {
  readonly url: string;
  /** Runs SQL; asked again while PostgreSQL is away. */
  sql<T extends Record<string, any> = Record<string, any>>(text: string, values?: unknown[]): Promise<T[]>;
  /** The one number of a statement. */
  count(from: string): Promise<number>;
  /** Takes locks, or whatever else the statements take, in a transaction that is open until it is let go. */
  hold(statements: string): Promise<{ letGo(): Promise<void> }>;
  /** Queues mails to people who have not verified their addresses, as the services do. */
  queueMails(count: number): Promise<void>;
}

/** How to start a process of the server. */
export interface ProcessOptions {
  readonly words?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly waits?: boolean;
}

/** What a case runs on. */
export interface Stage {
  readonly postgres: RestartingDatabase;
  readonly world: World;
  /** A folder that goes with the run. */
  readonly folder: string;
  /** A fresh copy of the database. */
  database(): Promise<CaseDatabase>;
  /** An empty one. */
  emptyDatabase(): Promise<CaseDatabase>;
  /** Starts a process on a database and waits until it is ready. */
  server(database: { readonly url: string }, options?: ProcessOptions): Promise<Server>;
  /** Puts a proxy in front of what an address on this machine names; gives the address of the proxy. */
  proxied(url: string): Promise<{ readonly proxy: Proxy; readonly url: string }>;
  /** A folder on a disk of its own, of so many megabytes. Needs a machine that lets us mount one. */
  smallDisk(megabytes: number): string;
  /** To be done when the case is over. */
  defer(work: () => unknown): void;
}

/** How many people wait for a mail. */
const people = 500;
const template = 'convoke_faults';
const mostConnections = 20;

/** Runs the work on a stage, which is taken down afterwards. */
export async function withStage(
  work: (stage: Stage, endCase: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'convoke-faults-'));
  const postgres = await startRestarting(folder);
  const env = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'info',
    TOKEN_SECRET: 'a secret of the fault bench alone',
    ACCESS_TOKEN_MINUTES: '600',
    PUBLIC_URL: 'http://localhost',
    SMTP_URL: 'smtp://127.0.0.1:9',
    DATA_DIR: path.join(folder, 'data'),
  };
  const deferred: (() => unknown)[] = [];
  const endCase = async () => {
    for (const end of deferred.splice(0).toReversed()) await end();
  };
  let made = 0;
  const create = async (from: string): Promise<CaseDatabase> => {
    const name = `case_${(made += 1)}`;
    const admin = new pg.Pool({ connectionString: postgres.url, max: 1 });
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${from}`);
    await admin.end();
    const database = openDatabase(urlOf(postgres.url, name));
    deferred.push(() => database.close());
    return database;
  };
  try {
    const world = await prepare(postgres.url, env);
    await work(
      {
        postgres,
        world,
        folder,
        database: () => create(template),
        emptyDatabase: () => create('template0'),
        async server(database, { words = ['start', '--no-demo'], env: more = {}, waits } = {}) {
          const server = await startServer({
            words,
            waits,
            env: { ...env, DATABASE_URL: database.url, PORT: String(await freePort()), ...more },
          });
          deferred.push(() => server.end('SIGKILL'));
          return server;
        },
        async proxied(target) {
          const url = new URL(target);
          const proxy = await startProxy(Number(url.port));
          deferred.push(() => proxy.close());
          url.port = String(proxy.port);
          return { proxy, url: url.href };
        },
        smallDisk(megabytes) {
          const disk = mkdtempSync(path.join(folder, 'disk-'));
          execFileSync(
            'mount',
            ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=777`, 'convoke-faults', disk],
            { stdio: 'pipe' },
          );
          deferred.push(() => execFileSync('umount', ['--lazy', disk]));
          return disk;
        },
        defer: (end) => void deferred.push(end),
      },
      endCase,
    );
  } finally {
    await endCase();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function prepare(serverUrl: string, env: Record<string, string>): Promise<World> {
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${template}`);
  await admin.end();
  const config = loadConfig({ ...env, LOG_LEVEL: 'fatal', DATABASE_URL: urlOf(serverUrl, template) }, '/');
  const app = await createApp(config);
  try {
    await app.migrate();
    const client = await app.database.pool.connect();
    await client.query(await readFile(path.join(import.meta.dirname, '../load.sql'), 'utf8'));
    client.release(true);
    const [{ id }] = await app.database.query<{ id: string }>(
      `INSERT INTO users (id, email, is_verified, is_admin, is_super_admin) VALUES (gen_random_uuid(), 'faults@example.org', true, true, true) RETURNING id`,
    );
    await app.database.query(
      `INSERT INTO users (id, email) SELECT gen_random_uuid(), 'person' || n || '@example.org' FROM generate_series(1, ${people}) n`,
    );
    const [{ event }] = await app.database.query<{ event: string }>(
      `SELECT id AS event FROM events WHERE identifier = 'event-1'`,
    );
    const { accessToken } = await issueTokens(app.database, config, id);
    const [{ id: userId }] = await app.database.query<{ id: string }>(
      `INSERT INTO users (id, email, is_verified) VALUES (gen_random_uuid(), 'member@example.org', true) RETURNING id`,
    );
    const { accessToken: token } = await issueTokens(app.database, config, userId);
    const [{ draft }] = await app.database.query<{ draft: string }>(
      `SELECT id AS draft FROM events WHERE identifier = 'event-0'`,
    );
    await app.database.query('ANALYZE');
    return { token: accessToken, event, eventId: encodeId('Event', event), member: { token, userId }, draft };
  } finally {
    await app.close();
  }
}

function openDatabase(url: string): CaseDatabase & { close(): Promise<void> } {
  const pool = new pg.Pool({ connectionString: url, max: mostConnections });
  pool.on('error', () => {});
  let queued = 0;
  const sql = async (text: string, values?: unknown[]) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await pool.query(text, values)).rows;
      } catch (error) {
        const isAway = /^(57P|08|ECONN)|terminated/.test(
          `${(error as { code?: string }).code ?? ''}${(error as Error).message}`,
        );
        if (!isAway || attempt > 300) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  };
  const database: CaseDatabase & { close(): Promise<void> } = {
    url,
    sql: sql as CaseDatabase['sql'],
    count: async (from) => Number((await sql(`SELECT count(*) AS n FROM ${from}`))[0].n),
    async hold(statements) {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => {});
      await client.connect();
      await client.query('BEGIN');
      await client.query(statements);
      return { letGo: () => client.end() };
    },
    async queueMails(count) {
      const from = queued + 1;
      queued += count;
      await sql(
        `WITH job AS (SELECT gen_random_uuid() AS id, jsonb_build_object('email', 'person' || n || '@example.org') AS payload FROM generate_series($1::int, $2::int) n),
         kept AS (INSERT INTO jobs (id, kind, status, payload, actor_kind, is_followed) SELECT id, 'account.verification', 'WAITING', payload, 'server', false FROM job),
         stored AS (INSERT INTO outbox (id, name, payload, actor_kind) SELECT id, 'account.verification', payload, 'server' FROM job)
         SELECT pg_notify('outbox', '')`,
        [from, queued],
      );
    },
    close: () => pool.end(),
  };
  return database;
}

function urlOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
