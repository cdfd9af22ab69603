/** What the tests of live messages share: instances on one database, people by token, clients that wait for messages. */
import type { AddressInfo } from 'node:net';
import type { Client } from 'graphql-ws';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { App } from '../../src/app.ts';
import { createApp } from '../../src/app.ts';
import type { Viewer } from '../../src/permissions/viewer.ts';
import { anonymous } from '../../src/permissions/viewer.ts';
import { loadConfig } from '../../src/platform/config/index.ts';
import { serve } from '../../src/server.ts';
import type { Person } from '../kit/accounts.ts';
import type { TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';
import type { Changes } from '../../src/platform/data/writer.ts';
import { Writer } from '../../src/platform/data/writer.ts';
import type { Authentication } from '../../src/platform/graphql/context.ts';
import { Contexts } from '../../src/platform/graphql/context.ts';
import { Executor } from '../../src/platform/graphql/execute.ts';
import { limitRules } from '../../src/platform/graphql/limits.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import { createHttpServer } from '../../src/platform/http/server.ts';
import { Hub } from '../../src/platform/live/hub.ts';
import { sessionTopic } from '../../src/sessions/session.topics.ts';
import type { Live } from '../../src/platform/live/socket.ts';
import { attachLive } from '../../src/platform/live/socket.ts';

/** A server with sockets. Tokens are `<user's uuid>` or `<user's uuid>:<end in milliseconds since 1970>`. */
export interface Instance {
  readonly app: App;
  readonly hub: Hub;
  readonly live: Live;
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts an instance on a database. */
export async function startInstance(
  databaseUrl: string,
  env: Record<string, string> = {},
): Promise<Instance> {
  const inherited = Object.fromEntries(
    ['GUARDS', 'EXECUTOR', 'COMPILE_AFTER'].flatMap((key) =>
      process.env[key] ? [[key, process.env[key]]] : [],
    ),
  );
  const config = loadConfig(
    {
      NODE_ENV: 'test',
      LOG_LEVEL: 'fatal',
      POOL_SIZE: '5',
      DATABASE_URL: databaseUrl,
      DATA_DIR: '/tmp/convoke-test',
      ...inherited,
      ...env,
    },
    '/',
  );
  const app = await createApp(config);
  const { log } = app;
  const schema = app.schema();
  const limits = { anonymous: config.limits.maxCostAnonymous, signedIn: config.limits.maxCostSignedIn };
  const shared = {
    config,
    log,
    schema,
    executor: new Executor({
      schema,
      executor: config.graphql.executor,
      compileAfter: config.graphql.compileAfter,
      limits,
    }),
    contexts: new Contexts(app),
    rules: limitRules(config.limits),
    authenticate: (authorization: string | undefined) => authenticate(app, authorization),
  };
  const http = await createHttpServer({ ...shared, routes: () => {} });
  const hub = new Hub({ url: databaseUrl, database: app.database, log });
  await hub.start();
  const { permissions, operations, database } = app;
  const live = attachLive({
    ...shared,
    server: http.server,
    path: '/graphql',
    permissions,
    operations,
    database,
    hub,
  });
  await new Promise<void>((resolve) => http.server.listen(0, '127.0.0.1', resolve));
  const { port } = http.server.address() as AddressInfo;
  return {
    app,
    hub,
    live,
    url: `ws://127.0.0.1:${port}/graphql`,
    async stop() {
      await live.stop();
      await http.stop();
      await app.close();
    },
  };
}

async function authenticate(app: App, authorization: string | undefined): Promise<Authentication> {
  if (authorization === undefined) return { viewer: anonymous, isRejected: false };
  const [id, end] = authorization.replace('Bearer ', '').split(':');
  const expiresAt = end ? Number(end) : null;
  const viewer =
    /^[0-9a-f-]{36}$/.test(id) && (expiresAt ?? Infinity) > Date.now()
      ? await viewerOf(app, id, expiresAt)
      : null;
  return { viewer: viewer ?? anonymous, isRejected: viewer === null };
}

/** A person as a viewer, from the rows of the database; null for one who is blocked or not there. */
export async function viewerOf(
  app: App,
  userId: string,
  expiresAt: number | null = null,
): Promise<Viewer | null> {
  const [user] = await app.database.query(
    'SELECT email, is_admin, is_verified FROM users WHERE id = $1 AND NOT is_blocked',
    [userId],
  );
  if (!user) return null;
  const roles = await app.database.query<{ role: string; event_id: string }>(
    'SELECT role, event_id FROM event_members WHERE user_id = $1',
    [userId],
  );
  const eventRoles = new Map(
    [...Map.groupBy(roles, ({ role }) => role)].map(([role, rows]) => [
      role,
      rows.map((row) => row.event_id),
    ]),
  );
  return {
    ...anonymous,
    kind: 'user',
    userId,
    email: user.email as string,
    isVerified: true,
    isAdmin: user.is_admin === true,
    eventRoles,
    expiresAt,
  };
}

/** Runs changes in one transaction, as a person. */
export async function change<T>(
  app: App,
  userId: string,
  work: (changes: Changes) => Promise<T>,
): Promise<T> {
  const viewer = await viewerOf(app, userId);
  return new Writer(app.database, app.permissions, viewer ?? anonymous).transaction(work);
}

/** A message, or what came instead of one. */
export interface Message {
  readonly data?: { readonly sessionChanged: Record<string, any> } & Record<string, any>;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: unknown;
    readonly extensions: Record<string, any>;
  }[];
}

/** A subscription that is read message by message. */
export interface Listening {
  /** The next message; null once the subscription has ended. Throws what ended it by force. */
  next(): Promise<Message | null>;
  /** The kind, the title (null for none) and the id of the next message. */
  told(): Promise<[string, string | null, string]>;
  end(): Promise<void>;
}

/** A client of one socket. It does not connect again by itself. */
export interface TestClient {
  readonly client: Client;
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Subscribes, and waits until the server listens. */
  listen(eventId: string, selection?: string): Promise<Listening>;
  run(query: string, variables?: Record<string, unknown>): Promise<Message>;
}

/** Opens a socket, for a person where a token is given. */
export function connect(
  instance: Instance,
  token?: string,
  headers: Record<string, string> = {},
): TestClient {
  let close: (event: { code: number; reason: string }) => void;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => (close = resolve));
  const client = createClient({
    url: instance.url,
    lazy: false,
    onNonLazyError: () => {},
    retryAttempts: 0,
    webSocketImpl: class extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, { headers });
      }
    },
    connectionParams: token === undefined ? {} : { authorization: `Bearer ${token}` },
    on: { closed: (event) => close(event as { code: number; reason: string }), error: () => {} },
  });
  const run = (query: string, variables?: Record<string, unknown>) => read(client, query, variables);
  return {
    client,
    closed,
    async listen(eventId, selection = 'kind id at session { title state }') {
      const topic = sessionTopic(eventId);
      const before = instance.live.count(topic);
      const listening = run(`subscription ($id: ID!) { sessionChanged(eventId: $id) { ${selection} } }`, {
        id: encodeId('Event', eventId),
      });
      await until(() => instance.live.count(topic) > before);
      return listening;
    },
    run: async (query, variables) => (await run(query, variables).next()) as Message,
  };
}

