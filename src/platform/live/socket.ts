/**
 * GraphQL over WebSockets (graphql-transport-ws) at the path of the API. What HTTP asks of an operation is asked here
 * too, by the same rules and the same executor; a socket is only another way in.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExecutionArgs, GraphQLSchema, ValidationRule } from 'graphql';
import { GraphQLError } from 'graphql';
import type { ServerOptions } from 'graphql-ws';
import { handleProtocols, makeServer } from 'graphql-ws';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { OperationsTable } from '../../permissions/operations.ts';
import type { Config } from '../config/index.ts';
import type { Authentication, Contexts } from '../graphql/context.ts';
import { limitExceeded } from '../graphql/errors.ts';
import type { Executor } from '../graphql/execute.ts';
import { Caller } from './caller.ts';
import { deliver } from './delivery.ts';
import { Documents } from './documents.ts';
import type { Hub } from './hub.ts';
import { addressOf, mayConnect } from './origin.ts';
import { Seldom } from './seldom.ts';

/** Largest message, in bytes; longest wait for connection_init; most operations at once; time between pings. */
const limits = { messageBytes: 65_536, initMs: 3000, operations: 100, pingMs: 12_000 };

/** What sockets are made with. */
export interface LiveOptions {
  readonly server: Server;
  readonly path: string;
  readonly schema: GraphQLSchema;
  readonly rules: readonly ValidationRule[];
  readonly executor: Executor;
  readonly contexts: Contexts;
  readonly operations: OperationsTable;
  readonly hub: Hub;
  readonly authenticate: (authorization: string | undefined) => Promise<Authentication>;
  readonly config: Config;
  readonly log: Logger;
}

/** The sockets of a server. */
export interface Live {
  /** Closes the sockets with 1012, so that clients connect again elsewhere, and then the hub. */
  stop(): Promise<void>;
}

type Extra = { readonly caller: Caller; readonly request: IncomingMessage };

/** Serves sockets beside the HTTP of a server. */
export function attachLive(options: LiveOptions): Live {
  const { server, config, hub } = options;
  const faults = new Seldom(options.log, 'sockets failed');
  const protocol = makeServer<Record<string, unknown>, Extra>(protocolOptions(options));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.messageBytes, handleProtocols });
  sockets.on('error', (error) => faults.note(error));
  const held = new Map<string, number>();
  const answering = new WeakSet<WebSocket>();

  const accept = (socket: WebSocket, request: IncomingMessage, address: string): void => {
    const caller = new Caller(options, socket, address);
    // Broken frames, oversized messages, resets: `ws` closes the socket by itself with the code of what was wrong.
    socket.on('error', (error) => faults.note(error));
    answering.add(socket);
    socket.on('pong', () => answering.add(socket));
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => send(socket, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data) => {
            handle(String(data)).catch((error: Error) => {
              faults.note(error);
              socket.close(4500, 'Something went wrong on our side');
            });
          }),
      },
      { caller, request },
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
      accept(socket, request, address);
    });
  };
  server.on('upgrade', upgrade);

  const pinging = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!answering.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, limits.pingMs);

  return {
    async stop() {
      clearInterval(pinging);
      server.off('upgrade', upgrade);
      server.on('upgrade', (_request, duplex) => refuse(duplex, '503 Service Unavailable'));
      const closed = [...sockets.clients].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      for (const socket of sockets.clients) socket.close(1012, 'The server restarts');
      const patience = setTimeout(() => sockets.clients.forEach((socket) => socket.terminate()), 1000);
      await Promise.all(closed);
      clearTimeout(patience);
      faults.stop();
      await hub.stop();
    },
  };
}

function protocolOptions(options: LiveOptions): ServerOptions<Record<string, unknown>, Extra> {
  const { schema, executor, log } = options;
  const documents = new Documents(options);
  const callerOf = (args: ExecutionArgs) => (args.contextValue as Extra).caller;
  return {
    connectionInitWaitTimeout: limits.initMs,
    onConnect: ({ connectionParams, extra }) => {
      const given = connectionParams?.authorization ?? connectionParams?.Authorization ?? extra.request.headers.authorization;
      return extra.caller.identify(given === null || given === undefined || given === '' ? undefined : String(given));
    },
    onSubscribe: ({ subscriptions, extra }, _id, { query, operationName, variables }) => {
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
      return { schema, document: checked.document, operationName, variableValues: variables, contextValue: extra };
    },
    async execute(args) {
      try {
        const context = await callerOf(args).renew();
        // The socket is closing then: nobody reads this answer.
        if (!context) return { errors: [new GraphQLError('The socket is closed')] };
        return await executor.execute({ ...operationOf(args), context });
      } catch (error) {
        return { errors: [executor.visible(error as Error, log)] };
      }
    },
    subscribe: (args) => deliver(options, { ...operationOf(args), renew: () => callerOf(args).renew() }),
  };
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
  duplex.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
