/**
 * A typed client, as a front end would have it: operations in .graphql files, documents and types from `npm run
 * codegen`. What the compiler accepts here, the server answers.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { loadDemo } from '../../src/demo/index.ts';
import type { DemoSignIn } from '../../src/demo/index.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { ProgrammeDocument, SignInDocument } from './generated/graphql.ts';

let server: TestServer;
let people: DemoSignIn[];

beforeAll(async () => {
  server = await startServer();
  people = (await loadDemo(server.app))!;
});
afterAll(() => server.close());

/** Sends a typed document; the answer has the type of its selection. */
async function request<R, V extends Record<string, unknown>>(
  document: TypedDocumentNode<R, V>,
  variables: V,
  token?: string,
) {
  const { data, errors } = await server.ask(print(document), variables, { token: token ?? null });
  return { data: data as R, errors: errors ?? [] };
}

it('reads the programme of the demo without signing in, addresses apart', async () => {
  const { data, errors } = await request(ProgrammeDocument, { first: 50 });
  const [event] = data.events.nodes;
  expect(data.events.totalCount).toBe(1);
  expect(event.sessions.totalCount).toBe(event.sessions.nodes.length);
  expect(new Set(event.sessions.nodes.map(({ state }) => state))).toEqual(new Set(['ACCEPTED', 'CONFIRMED']));
  expect(
    event.sessions.nodes
      .flatMap(({ speakers }) => speakers.nodes.map(({ email }) => email))
      .every((email) => email === null),
  ).toBe(true);
  expect(errors.map(({ extensions }) => [extensions.code, extensions.field])).toEqual([
    ['FORBIDDEN', 'Speaker.email'],
  ]);
});

it('signs in as the owner of the demo and reads everything of the own event', async () => {
  const { email, password } = people.find(({ role }) => role === 'owner')!;
  const { signIn } = (await request(SignInDocument, { input: { login: email, password } })).data;
  expect(signIn.viewer?.publicName).toBeTruthy();
  const { data, errors } = await request(
    ProgrammeDocument,
    { first: 50, filter: { state: { in: ['PENDING', 'DRAFT', 'REJECTED'] } } },
    signIn.accessToken,
  );
  expect(errors).toEqual([]);
  const { nodes } = data.events.nodes[0].sessions;
  expect(nodes.length).toBeGreaterThan(0);
  expect(nodes[0].viewerCan).toEqual(['VIEW', 'UPDATE', 'DELETE', 'LOCK']);
});
