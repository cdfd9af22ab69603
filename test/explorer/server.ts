/**
 * A small server for the explorer's tests: the page in front of a schema with the names of the real one
 * (events, sessions, speakers, signIn, refreshTokens, signOut, sessionChanged) and one protected field.
 * `startServer` is the only door, so that another server can take its place.
 */
import { EventEmitter, on } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { GraphQLError, buildSchema } from 'graphql';
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { explorer } from '../../src/platform/http/explorer.ts';

/** A running server and what the tests need to know of its data. */
export interface RunningServer {
  /** Address without a trailing slash. */
  url: string;
  /** Somebody who may read the e-mail of the speaker below. */
  account: { login: string; password: string; publicName: string };
  /** An event that everybody sees, and a speaker's e-mail in it that only the account above reads. */
  eventName: string;
  protectedEmail: string;
  /** A subscription, a text that each of its notices contains, and a way to bring one about. */
  subscription: { query: string; text: string; trigger(): Promise<void> };
  close(): Promise<void>;
}

interface Context {
  viewer: typeof ADA | null;
}

const typeDefs = `
  scalar DateTime
  type Query { events: EventConnection! viewer: User }
  type EventConnection { nodes: [Event!]! }
  type Event { id: ID! name: String! sessions: SessionConnection! }
  type SessionConnection { nodes: [Session!]! totalCount: Int! }
  type Session { id: ID! title: String! state: String! speakers: SpeakerConnection! }
  type SpeakerConnection { nodes: [Speaker!]! }
  "A speaker's profile for one event."
  type Speaker {
    id: ID!
    name: String!
    "Read by the event's team and the speaker."
    email: String
  }
  type User { publicName: String email: String }
  type AuthPayload { accessToken: String! refreshToken: String! expiresAt: DateTime! viewer: User }
  input SignInInput { login: String! password: String! }
  type Mutation {
    signIn(input: SignInInput!): AuthPayload!
    refreshTokens(refreshToken: String!): AuthPayload!
    signOut: Boolean!
  }
  type Subscription { sessionChanged(eventId: ID!): Session! }
`;

const ADA = { publicName: 'Ada Speaker', email: 'ada@example.org' };
const ACCOUNT = { login: 'ada@example.org', password: 'correct horse', publicName: ADA.publicName };
const SESSION = {
  id: 's1',
  title: 'Numbers that talk',
  state: 'ACCEPTED',
  speakers: { nodes: [{ id: 'p1', name: 'Ada', email: 'ada.private@example.org' }] },
};
const EVENTS = {
  nodes: [{ id: 'e1', name: 'Winter Meeting', sessions: { nodes: [SESSION], totalCount: 1 } }],
};

/** Starts the server on a free port of the loopback address. */
export async function startServer(): Promise<RunningServer> {
  const notices = new EventEmitter();
  const { schema, viewerOf } = makeSchema(notices);
  const app = express();
  const http = createServer(app);
  const sockets = new WebSocketServer({ server: http, path: '/graphql' });
  const live = useServer(
    { schema, context: (socket) => ({ viewer: viewerOf(socket.connectionParams?.authorization) }) },
    sockets,
  );
  const apollo = new ApolloServer<Context>({ schema });
  await apollo.start();
  app.use(explorer({ dir: resolve('dist/web') }));
  const context = async ({ req }: { req: express.Request }) => {
    const proves = /\b(signIn|refreshTokens)\b/.test(String(req.body?.query));
    return { viewer: proves ? null : viewerOf(req.headers.authorization) };
  };
  app.use('/graphql', express.json(), expressMiddleware(apollo, { context }));
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));

  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    account: ACCOUNT,
    eventName: 'Winter Meeting',
    protectedEmail: 'ada.private@example.org',
    subscription: {
      query: 'subscription { sessionChanged(eventId: "e1") { title } }',
      text: SESSION.title,
      trigger: async () => void notices.emit('session', { sessionChanged: SESSION }),
    },
    async close() {
      await live.dispose();
      await apollo.stop();
      http.closeAllConnections();
      http.close();
    },
  };
}

function makeSchema(notices: EventEmitter) {
  const access = new Set<string>();
  const refresh = new Set<string>();
  let issued = 0;
  const issue = () => {
    const [accessToken, refreshToken] = [`access-${++issued}`, `refresh-${issued}`];
    access.add(accessToken);
    refresh.add(refreshToken);
    const expiresAt = new Date(Date.now() + 900_000).toISOString();
    return { accessToken, refreshToken, expiresAt, viewer: ADA };
  };
  const viewerOf = (authorization: unknown): Context['viewer'] => {
    if (!authorization) return null;
    if (access.has(String(authorization).replace('Bearer ', ''))) return ADA;
    throw refusal('UNAUTHENTICATED', 'The token is not valid.', { http: { status: 401 } });
  };

  const schema = buildSchema(typeDefs);
  implement(schema, 'Query', { events: () => EVENTS, viewer: (_root, _args, { viewer }) => viewer });
  implement(schema, 'Speaker', {
    email: (speaker, _args, { viewer }) => {
      if (viewer) return speaker.email;
      throw refusal('FORBIDDEN', 'You may not read Speaker.email.', { field: 'Speaker.email' });
    },
  });
  implement(schema, 'Mutation', {
    signIn: (_root, { input }) => {
      if (input.login === ACCOUNT.login && input.password === ACCOUNT.password) return issue();
      throw refusal('UNAUTHENTICATED', 'The login or the password is wrong.');
    },
    refreshTokens: (_root, { refreshToken }) => {
      if (refresh.delete(refreshToken)) return issue();
      throw refusal('UNAUTHENTICATED', 'The refresh token is not valid.');
    },
    signOut: () => {
      access.clear();
      refresh.clear();
      return true;
    },
  });
  schema.getSubscriptionType()!.getFields().sessionChanged.subscribe = () => {
    const source = on(notices, 'session');
    return {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          const { value, done } = await source.next();
          return { value: value?.[0], done };
        },
        return: () => source.return!(),
      }),
    };
  };
  return { schema, viewerOf };
}

type Resolvers = Record<string, GraphQLFieldResolver<any, Context>>;

function implement(schema: GraphQLSchema, type: string, fields: Resolvers) {
  const target = schema.getType(type) as ReturnType<GraphQLSchema['getQueryType']>;
  for (const [name, resolver] of Object.entries(fields)) target!.getFields()[name].resolve = resolver;
}

function refusal(code: string, message: string, extensions: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...extensions } });
}
