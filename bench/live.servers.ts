/** The two servers of `npm run bench:live`, the rows that they tell of, and how a change is made. Used by the benches of live messages. */
import 'reflect-metadata';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { signAccessToken } from '../dist/src/platform/auth/access-token.js';
import { encodeId } from '../dist/src/platform/graphql/node.js';
import { migrate } from './contenders.ts';
import { loadRows, startDatabase } from './database.ts';
import { freePort, startServer } from './processes.ts';
import type { Command } from './processes.ts';

const root = path.join(import.meta.dirname, '..');

/** Subscribers of one process. */
export interface Subscribers {
  readonly protocol: 'graphql-ws' | 'socket.io';
  readonly url: string;
  readonly query: string;
  /** The token of each; empty for one who is not signed in. */
  readonly tokens: readonly string[];
}

/** A server that tells many. */
export interface LiveServer {
  readonly title: string;
  readonly command: Omit<Command, 'name' | 'logFile'>;
  readonly protocol: Subscribers['protocol'];
  readonly url: string;
  readonly query: string;
  tokens(count: number): Promise<string[]>;
  /** Makes a change with that number; resolves with the time at which it was about to be committed. */
  change(number: number): Promise<number>;
}

const now = () => performance.timeOrigin + performance.now();
/** Changes go round these many sessions, so that none of them stands for another. */
const sessions = 40;

/** Ours: a session of a public event, changed by SQL as the services do. Two in five subscribers are not signed in, one in fifty is on the team. */
export async function convoke(
  client: pg.Client,
  url: string,
  port: number,
  folder: string,
): Promise<LiveServer> {
  const { rows } = await client.query<{ id: string; event: string }>(
    `SELECT s.id, s.event_id AS event FROM sessions s
     WHERE s.event_id = (SELECT id FROM events WHERE state = 'PUBLISHED' LIMIT 1) AND s.state = 'ACCEPTED' ORDER BY s.id LIMIT $1`,
    [sessions],
  );
  const { event } = rows[0]!;
  const secret = randomBytes(32).toString('hex');
  const env = {
    NODE_ENV: 'production',
    DATABASE_URL: url,
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATA_DIR: folder,
    TOKEN_SECRET: secret,
    MAX_SOCKETS_PER_ADDRESS: '100000',
  };
  const config = { auth: { tokenSecret: secret, accessTokenMinutes: 60 } } as Parameters<
    typeof signAccessToken
  >[0];
  let last: Promise<number> = Promise.resolve(0);
  return {
    title: 'convoke',
    command: { args: [path.join(root, 'bin/convoke'), 'start'], cwd: root, env },
    protocol: 'graphql-ws',
    url: `ws://127.0.0.1:${port}/graphql`,
    query:
      `subscription { sessionChanged(eventId: "${encodeId('Event', event)}") { kind id at ` +
      '  session { id title subtitle state startsAt endsAt speakers { nodes { id name organisation } } } } }',
    async tokens(count) {
      const tokens: string[] = [];
      for (let index = 0; index < count; index += 1) {
        if (index % 5 < 2) tokens.push('');
        else tokens.push(await signIn(client, config, index % 50 === 2 ? event : null));
      }
      return tokens;
    },
    // They share a connection: one after the other.
    change: (number) => (last = last.then(() => commit(number))),
  };

  async function commit(number: number): Promise<number> {
    const { id } = rows[number % rows.length]!;
    await client.query('BEGIN');
    await client.query(
      `WITH before AS (SELECT to_jsonb(s) AS row FROM sessions s WHERE id = $1),
            changed AS (UPDATE sessions SET title = $2, version = version + 1 WHERE id = $1),
            stored AS (INSERT INTO notices (topic, payload) SELECT $3, jsonb_build_object('kind', 'UPDATED', 'resource', 'Session', 'id', $1::uuid,
              'before', row, 'transaction', pg_current_xact_id()::text) FROM before RETURNING id)
       SELECT pg_notify('notices', json_build_array(id::text, $3::text)::text) FROM stored`,
      [id, `Talk #${number}.`, `session:${event}`],
    );
    const at = now();
    await client.query('COMMIT');
    return at;
  }
}

async function signIn(
  client: pg.Client,
  config: Parameters<typeof signAccessToken>[0],
  event: string | null,
): Promise<string> {
  const [userId, familyId] = [randomUUID(), randomUUID()];
  await client.query('INSERT INTO users (id, email, is_verified) VALUES ($1, $2, true)', [
    userId,
    `${userId}@example.org`,
  ]);
  await client.query(
    `INSERT INTO token_families (id, user_id, expires_at) VALUES ($1, $2, now() + interval '1 day')`,
    [familyId, userId],
  );
  if (event)
    await client.query(
      `INSERT INTO event_members (id, event_id, user_id, role) VALUES (gen_random_uuid(), $1, $2, 'ORGANIZER')`,
      [event, userId],
    );
  return (await signAccessToken(config, { userId, familyId, computeNodeId: null, work: null })).token;
}

/** Starts our server alone, on a database of its own with the rows of load.sql; `cleanup` ends both. */
export async function startConvoke(cleanup: AsyncDisposableStack): Promise<{
  readonly server: LiveServer;
  readonly client: pg.Client;
  readonly url: string;
  readonly pid: number;
}> {
  const folder = await mkdtemp(path.join(tmpdir(), 'convoke-bench-'));
  await chmod(folder, 0o755);
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const database = await startDatabase(folder, cleanup);
  migrate(database.url, folder);
  await loadRows(database);
  const port = await freePort();
  const own = path.join(folder, 'server');
  await mkdir(own);
  const url = `http://127.0.0.1:${port}`;
  const server = await convoke(database.client, database.url, port, own);
  const pid = await startServer(
    { name: server.title, logFile: path.join(own, 'server.log'), ...server.command },
    () => fetch(`${url}/health`),
    cleanup,
  );
  return { server, client: database.client, url, pid };
}

/** Socket.IO: everybody in one room, which is emitted to. @param message what ours sends, of which it sends the same */
export function socketIo(port: number, message: () => string): LiveServer {
  const token = randomBytes(16).toString('hex');
  return {
    title: 'Socket.IO rooms',
    command: {
      args: [path.join(import.meta.dirname, 'peers/socket-io.mjs')],
      cwd: root,
      env: { NODE_ENV: 'production', PORT: String(port), TOKEN: token },
    },
    protocol: 'socket.io',
    url: `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`,
    query: '',
    tokens: async (count) => Array.from({ length: count }, () => token),
    async change(number) {
      const body = message().replace(/#\d+\./, `#${number}.`);
      const at = now();
      await (await fetch(`http://127.0.0.1:${port}/tell`, { method: 'POST', body })).text();
      return at;
    },
  };
}
