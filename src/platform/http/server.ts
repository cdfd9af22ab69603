/**
 * The HTTP server: GraphQL at /graphql, the explorer, health, and whatever routes the application adds. Requests are
 * limited before anything else looks at them; every answer, errors included, is JSON, and nobody keeps one that does not
 * say that it may be kept.
 */
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import type { ErrorRequestHandler, Express, Request, RequestHandler } from 'express';
import type { ExecutionResult, GraphQLSchema, ValidationRule } from 'graphql';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { Config } from '../config/index.ts';
import { assertDepth, deepest } from '../depth.ts';
import type { Authentication, Context, Contexts } from '../graphql/context.ts';
import { PublicError, badInput } from '../graphql/errors.ts';
import type { ErrorCode } from '../graphql/errors.ts';
import type { Executor } from '../graphql/execute.ts';
import { formatDocumentError, withoutRepetitions } from '../graphql/input-errors.ts';
import { stringifyResult } from '../graphql/json-text.ts';
import { deepestDocument } from '../graphql/limits.ts';
import { overload, retryAfterSeconds } from './overload.ts';
import { graphqlUploads } from './upload/graphql-upload.ts';

/** What the server is made of. */
export interface ServerOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly schema: GraphQLSchema;
  readonly rules: readonly ValidationRule[];
  readonly executor: Executor;
  readonly contexts: Contexts;
  /** Who sent a request, by its Authorization header. */
  readonly authenticate: (authorization: string | undefined) => Promise<Authentication>;
  /** Adds routes before the JSON answer to unknown paths. */
  readonly routes: (app: Express) => void;
}

/** A server that is made but does not listen yet. */
export interface HttpServer {
  readonly server: Server;
  /** From now on every answer ends its connection, so that clients that keep theirs leave before it is closed. */
  drain(): void;
  /** Stops accepting requests and waits for those that run. */
  stop(): Promise<void>;
}

/** The header of what nobody may keep. */
const keptNowhere = 'no-store';

/** Makes the HTTP server. */
export async function createHttpServer(options: ServerOptions): Promise<HttpServer> {
  const { config, log } = options;
  const app = express();
  app.disable('x-powered-by');
  // Answers are not revalidated; hashing each of them would only cost time.
  app.disable('etag');
  app.set('trust proxy', 'loopback');
  let isDraining = false;
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 120_000, maxHeaderSize: 16_384 },
    app,
  );

  const apollo = new ApolloServer<Context>({
    gateway: gatewayOf(options),
    csrfPrevention: true,
    introspection: config.graphql.introspection,
    parseOptions: { maxTokens: config.limits.maxTokens },
    validationRules: [...options.rules],
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: config.run.production,
    persistedQueries: false,
    // Signals are the command's affair. Apollo would end, and then send the process the signal a second time.
    stopOnTerminationSignals: false,
    nodeEnv: config.run.production ? 'production' : 'development',
    formatError: formatDocumentError,
    // Express sends bytes as well as text.
    stringifyResult: (result) => stringifyResult(result as ExecutionResult) as string,
    logger: { debug() {}, info() {}, warn: (text) => log.warn(text), error: (text) => log.error(text) },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginDrainHttpServer({
        httpServer: server,
        stopGracePeriodMillis: config.run.shutdownSeconds * 1000,
      }),
      legacyStatus,
      statusOfErrors,
      landingPageOff,
    ],
  });
  await apollo.start();

  app.use((_request, response, next) => {
    // What may be kept says so itself.
    response.setHeader('cache-control', keptNowhere);
    if (isDraining) response.setHeader('connection', 'close');
    next();
  });
  app.use(
    helmet({
      contentSecurityPolicy: false,
      crossOriginEmbedderPolicy: false,
      strictTransportSecurity: config.run.production,
    }),
  );
  const { refuse, count } = overload(config.limits.maxRequestsAtOnce);
  const readJson = express.json({
    limit: config.limits.maxBodyBytes,
    verify: (_request, _response, body, encoding) => assertReadable(body, encoding),
  });
  app.use(
    '/graphql',
    cors(config),
    refuse,
    readJson,
    graphqlUploads(config, log, options.authenticate),
    measureDepth(config),
    count,
    expressMiddleware(apollo, {
      context: async ({ req }) => {
        const id = requestId(req);
        return options.contexts.make(await options.authenticate(req.headers.authorization), {
          id,
          address: req.ip ?? '',
        });
      },
    }),
  );
  options.routes(app);
  app.use((_request, response) => {
    response
      .status(404)
      .set('cache-control', keptNowhere)
      .json({ errors: [{ message: 'There is nothing at this address', extensions: { code: 'NOT_FOUND' } }] });
  });
  app.use(errorAnswer(log));
  return { server, drain: () => void (isDraining = true), stop: () => apollo.stop() };
}

/** Throws for a body that is nested too deep, and for one whose depth cannot be told: JSON is UTF-8. */
function assertReadable(body: Buffer, encoding: string): void {
  if (encoding !== 'utf-8') throw badInput([{ path: [], message: 'The body has to be in UTF-8' }]);
  assertDepth(body, 'json');
}

