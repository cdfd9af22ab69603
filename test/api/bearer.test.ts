/** Who sends an Authorization header says who they are: what is no good bearer token is refused, on every way in. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { projectRoot } from '../../src/platform/project.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Answer, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let person: Person;

beforeAll(async () => {
  server = await startServer();
  person = await createPerson(server);
});
afterAll(() => server.close());

const bad = (token: string) => [
  'Bearer nonsense',
  'Bearer',
  `Token ${token}`,
  `Basic ${token}`,
  token,
  `Bearer: ${token}`,
  `"Bearer ${token}"`,
];

async function send(
  authorization: string,
  {
    query = '{ events { totalCount } }',
    accept = 'application/graphql-response+json',
    path = '/graphql',
    method = 'POST',
  } = {},
) {
  const response = await fetch(server.url + path, {
    method,
    headers: { 'content-type': 'application/json', accept, authorization, 'apollo-require-preflight': '1' },
    ...(method === 'GET' ? {} : { body: JSON.stringify({ query }) }),
  });
  const { data, errors } = (await response.json()) as Answer;
  return {
    status: response.status,
    code: errors?.[0].extensions.code as string | undefined,
    asks: response.headers.get('www-authenticate'),
    data,
  };
}

describe('an Authorization header that is not that of a good bearer token', () => {
  it('is refused with 401 over HTTP, whatever the media type', async () => {
    for (const authorization of bad(person.token)) {
      for (const accept of ['application/graphql-response+json', 'application/json']) {
        expect([authorization, await send(authorization, { accept })]).toEqual([
          authorization,
          { status: 401, code: 'UNAUTHENTICATED', asks: 'Bearer', data: undefined },
        ]);
      }
      expect(
        (await send(authorization, { method: 'GET', path: '/graphql?query=%7Bevents%7BtotalCount%7D%7D' }))
          .status,
      ).toBe(401);
    }
    expect((await send(`Bearer ${person.token}`)).status).toBe(200);
    expect((await send('')).status).toBe(200);
  });

  it('is refused with 401 once the token is ended', async () => {
    const leaving = await createPerson(server);
    expect((await server.ask('mutation { signOut }', {}, leaving)).data).toEqual({ signOut: true });
    expect(await send(`Bearer ${leaving.token}`)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  it('does not matter to those who sign in', async () => {
    for (const [at, authorization] of bad(person.token).entries()) {
      const query = `mutation { signIn(input: { login: "nobody${at}", password: "wrong" }) { expiresAt } }`;
      expect(await send(authorization, { query })).toMatchObject({
        status: 200,
        code: 'UNAUTHENTICATED',
        data: null,
      });
    }
  });

  it('is refused by uploads and payloads', async () => {
    for (const authorization of bad(person.token)) {
      expect(await send(authorization, { path: '/upload' })).toMatchObject({
        status: 401,
        code: 'UNAUTHENTICATED',
      });
      expect(await send(authorization, { path: '/payloads', method: 'PUT' })).toMatchObject({
        status: 401,
        code: 'UNAUTHENTICATED',
      });
      const body = new FormData();
      body.set('operations', '{"query":"{ __typename }"}');
      body.set('map', '{}');
      expect(
        (
          await fetch(`${server.url}/graphql`, {
            method: 'POST',
            headers: { authorization, 'apollo-require-preflight': '1' },
            body,
          })
        ).status,
      ).toBe(401);
    }
  });

  it('closes a socket, whether it comes in the parameters or in the header', async () => {
    const close = (payload: object, headers: Record<string, string> = {}) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
          headers,
        });
        socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
        socket.on('message', () => socket.close(1000));
        socket.on('close', (code) => resolve(code));
      });
    for (const authorization of bad(person.token)) {
      expect([authorization, await close({ authorization })]).toEqual([authorization, 4403]);
      expect([authorization, await close({}, { authorization })]).toEqual([authorization, 4403]);
    }
    expect(await close({ authorization: { a: 1 } })).toBe(4403);
    expect(await close({ authorization: `Bearer ${person.token}` })).toBe(1000);
    expect(await close({})).toBe(1000);
  });
});

describe('one fault', () => {
  it('is told three times at most, and another beside it', async () => {
    const { errors } = await server.ask(`{ ${'none '.repeat(80)} other }`);
    expect(errors!.map(({ message }) => /"(\w+)"/.exec(message)![1])).toEqual([
      'none',
      'none',
      'none',
      'other',
    ]);
    const literals = await server.ask(
      `{ ${Array.from({ length: 20 }, (_, at) => `a${at}: event(id: { a: "${at}" }) { id }`).join(' ')} }`,
    );
    expect(literals.errors).toHaveLength(3);
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const payload = await new Promise<unknown[]>((resolve) => {
      socket.on('open', () => socket.send('{"type":"connection_init"}'));
      socket.on('message', (data) => {
        const message = JSON.parse(String(data));
        if (message.type === 'connection_ack')
          socket.send(
            JSON.stringify({ id: '1', type: 'subscribe', payload: { query: `{ ${'none '.repeat(80)} }` } }),
          );
        else resolve(message.payload);
      });
    });
    socket.close();
    expect(payload).toHaveLength(3);
  });
});

it('answers with codes of the reference alone, also where the request is none', async () => {
  const reference = readFileSync(join(projectRoot, 'docs/reference/errors.md'), 'utf8');
  const json = { 'content-type': 'application/json' };
  const requests: RequestInit[] = [
    { method: 'POST', headers: json, body: '{}' },
    { method: 'POST', headers: json, body: '[]' },
    { method: 'POST', headers: json, body: '[{"query":"{ __typename }"}]' },
    { method: 'POST', headers: json, body: '{"query":1}' },
    { method: 'POST', headers: json, body: '{"query":"{ __typename }","variables":[]}' },
    { method: 'POST', headers: json, body: '{"query":"query A { __typename } query B { __typename }"}' },
    { method: 'POST', headers: json, body: '{"query":"query A { __typename }","operationName":"C"}' },
    {
      method: 'POST',
      headers: json,
      body: '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}',
    },
    { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' },
    { method: 'PUT', headers: json, body: '{}' },
    { method: 'GET' },
  ];
  for (const init of requests) {
    const response = await fetch(`${server.url}/graphql`, init);
    const text = await response.text();
    // A method that there is none of is answered in words.
    if (!text.startsWith('{')) continue;
    for (const { extensions } of (JSON.parse(text) as Answer).errors ?? []) {
      expect([init.body, reference.includes(`| \`${String(extensions.code)}\` |`)]).toEqual([
        init.body,
        true,
      ]);
    }
  }
});
