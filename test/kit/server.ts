/**
 * A running server on a database of its own, for a test file: real HTTP, real PostgreSQL. Use with `await using`, or
 * close it in afterAll.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'graphql';
import { Client } from 'pg';
import type { DestinationStream } from 'pino';
import { createApp } from '../../src/app.ts';
import type { App } from '../../src/app.ts';
import { loadConfig } from '../../src/platform/config/index.ts';
import { createLogger } from '../../src/platform/observe/log.ts';
import { serve } from '../../src/server.ts';
import { databaseUrl, templateName } from './database.setup.ts';

/** What GraphQL answers. */
export interface Answer {
  readonly data?: Record<string, any> | null;
  readonly errors?: readonly {
    message: string;
    path?: (string | number)[];
    extensions: Record<string, any>;
  }[];
}

/** Who asks: a bearer token, or nobody. */
export interface Asker {
  readonly token?: string | null;
}

/** A running server. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly databaseUrl: string;
  readonly app: App;
  /** Sends an operation over HTTP. */
  ask(document: string, variables?: Record<string, unknown>, asker?: Asker): Promise<Answer>;
  /** Runs SQL on the server's database: for arranging, and for looking behind the API. */
  sql<T extends Record<string, any> = Record<string, any>>(text: string, values?: unknown[]): Promise<T[]>;
  /** The texts of the SQL statements that the work sends through the readers and services. */
  statements(work: () => Promise<unknown>): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Starts a server. `env` adds to its configuration: GUARDS and EXECUTOR are taken from the process by default.
 * @param log where its lines go; they are those of LOG_LEVEL
 */
export async function startServer(
  env: Record<string, string> = {},
  log?: DestinationStream,
): Promise<TestServer> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${templateName}`);
  const inherited = Object.fromEntries(
    ['GUARDS', 'EXECUTOR'].flatMap((key) => (process.env[key] ? [[key, process.env[key] as string]] : [])),
  );
  const config = loadConfig(
    {
      NODE_ENV: 'test',
      LOG_LEVEL: 'fatal',
      PORT: '0',
      POOL_SIZE: '5',
      // What a test asks once is to run as what is asked again and again.
      COMPILE_AFTER: '1',
      DATABASE_URL: databaseUrl(name),
      DATA_DIR: mkdtempSync(join(tmpdir(), 'convoke-test-data-')),
      ...inherited,
      ...env,
    },
    '/',
  );
  const app = await createApp(config, log && createLogger(config, log));
  const server = await serve(app);
  const close = async () => {
    await server.stop();
    await app.close();
    await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  };
  return {
    url: server.url,
    databaseUrl: databaseUrl(name),
    app,
    ask: (document, variables, asker) => askAndAudit(app, server.url, document, variables, asker),
    sql: async (text, values = []) => (await app.database.pool.query(text, values)).rows,
    async statements(work) {
      const seen: string[] = [];
      app.database.onStatement = (text) =>
        ofItsOwnAccord.some((begin) => text.startsWith(begin)) || seen.push(text);
      try {
        await work();
      } finally {
        app.database.onStatement = null;
      }
      return seen;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** How statements begin that a server sends at its own times and for no request: the hub's after its connection was away, and that of presence. */
const ofItsOwnAccord = [
  'SELECT id, topic FROM notices',
  'SELECT FROM compute_nodes WHERE online_until < now()',
];

/** Sends an operation over HTTP. Fails where a mutation that succeeded left no activity: in no test may one go unrecorded. */
async function askAndAudit(
  app: App,
  url: string,
  document: string,
  variables?: Record<string, unknown>,
  asker?: Asker,
): Promise<Answer> {
  if (!document.includes('mutation')) return ask(url, document, variables, asker);
  const requestId = randomUUID();
  const answer = await ask(url, document, variables, asker, requestId);
  if (answer.errors || !answer.data) return answer;
  const { rows } = await app.database.pool.query<{ mutation: string }>(
    'SELECT mutation FROM activities WHERE request_id = $1',
    [requestId],
  );
  const recorded = new Set(rows.map(({ mutation }) => mutation));
  const called = parse(document).definitions.flatMap((node) =>
    node.kind === 'OperationDefinition' && node.operation === 'mutation' ? node.selectionSet.selections : [],
  );
  const missing = called.flatMap((field) =>
    field.kind === 'Field' && !recorded.has(field.name.value) ? [field.name.value] : [],
  );
  if (missing.length > 0) throw new Error(`${missing.join(', ')} succeeded and left no activity`);
  return answer;
}

/** Sends an operation over HTTP. */
export async function ask(
  url: string,
  document: string,
  variables?: Record<string, unknown>,
  asker?: Asker,
  requestId: string = randomUUID(),
): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-request-id': requestId,
      accept: 'application/graphql-response+json',
      ...(asker?.token ? { authorization: `Bearer ${asker.token}` } : {}),
    },
    body: JSON.stringify({ query: document, variables }),
  });
  return (await response.json()) as Answer;
}

async function onServer(text: string): Promise<void> {
  const client = new Client({ connectionString: process.env.TEST_DATABASE_URL });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
