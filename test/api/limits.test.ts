/** Limits and errors over HTTP: what is refused, with which code and status, and what is never told. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditServer } from 'graphql-http';
import type { Answer, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer({ MAX_BODY_BYTES: '20000', CORS_ORIGINS: 'https://app.example.org' });
});
afterAll(() => server.close());

const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
const codes = async (query: string, variables?: Record<string, unknown>) =>
  (await server.ask(query, variables)).errors?.map(({ extensions }) => extensions.code);

describe('an operation', () => {
  it('is at most 12 fields deep', async () => {
    const deep = (levels: number) =>
      `{ events { nodes { ${'sessions(first: 1) { nodes { event { '.repeat(levels)} name ${'} } }'.repeat(levels)} } } }`;
    expect(await codes(deep(3))).toBeUndefined();
    expect(await codes(deep(4))).toEqual(['LIMIT_EXCEEDED']);
    expect(
      await codes(
        `{ ...A } fragment A on Query { events { nodes { ...B } } } fragment B on Event { ${'sessions(first: 1) { nodes { event { '.repeat(4)} name ${'} } }'.repeat(4)} }`,
      ),
    ).toEqual(['LIMIT_EXCEEDED']);
  });

  it('has at most 30 aliases', async () => {
    const aliased = (count: number) =>
      `{ ${Array.from({ length: count }, (_, at) => `a${at}: __typename`).join(' ')} }`;
    expect(await codes(aliased(30))).toBeUndefined();
    expect(await codes(aliased(31))).toEqual(['LIMIT_EXCEEDED']);
  });

  it('has at most 2,000 tokens', async () => {
    expect(await codes(`{ ${'__typename '.repeat(2100)} }`)).toEqual(['LIMIT_EXCEEDED']);
  });

  it('asks for at most 20,000 objects by its page sizes, whatever carries them', async () => {
    const query = (first: string) =>
      `query ${first === '$n' ? '($n: Int)' : ''} { events(first: ${first}) { nodes { sessions(first: 100) { nodes { speakers(first: 100) { totalCount nodes { name } } } } } } }`;
    expect(await codes(query('1'))).toBeUndefined();
    expect(await codes(query('100'))).toEqual(['LIMIT_EXCEEDED']);
    expect(await codes(query('$n'), { n: 100 })).toEqual(['LIMIT_EXCEEDED']);
    expect(
      await codes(
        '{ events(first: 100) { edges { node { sessions(first: 100) { edges { node { speakers(first: 100) { edges { node { name } } } } } } } } } }',
      ),
    ).toEqual(['LIMIT_EXCEEDED']);
    expect(
      await codes(
        '{ events(first: 100) { ...E } } fragment E on EventConnection { nodes { sessions(first: 100) { nodes { speakers(first: 100) { nodes { name } } } } } }',
      ),
    ).toEqual(['LIMIT_EXCEEDED']);
    // 20 + 20 × 100 + 20 × 100 × 5 objects: within the limit, since nodes and edges are no objects of their own.
    expect(
      await codes(
        '{ events { nodes { sessions(first: 100) { nodes { speakers(first: 5) { nodes { name } } } } } } }',
      ),
    ).toBeUndefined();
  });
});

describe('bad input', () => {
  it.each([
    ['a null character', '{ event(identifier: $v) { name } }', 'String', 'a\0b'],
    ['a lone surrogate', '{ event(identifier: $v) { name } }', 'String', 'a\ud800b'],
    ['text that is no id', '{ event(id: $v) { name } }', 'ID', 'nonsense'],
    ['a number beyond 32 bits', '{ events(first: $v) { totalCount } }', 'Int', 99999999999],
    ['a fraction for a whole number', '{ events(first: $v) { totalCount } }', 'Int', 1.5],
    [
      'a day that does not exist',
      '{ events(filter: { startsAt: { after: $v } }) { totalCount } }',
      'DateTime',
      '2027-02-30T00:00:00Z',
    ],
    [
      'a year that there was not',
      '{ events(filter: { startsAt: { after: $v } }) { totalCount } }',
      'DateTime',
      '0000-01-01T00:00:00Z',
    ],
    [
      'a time that its zone takes out of the years before',
      '{ events(filter: { startsAt: { after: $v } }) { totalCount } }',
      'DateTime',
      '0001-01-01T00:00:00+14:00',
    ],
    [
      'a time that its zone takes out of the years after',
      '{ events(filter: { startsAt: { after: $v } }) { totalCount } }',
      'DateTime',
      '9999-12-31T23:59:59-05:00',
    ],
    [
      'a time without a zone',
      '{ events(filter: { startsAt: { after: $v } }) { totalCount } }',
      'DateTime',
      '2027-02-01T00:00:00',
    ],
    ['an enum value that does not exist', '{ events(orderBy: $v) { totalCount } }', 'EventOrder', 'NAME'],
  ])('%s is BAD_USER_INPUT', async (_what, query, type, value) => {
    const answer = await server.ask(`query ($v: ${type}) ${query}`, { v: value });
    expect(answer.errors!.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    expect(answer.errors![0].extensions.fields).toEqual([
      { path: expect.any(Array), message: expect.any(String) },
    ]);
  });

  it('in a literal is refused in the same way', async () => {
    expect(await codes('{ events(first: 99999999999) { totalCount } }')).toEqual(['BAD_USER_INPUT']);
    expect(await codes('{ event(id: "nonsense") { name } }')).toEqual(['BAD_USER_INPUT']);
    expect(await codes('{ event(identifier: "a\\u0000b") { name } }')).toEqual(['BAD_USER_INPUT']);
    expect(await codes('{ events(filter: { startsAt: { after: "soon" } }) { totalCount } }')).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  it('names the path inside an input', async () => {
    const answer = await server.ask('query ($f: EventFilter) { events(filter: $f) { totalCount } }', {
      f: { startsAt: { after: 'soon' } },
    });
    expect(answer.errors![0].extensions.fields[0].path).toEqual(['f', 'startsAt', 'after']);
  });
});

describe('documents', () => {
  it('that are no GraphQL, or do not fit the schema, say so', async () => {
    expect(await codes('{')).toEqual(['GRAPHQL_PARSE_FAILED']);
    expect(await codes('{ nothing }')).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });

  it('are answered with 200 to the older media type and with 400 to the newer one', async () => {
    expect((await post('{"query":"{ nothing }"}', { accept: 'application/json' })).status).toBe(200);
    expect(
      (await post('{"query":"{ nothing }"}', { accept: 'application/graphql-response+json' })).status,
    ).toBe(400);
  });
});

describe('requests', () => {
  it('with a body that is too large or is no JSON get JSON', async () => {
    const large = await post(JSON.stringify({ query: `{ __typename } # ${'x'.repeat(30000)}` }));
    expect([large.status, ((await large.json()) as Answer).errors![0].extensions.code]).toEqual([
      413,
      'LIMIT_EXCEEDED',
    ]);
    const broken = await post('{"query":');
    expect([broken.status, ((await broken.json()) as Answer).errors![0].extensions.code]).toEqual([
      400,
      'BAD_USER_INPUT',
    ]);
    const unknown = await fetch(`${server.url}/nothing`);
    expect([unknown.status, ((await unknown.json()) as Answer).errors![0].extensions.code]).toEqual([
      404,
      'NOT_FOUND',
    ]);
  });

  it('for a subscription are told where it runs', async () => {
    const { data, errors } = await server.ask('subscription { notificationReceived { id } }');
    expect([data, errors![0].extensions.code]).toEqual([undefined, 'BAD_USER_INPUT']);
    expect(errors![0].message).toContain('graphql-transport-ws');
  });

  it('that a page of another origin could make without asking are refused', async () => {
    const simple = await fetch(`${server.url}/graphql?query=%7B__typename%7D`);
    expect(simple.status).toBe(400);
    expect((await post('{"query":"{ __typename }"}', { 'content-type': 'text/plain' })).status).toBe(400);
  });

  it('from other origins are allowed to those that the configuration names', async () => {
    const asked = (origin: string) =>
      fetch(`${server.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
    expect((await asked('https://app.example.org')).headers.get('access-control-allow-origin')).toBe(
      'https://app.example.org',
    );
    expect((await asked('https://evil.example.org')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('that fail because of a bug tell an id and nothing else', async () => {
    await server.sql('ALTER TABLE sponsors RENAME TO sponsors_away');
    try {
      await server.sql(
        `INSERT INTO events (id, identifier, name, starts_at, ends_at, state) VALUES (gen_random_uuid(), 'bug', 'Bug', '2027-03-01', '2027-03-02', 'PUBLISHED')`,
      );
      const { data, errors } = await server.ask(
        '{ event(identifier: "bug") { name sponsors { totalCount } } }',
      );
      expect(data).toEqual({ event: null });
      expect(errors).toHaveLength(1);
      expect({ ...errors![0], locations: undefined }).toEqual({
        message: 'Something went wrong on our side',
        path: ['event'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', id: expect.any(String) },
      });
    } finally {
      await server.sql('ALTER TABLE sponsors_away RENAME TO sponsors');
    }
  });
});

describe('requests of which there are too many at once', () => {
  it('are refused with when to come again, until those before are done with, whether or not anybody waits for them', async () => {
    await using busy = await startServer({ MAX_REQUESTS_AT_ONCE: '1' });
    const holder = await busy.app.database.pool.connect();
    await holder.query('BEGIN; LOCK TABLE events');
    const send = (query: string, signal?: AbortSignal) =>
      fetch(`${busy.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
        signal,
      });
    const patience = new AbortController();
    const first = send('{ events { totalCount } }', patience.signal).catch((error: Error) => error.name);
    const ofThisDatabase = 'database = (SELECT oid FROM pg_database WHERE datname = current_database())';
    await until(
      async () => (await busy.sql(`SELECT FROM pg_locks WHERE NOT granted AND ${ofThisDatabase}`)).length > 0,
    );
    patience.abort();
    expect(await first).toBe('AbortError');
    const refused = await send('{ __typename }');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect(((await refused.json()) as Answer).errors).toEqual([
      { message: expect.any(String), extensions: { code: 'UNAVAILABLE' } },
    ]);
    await holder.query('COMMIT');
    holder.release();
    await until(async () => (await send('{ __typename }')).status === 200);
  });
});

describe('introspection', () => {
  it('is on in development and off where the configuration says so', async () => {
    expect((await server.ask('{ __schema { queryType { name } } }')).data).toEqual({
      __schema: { queryType: { name: 'Query' } },
    });
    await using closed = await startServer({ INTROSPECTION: 'false' });
    expect((await closed.ask('{ __schema { queryType { name } } }')).errors![0].extensions.code).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
    // The four audits that ask for the schema themselves, to see variables arrive.
    expect(await failedAudits(closed, { 'apollo-require-preflight': '1' })).toEqual([
      '2EA1',
      '28B9',
      'D6D5',
      '6A70',
    ]);
  });
});

/** What the audit suite of GraphQL over HTTP does not find to be so, by its ids: MUST, SHOULD and MAY alike. */
async function failedAudits({ url }: TestServer, more: Record<string, string>): Promise<string[]> {
  const fetchFn = (to: string, init: RequestInit = {}) =>
    fetch(to, { ...init, headers: { ...(init.headers as Record<string, string>), ...more } });
  const results = await auditServer({ url: `${url}/graphql`, fetchFn });
  expect(results).toHaveLength(61);
  return results.filter(({ status }) => status !== 'ok').map(({ id }) => id);
}

describe('GraphQL over HTTP', () => {
  it('is spoken as its audit suite has it, all 61 of its points', async () => {
    expect(await failedAudits(server, { 'apollo-require-preflight': '1' })).toEqual([]);
  });

  it('is spoken by GET to nobody whom a page of another origin could have sent: without the header, three MAYs are refused', async () => {
    expect(await failedAudits(server, {})).toEqual(['5A70', 'D6D5', '6A70']);
  });
});
