/**
 * How the explorer talks to /graphql: HTTP for queries and mutations, one graphql-transport-ws socket for
 * subscriptions. Guarantees: every request carries the token of whoever is signed in now, a token refused by
 * the server is renewed once, and the socket is opened again when the person changes.
 */
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import type { Fetcher } from '@graphiql/toolkit';
import { parse } from 'graphql';
import type { DocumentNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { bearer, current, renew, subscribe } from './identity.ts';

const socket = createClient({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  // A function, so that a retry after the token's end takes the new token.
  connectionParams: async () => {
    const token = await bearer();
    return token ? { authorization: `Bearer ${token}` } : {};
  },
  // The first retry comes at once: it is how a subscription moves to a new token or person.
  retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, Math.min(retries, 5) * 1000)),
});

subscribe((change) => {
  if (change !== 'tokens') socket.terminate();
});

const transport = createGraphiQLFetcher({
  url: '/graphql',
  fetch: authorizedFetch,
  wsClient: socket,
  enableIncrementalDelivery: false,
});

/**
 * The fetcher that GraphiQL calls. Made once: GraphiQL loads the schema again for a new one. Which way an operation goes is
 * read off what is sent: GraphiQL's own reading comes a moment after the last keystroke, too late for whoever runs at once.
 */
export const fetcher: Fetcher = (params, options) =>
  transport(params, { ...options, documentAST: documentOf(params.query) });

function documentOf(query: string): DocumentNode | undefined {
  try {
    return parse(query);
  } catch {
    // The server says what is wrong with it.
    return undefined;
  }
}

async function authorizedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await send(input, init, await bearer());
  if (!current() || !(await isUnauthenticated(response))) return response;
  const token = await renew();
  return token ? send(input, init, token) : response;
}

function send(input: RequestInfo | URL, init?: RequestInit, token?: string): Promise<Response> {
  const headers = new Headers(init?.headers);
  headers.set('apollo-require-preflight', '1');
  // A token typed into the editor's headers pane wins over the signed-in one.
  if (token && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`);
  return fetch(input, { ...init, headers });
}

/** An UNAUTHENTICATED error with no path concerns the whole operation: nothing ran, trying again is safe. */
async function isUnauthenticated(response: Response): Promise<boolean> {
  const body = (await response
    .clone()
    .json()
    .catch(() => undefined)) as { errors?: { path?: unknown; extensions?: { code?: string } }[] } | undefined;
  return body?.errors?.some((error) => !error.path && error.extensions?.code === 'UNAUTHENTICATED') ?? false;
}
