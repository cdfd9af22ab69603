/**
 * The servers that are measured, how each is started on the bench's database and what one request to it looks
 * like. Used by run.ts. All run with NODE_ENV=production, their own default pools, a process each unless they say `within`, on
 * 127.0.0.1.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { run, type Command } from './processes.ts';
import type { Work } from './works.ts';

/** Which server. */
export type ContenderName = 'ours' | 'tables' | 'twin' | 'by-hand' | 'postgraphile' | 'bare';

/** One HTTP request, repeated as it stands. */
export interface Request {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** A server to be measured. */
export interface Contender {
  readonly title: string;
  /** Where it is part of another one's process: whose, and how many ports after that one's it listens. */
  readonly within?: { readonly name: ContenderName; readonly offset: number };
  /** The process that serves on that port. `folder` is its own, for logs and data. */
  command(setting: { url: string; port: number; folder: string }): Omit<Command, 'name' | 'logFile'>;
  /** The request for a work. */
  request(work: Work, port: number): Request;
}

const root = path.join(import.meta.dirname, '..');
const peers = path.join(import.meta.dirname, 'peers');

/** Every contender. */
export const contenders: Readonly<Partial<Record<ContenderName, Contender>>> & { readonly ours: Contender } =
  {
    ours: { title: 'convoke', command: ourCommand, request: graphql((work) => work.query) },
    tables: {
      title: 'convoke, in one process with the next two',
      command: threeCommand,
      request: graphql((work) => work.query),
    },
    twin: {
      title: 'the same once more',
      within: { name: 'tables', offset: 1 },
      command: threeCommand,
      request: graphql((work) => work.query),
    },
    'by-hand': {
      title: 'convoke, conditions by hand',
      within: { name: 'tables', offset: 2 },
      command: threeCommand,
      request: graphql((work) => work.query),
    },
    postgraphile: {
      title: 'PostGraphile 5, no rules',
      command: ({ url, port }) => ({
        args: [
          path.join(peers, 'node_modules/postgraphile/dist/cli-run.js'),
          '-C',
          path.join(peers, 'graphile.config.mjs'),
        ],
        cwd: peers,
        env: { NODE_ENV: 'production', GRAPHILE_ENV: 'production', DATABASE_URL: url, PORT: String(port) },
      }),
      request: graphql((work) => work.postgraphile),
    },
    bare: {
      title: 'bare HTTP, one statement',
      command: ({ url, port }) => ({
        args: [path.join(import.meta.dirname, 'bare-server.ts')],
        cwd: root,
        env: { NODE_ENV: 'production', DATABASE_URL: url, PORT: String(port) },
      }),
      request: (_work, port) => ({ url: `http://127.0.0.1:${port}/`, method: 'GET', headers: {} }),
    },
  };

function ourCommand({
  url,
  port,
  folder,
}: Parameters<Contender['command']>[0]): ReturnType<Contender['command']> {
  return {
    args: [path.join(root, 'bin/convoke'), 'start'],
    cwd: root,
    env: {
      NODE_ENV: 'production',
      DATABASE_URL: url,
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      DATA_DIR: folder,
      TOKEN_SECRET: randomBytes(32).toString('hex'),
    },
  };
}

function threeCommand(setting: Parameters<Contender['command']>[0]): ReturnType<Contender['command']> {
  return { ...ourCommand(setting), args: [path.join(import.meta.dirname, 'by-hand-server.ts')] };
}

function graphql(text: (work: Work) => string): Contender['request'] {
  return (work, port) => ({
    url: `http://127.0.0.1:${port}/graphql`,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query: text(work).replace(/\s+/g, ' ') }),
  });
}

/** Builds our tables in an empty database. */
export function migrate(databaseUrl: string, folder: string): void {
  run(process.execPath, ['bin/convoke', 'migrate'], {
    cwd: root,
    env: { DATABASE_URL: databaseUrl, DATA_DIR: folder },
  });
}

/** Installs the peers beside their own package.json, once; `say` hears of it when it happens. */
export function installPeers(say: (line: string) => void): void {
  if (['postgraphile', 'socket.io'].every((name) => existsSync(path.join(peers, 'node_modules', name))))
    return;
  say('Installing the peers, on the first run only …');
  run('npm', ['ci', '--prefix', peers, '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: peers });
}
