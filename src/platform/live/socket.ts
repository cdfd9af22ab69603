/**
 * GraphQL over WebSockets (graphql-transport-ws) at the path of the API. What HTTP asks of an operation is asked here
 * too, by the same rules and the same executor; a socket is only another way in.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExecutionArgs, GraphQLSchema, ValidationRule } from 'graphql';
import { GraphQLError } from 'graphql';
import type { ServerOptions } from 'graphql-ws';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { OperationsTable } from '../../permissions/operations.ts';
import type { Permissions } from '../../permissions/registry.ts';
import type { Viewer } from '../../permissions/viewer.ts';
import type { Config } from '../config/index.ts';
import type { Database } from '../data/database.ts';
import { assertDepth } from '../depth.ts';
import type { Authentication, Contexts } from '../graphql/context.ts';
import type { PublicError } from '../graphql/errors.ts';
import { limitExceeded } from '../graphql/errors.ts';
import type { Executor } from '../graphql/execute.ts';
import { Audiences } from './audiences.ts';
import { Caller } from './caller.ts';
import { deliver } from './delivery.ts';
import { Documents } from './documents.ts';
import type { Hub } from './hub.ts';
import { Line } from './line.ts';
import { addressOf, mayConnect } from './origin.ts';
import { Pace } from './pace.ts';
import { Seldom } from './seldom.ts';

/** Largest message, in bytes; longest wait for connection_init; most operations at once; time between pings. */
const limits = { messageBytes: 65_536, initMs: 3000, operations: 100, pingMs: 12_000 };
/** Messages that a socket may send at once, and in each second after that. */
const pace = { burst: 250, perSecond: 50 };
/** The close code for a socket that sends more. Clients do not connect again by themselves. */
const tooManyCode = 4429;

/** What sockets are made with. */
export interface LiveOptions {
  readonly server: Server;
  readonly path: string;
  readonly schema: GraphQLSchema;
  readonly rules: readonly ValidationRule[];
  readonly executor: Executor;
  readonly contexts: Contexts;
  readonly permissions: Permissions;
  readonly operations: OperationsTable;
  readonly database: Database;
  readonly hub: Hub;
  readonly authenticate: (authorization: string | undefined) => Promise<Authentication>;
  readonly config: Config;
  readonly log: Logger;
  /** Called every few seconds with the compute nodes that hold a socket here. */
  readonly onPing?: (machines: readonly Viewer[]) => Promise<void>;
}

/** The sockets of a server. */
export interface Live {
  /** How many subscriptions of this process listen to a topic. */
  count(topic: string): number;
  /** How many sockets are open, and how many subscriptions run on them. */
  counts(): { readonly sockets: number; readonly subscriptions: number };
  /** Closes the sockets with 1012, so that clients connect again elsewhere, and then the hub. */
  stop(): Promise<void>;
}

type Extra = { readonly caller: Caller; readonly line: Line; readonly request: IncomingMessage };
/** What an operation is executed with: the socket that it came over, and the id that the client gave it. */
type Incoming = Extra & { readonly id: string };

