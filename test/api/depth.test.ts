/** Depth is told before anything calls itself for each level: whatever carries it, the answer is LIMIT_EXCEEDED in words. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { WebSocket } from 'ws';
import { parseFixtures } from '../../src/imports/fixtures.reader.ts';
import { readOpenEventZip } from '../../src/imports/open-event.reader.ts';
import { assertDepth } from '../../src/platform/depth.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { folder, fixtures, zipOf } from '../kit/open-event-zip.ts';
import type { Answer, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let person: Person;

beforeAll(async () => {
  server = await startServer();
  person = await createPerson(server);
});
afterAll(() => server.close());

const list = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const filter = (levels: number) => `${'{"not":'.repeat(levels)}{}${'}'.repeat(levels)}`;
const query = 'query ($filter: EventFilter) { events(filter: $filter) { totalCount } }';
const tooDeep = { code: 'LIMIT_EXCEEDED', message: expect.stringContaining('levels deep') };

/** The first error of an answer. */
async function errorOf(
  response: Response | Promise<Response>,
): Promise<{ code: string; message: string } | undefined> {
  const { errors } = (await (await response).json()) as Answer;
  return errors && { code: errors[0].extensions.code as string, message: errors[0].message };
}
const post = (body: string, headers: Record<string, string> = {}) =>
  errorOf(
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    }),
  );
const get = (name: string, value: string) =>
  errorOf(
    fetch(`${server.url}/graphql?${new URLSearchParams({ query, [name]: value })}`, {
      headers: { 'apollo-require-preflight': '1' },
    }),
  );