function read(client: Client, query: string, variables?: Record<string, unknown>): Listening {
  const messages = client.iterate({ query, variables });
  const next = async () => {
    const { value, done } = await messages.next();
    return done ? null : (value as Message);
  };
  return {
    next,
    async told() {
      const message = await next();
      if (!message?.data) throw new Error(`Expected a message, got ${JSON.stringify(message)}`);
      const { kind, session, id } = message.data.sessionChanged;
      return [kind, session?.title ?? null, id];
    },
    end: async () => void (await messages.return?.()),
  };
}

/** Another server on the database of one, as it is started in production. */
export interface Beside {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts another server on the database of one. */
export async function serveBeside(
  { app: first }: TestServer,
  env: Record<string, string> = {},
): Promise<Beside> {
  const app = await createApp(
    loadConfig(
      {
        NODE_ENV: 'test',
        LOG_LEVEL: 'fatal',
        PORT: '0',
        POOL_SIZE: '5',
        DATABASE_URL: first.config.database.url,
        DATA_DIR: first.config.run.dataDir,
        ...env,
      },
      '/',
    ),
  );
  const server = await serve(app);
  return {
    url: server.url,
    async close() {
      await server.stop();
      await app.close();
    },
  };
}

/** An event of a person's, over HTTP; published unless told otherwise. Returns its id. */
export async function createLiveEvent(
  server: TestServer,
  owner: Person,
  isPublished = true,
): Promise<string> {
  const input = {
    name: 'Live',
    startsAt: '2030-01-01T00:00:00Z',
    endsAt: '2030-01-02T00:00:00Z',
    timezone: 'UTC',
  };
  const made = await server.ask(
    'mutation ($input: CreateEventInput!) { createEvent(input: $input) { event { id } } }',
    { input },
    owner,
  );
  const { id } = made.data!.createEvent.event;
  if (isPublished)
    await server.ask('mutation ($id: ID!) { publishEvent(id: $id) { event { id } } }', { id }, owner);
  return id;
}