/** The depth of what a request carries as text: the document, and what stands in an address. */
function measureDepth(config: Config): RequestHandler {
  const most = deepestDocument(config.limits);
  return (request, _response, next) => {
    const { query } = (request.body ?? {}) as { readonly query?: unknown };
    if (typeof query === 'string') assertDepth(query, 'graphql', most);
    for (const [name, text] of Object.entries(request.query)) {
      if (typeof text === 'string')
        assertDepth(text, name === 'query' ? 'graphql' : 'json', name === 'query' ? most : deepest);
    }
    next();
  };
}

/** Apollo has no option for an executor; a gateway of one schema is its way to hand over execution. */
function gatewayOf({ schema, executor }: ServerOptions) {
  return {
    load: async () => ({
      executor: async (request: never) => {
        const {
          document,
          operationName,
          request: http,
          context,
        } = request as {
          document: never;
          operationName: string | null;
          request: { variables?: Record<string, unknown>; operationName?: string };
          context: Context;
        };
        return executor.execute({
          document,
          operationName: http.operationName ?? operationName,
          variables: http.variables,
          context,
          takesText: true,
        });
      },
    }),
    onSchemaLoadOrUpdate(callback: (loaded: never) => void) {
      callback({ apiSchema: schema, coreSupergraphSdl: '' } as never);
      return () => {};
    },
    stop: async () => {},
  } as never;
}

/** The id of a request: the caller's own where it looks like one, so that logs of several servers can be joined. */
function requestId(request: Request): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
}

/** Other origins whose pages may call us: those that the configuration names, and none by default. */
function cors(config: Config): RequestHandler {
  const allowed = new Set(config.http.corsOrigins);
  return (request, response, next) => {
    const { origin } = request.headers;
    if (origin && allowed.has(origin)) {
      response.vary('Origin');
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS');
      response.setHeader(
        'access-control-allow-headers',
        'authorization, content-type, apollo-require-preflight, x-request-id',
      );
      response.setHeader('access-control-max-age', '600');
      if (request.method === 'OPTIONS') {
        response.status(204).end();
        return;
      }
    }
    next();
  };
}

/** Clients of the older media type expect 200 for a well-formed request whose document is refused. */
const legacyStatus: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, response }) {
        const accept = request.http?.headers.get('accept') ?? '';
        // Without a document it is no well-formed request.
        if (
          accept.includes('application/graphql-response+json') ||
          response.body.kind !== 'single' ||
          !request.query
        )
          return;
        const { data, errors } = response.body.singleResult;
        const isDocuments = errors?.every(({ extensions }) => documentCodes.has(String(extensions?.code)));
        if (response.http.status === 400 && data === undefined && isDocuments) response.http.status = 200;
      },
    };
  },
};

const documentCodes = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'LIMIT_EXCEEDED',
]);

/**
 * What is told once all errors are known: of one fault at most three, and in the headers that a bearer is not good (401),
 * that the server cannot answer now (503), and when to come again. Where there are data, there is an answer, if not a
 * whole one, and its status is 200.
 */
const statusOfErrors: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response: { body, http } }) {
        if (body.kind !== 'single') return;
        const { data, errors = [] } = body.singleResult;
        // Where something was executed, each error is of a field of its own.
        if (data === undefined && errors.length > 0) body.singleResult.errors = withoutRepetitions(errors);
        const of = (code: ErrorCode) => errors.find(({ extensions }) => extensions?.code === code);
        const limited = of('RATE_LIMITED');
        if (of('UNAVAILABLE')) {
          http.headers.set('retry-after', String(retryAfterSeconds));
          if (!data) http.status = 503;
        } else if (limited) http.headers.set('retry-after', String(limited.extensions?.retryAfter));
        if (data === undefined && of('UNAUTHENTICATED')) {
          http.status = 401;
          http.headers.set('www-authenticate', 'Bearer');
        }
      },
    };
  },
};

/** A browser that asks for /graphql as a page is sent to the explorer. */
const landingPageOff: ApolloServerPlugin<Context> = {
  async serverWillStart() {
    return {
      async renderLandingPage() {
        return {
          html: '<!doctype html><meta http-equiv="refresh" content="0; url=/"><a href="/">Explorer</a>',
        };
      },
    };
  },
};

/** The status of an error outside of GraphQL, where it is not 400. */
const statuses: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  LIMIT_EXCEEDED: 413,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
};

/** What goes wrong before GraphQL sees a request: a broken or oversized body, above all. */
function errorAnswer(log: Logger): ErrorRequestHandler {
  return (error: { status?: number; type?: string; message?: string }, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    // A route may have said otherwise of the answer that it did not make.
    response.set('cache-control', keptNowhere);
    if (error instanceof PublicError) {
      response
        .status(statuses[error.code] ?? 400)
        .json({ errors: [{ message: error.message, extensions: error.extensions }] });
      return;
    }
    const status = error.status ?? 500;
    if (status >= 500) log.error({ err: error }, 'a request failed because of a bug');
    const code =
      status === 413 ? 'LIMIT_EXCEEDED' : status >= 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_USER_INPUT';
    response
      .status(status)
      .json({ errors: [{ message: malformed(status, error.type), extensions: { code } }] });
  };
}

/** What is said of a request that Express could not read. */
function malformed(status: number, type?: string): string {
  if (status >= 500) return 'Something went wrong on our side';
  if (status === 413) return 'The body is too large';
  return type === 'entity.parse.failed' ? 'The body is not JSON' : 'The request is malformed';
}