describe('a text that is nested too deep is refused', () => {
  it.each([99, 1500, 100_000])(
    'in variables over HTTP, as JSON and in an address: %i levels',
    async (levels) => {
      const expected =
        levels > 100
          ? tooDeep
          : { code: 'LIMIT_EXCEEDED', message: expect.stringContaining('levels of and, or and not') };
      expect(
        await post(`{"query":${JSON.stringify(query)},"variables":{"filter":${filter(levels - 2)}}}`),
      ).toEqual(expected);
      // An address has no room for more.
      expect(await get('variables', `{"filter":${filter(Math.min(levels - 2, 700))}}`)).toEqual(expected);
    },
  );

  it.each([200, 5000, 200_000])('in a document over HTTP: %i levels', async (levels) => {
    const document = `{ events(filter: { name: { in: ${list(levels)} } }) { totalCount } }`;
    expect(await post(JSON.stringify({ query: document }))).toEqual(tooDeep);
    if (levels < 1000) expect(await get('query', document)).toEqual(tooDeep);
    expect(await post(JSON.stringify({ query: `${'{ a '.repeat(levels)}${'}'.repeat(levels)}` }))).toEqual(
      tooDeep,
    );
  });

  it('in JSON that a mutation takes, which has no other shape to be held to', async () => {
    const create =
      'mutation ($input: CreateSessionInput!) { createSession(input: $input) { session { id } } }';
    const body = `{"query":${JSON.stringify(create)},"variables":{"input":{"eventId":"x","title":"x","answers":${list(100_000)}}}}`;
    expect(await post(body, { authorization: `Bearer ${person.token}` })).toEqual(tooDeep);
  });

  it.each(['operations', 'map'])('in the %s of a multipart request', async (field) => {
    const form = new FormData();
    form.set('operations', '{"query":"{ __typename }","variables":{"file":null}}');
    form.set('map', '{"0":["variables.file"]}');
    form.set(field, list(50_000));
    form.set('0', new Blob(['x']), 'x');
    const headers = { authorization: `Bearer ${person.token}`, 'apollo-require-preflight': '1' };
    expect(await errorOf(fetch(`${server.url}/graphql`, { method: 'POST', headers, body: form }))).toEqual(
      tooDeep,
    );
  });

  it.each([
    ['variables', query, `{"filter":${filter(3000)}}`],
    ['the document', `{ events(filter: { name: { in: ${list(5000)} } }) { totalCount } }`, '{}'],
  ])('in %s over a socket, which goes on', async (_, document, variables) => {
    const socket = new WebSocket(server.url.replace('http', 'ws') + '/graphql', 'graphql-transport-ws');
    const messages: { id?: string; type: string; payload?: any }[] = [];
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', reject);
      socket.on('open', () => socket.send('{"type":"connection_init"}'));
      socket.on('message', (data) => {
        const message = JSON.parse(String(data));
        messages.push(message);
        if (message.type === 'connection_ack')
          socket.send(
            `{"id":"1","type":"subscribe","payload":{"query":${JSON.stringify(document)},"variables":${variables}}}`,
          );
        if (message.type === 'error')
          socket.send('{"id":"2","type":"subscribe","payload":{"query":"{ __typename }"}}');
        if (message.type === 'complete') resolve();
      });
    });
    socket.removeAllListeners('close').close();
    const [, refused, answered] = messages;
    expect({
      ...refused,
      payload: refused.payload.map(({ message, extensions }: any) => ({ message, code: extensions.code })),
    }).toEqual({ id: '1', type: 'error', payload: [tooDeep] });
    expect(answered).toMatchObject({ id: '2', type: 'next', payload: { data: { __typename: 'Query' } } });
  });

  it('in a payload that says that it is JSON', async () => {
    const staff = await createPerson(server, { isSuperAdmin: true });
    const put = (body: string, type: string) =>
      fetch(`${server.url}/payloads`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${staff.token}`, 'content-type': type },
        body,
      });
    expect(await errorOf(put(list(100_000), 'application/json'))).toEqual(tooDeep);
    expect((await put(list(50), 'application/json')).status).toBe(201);
    expect((await put(list(100_000), 'application/octet-stream')).status).toBe(201);
  });

  it('in an export that is read in', async () => {
    const zip = await zipOf({ ...folder(`${fixtures}/dashed`), sessions: list(50_000) });
    await expect(readOpenEventZip(zip)).rejects.toThrow(/sessions: The text nests .* levels deep/);
  });

  it('in a file of fixtures, by its brackets and by its lines', () => {
    for (const text of [
      list(5000),
      '- '.repeat(5000),
      Array.from({ length: 500 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
    ]) {
      expect(() => parseFixtures(text)).toThrow(/levels deep/);
    }
    expect(parseFixtures('organizations:\n  - name: "[[[[ {{{{"\n').organizations).toHaveLength(1);
  });
});

describe('the scan', () => {
  const isDeep = (text: string, language: 'json' | 'graphql') => {
    try {
      assertDepth(text, language, 3);
      return false;
    } catch {
      return true;
    }
  };

  it('counts no brackets in strings and comments, and every one outside of them', () => {
    for (const text of [
      '{ a(b: "[[[[[") }',
      '{ a # [[[[[\n }',
      '{ a(b: """ [[[[ " \\""" [[[[ """) }',
      '{ a(b: "\\"[[[[[") }',
      '{ a(b: "") c(d: "[[[[[") }',
    ]) {
      expect([text, isDeep(text, 'graphql')]).toEqual([text, false]);
      expect(() => parse(text)).not.toThrow();
    }
    for (const text of [
      '{ a # "\n [[[ }',
      '{ a(b: """ " """, c: [[[',
      '{ a(b: "\\\\", c: [[[',
      '{ a(b: "", c: [[[',
      '{ a "\n [[[',
      '{ a # \r [[[',
    ]) {
      expect([text, isDeep(text, 'graphql')]).toEqual([text, true]);
    }
    expect(isDeep('{"a#": [[[]]]}', 'json')).toBe(true);
    expect(isDeep('{"a": "\\"[[[[", "b": [[]]}', 'json')).toBe(false);
  });
});

it('refuses a body in an encoding whose depth is not told', async () => {
  const status = await new Promise((resolve, reject) => {
    const sent = request(
      `${server.url}/graphql`,
      { method: 'POST', headers: { 'content-type': 'application/json; charset=utf-16le' } },
      (response) => resolve(response.statusCode),
    );
    sent.on('error', reject);
    sent.end(Buffer.from(`{"query":"{ __typename }"}`, 'utf16le'));
  });
  expect(status).toBe(400);
});