/** Serves sockets beside the HTTP of a server. */
export function attachLive(options: LiveOptions): Live {
  const { server, config, hub } = options;
  const faults = new Seldom(options.log, 'sockets failed');
  const audiences = new Audiences({ ...options, statements: Math.floor(config.database.poolSize / 2) });
  const protocol = makeServer<Record<string, unknown>, Extra>(protocolOptions(options, audiences));
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    handleProtocols,
    perMessageDeflate: false,
  });
  sockets.on('error', (error) => faults.note(error));
  const held = new Map<string, number>();
  const answering = new WeakSet<WebSocket>();
  const callers = new WeakMap<WebSocket, Caller>();

  const accept = (socket: WebSocket, connection: Duplex, request: IncomingMessage, address: string): void => {
    const caller = new Caller(options, socket, address);
    const allowed = new Pace(pace.burst, pace.perSecond);
    // Broken frames, oversized messages, resets: `ws` closes the socket by itself with the code of what was wrong.
    socket.on('error', (error) => faults.note(error));
    callers.set(socket, caller);
    answering.add(socket);
    socket.on('pong', () => answering.add(socket));
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => send(socket, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data) => {
            if (socket.readyState !== socket.OPEN) return;
            if (!allowed.take()) {
              socket.close(tooManyCode, 'Too many messages');
              return;
            }
            const text = String(data);
            try {
              assertDepth(text, 'json');
            } catch (error) {
              refuseMessage(socket, text, error as PublicError);
              return;
            }
            handle(text).catch((error: Error) => {
              faults.note(error);
              socket.close(4500, 'Something went wrong on our side');
            });
          }),
      },
      { caller, line: new Line(socket, connection), request },
    );
    socket.once('close', (code, reason) => {
      caller.release();
      const rest = (held.get(address) ?? 1) - 1;
      if (rest > 0) held.set(address, rest);
      else held.delete(address);
      closed(code, String(reason)).catch((error: Error) => faults.note(error));
    });
  };

  const upgrade = (request: IncomingMessage, duplex: Duplex, head: Buffer): void => {
    const failed = (error: Error) => faults.note(error);
    duplex.on('error', failed);
    const address = addressOf(request);
    const holds = held.get(address) ?? 0;
    if (request.url?.split('?')[0] !== options.path) return refuse(duplex, '404 Not Found');
    if (!mayConnect(request, config.http)) return refuse(duplex, '403 Forbidden');
    if (holds >= config.limits.maxSocketsPerAddress) return refuse(duplex, '429 Too Many Requests');
    sockets.handleUpgrade(request, duplex, head, (socket) => {
      duplex.off('error', failed);
      held.set(address, (held.get(address) ?? 0) + 1);
      accept(socket, duplex, request, address);
    });
  };
  server.on('upgrade', upgrade);

  const pinging = setInterval(() => {
    const machines: Viewer[] = [];
    for (const socket of sockets.clients) {
      if (!answering.delete(socket)) socket.terminate();
      else socket.ping();
      const viewer = callers.get(socket)?.viewer;
      if (viewer?.kind === 'computeNode') machines.push(viewer);
    }
    options.onPing?.(machines).catch((error: Error) => faults.note(error));
  }, limits.pingMs);

  return {
    count: (topic) => audiences.count(topic),
    counts: () => ({ sockets: sockets.clients.size, subscriptions: audiences.size }),
    async stop() {
      clearInterval(pinging);
      server.off('upgrade', upgrade);
      server.on('upgrade', (_request, duplex) => refuse(duplex, '503 Service Unavailable'));
      const closed = [...sockets.clients].map(
        (socket) => new Promise((resolve) => socket.once('close', resolve)),
      );
      for (const socket of sockets.clients) socket.close(1012, 'The server restarts');
      const patience = setTimeout(() => sockets.clients.forEach((socket) => socket.terminate()), 1000);
      await Promise.all(closed);
      clearTimeout(patience);
      faults.stop();
      await hub.stop();
    },
  };
}

function protocolOptions(
  options: LiveOptions,
  audiences: Audiences,
): ServerOptions<Record<string, unknown>, Extra> {
  const { schema, executor, log } = options;
  const documents = new Documents(options);
  return {
    connectionInitWaitTimeout: limits.initMs,
    onConnect: ({ connectionParams, extra }) => {
      const given =
        connectionParams?.authorization ??
        connectionParams?.Authorization ??
        extra.request.headers.authorization;
      return extra.caller.identify(
        given === null || given === undefined || given === '' ? undefined : String(given),
      );
    },
    onSubscribe: ({ subscriptions, extra }, id, { query, operationName, variables }) => {
      if (Object.keys(subscriptions).length > limits.operations) {
        return [limitExceeded(`A socket may have at most ${limits.operations} operations at once`)];
      }
      const checked = documents.check(query);
      if ('errors' in checked) return checked.errors;
      try {
        executor.operationOf({ document: checked.document, operationName });
      } catch (error) {
        return [executor.visible(error as Error, log)];
      }
      const incoming: Incoming = { ...extra, id };
      return {
        schema,
        document: checked.document,
        operationName,
        variableValues: variables,
        contextValue: incoming,
      };
    },
    async execute(args) {
      const { caller, line } = args.contextValue as Incoming;
      try {
        await caller.begun();
        const answer = await line.answer(async () => {
          const context = await caller.renew();
          return context && executor.execute({ ...operationOf(args), context });
        });
        // The socket is closing then: nobody reads this answer.
        return answer ?? { errors: [new GraphQLError('The socket is closed')] };
      } catch (error) {
        return { errors: [executor.visible(error as Error, log)] };
      }
    },
    subscribe: (args) => {
      const { caller, line, id } = args.contextValue as Incoming;
      return caller.begin(deliver({ ...options, audiences }, { ...operationOf(args), caller, line, id }));
    },
  };
}

/** Refuses a message that is not to be read: the operation that it asks for has an error; any other closes the socket. */
function refuseMessage(socket: WebSocket, text: string, { message, extensions }: PublicError): void {
  const { id, type } = parsed(text);
  if (type === 'subscribe' && typeof id === 'string' && id.length < 200) {
    socket.send(JSON.stringify({ id, type: 'error', payload: [{ message, extensions }] }));
  } else socket.close(CloseCode.BadRequest, 'Invalid message received');
}

/** Reading is no matter of depth, only walking is. */
function parsed(text: string): { readonly id?: unknown; readonly type?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    return {};
  }
}

function operationOf({ document, operationName, variableValues }: ExecutionArgs) {
  return { document, operationName, variables: variableValues };
}

/** Resolves when the message has left; that is what holds back whoever reads slowly. */
function send(socket: WebSocket, text: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  return new Promise((resolve, reject) => {
    socket.send(text, (error) => (error ? reject(error) : resolve()));
  });
}

function refuse(duplex: Duplex, status: string): void {
  duplex.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncache-control: no-store\r\ncontent-length: 0\r\n\r\n`,
  );
}
