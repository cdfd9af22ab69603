/** Answers are kept by nobody, whatever asks and whatever comes of it, unless a route says on purpose that they may be. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import express from 'express';
import { projectRoot } from '../../src/platform/project.ts';
import { createPerson } from '../kit/accounts.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

/** What is kept on purpose, and how. Of these paths alone, and only where they have something to give. */
const onPurpose: readonly (readonly [path: RegExp, value: string])[] = [
  [/^\/$/, 'no-cache'],
  [/^\/favicon\.ico$/, 'public, max-age=86400'],
  [/^\/explorer\/assets\/./, 'public, max-age=31536000, immutable'],
  [/^\/files\/pictures\//, 'public, max-age=31536000, immutable'],
  [/^\/(e|events)\/kept/, 'public, max-age=300'],
];

const paths = new Set<string>();
let server: TestServer;

beforeAll(async () => {
  const router = express.Router.prototype as unknown as Record<
    string,
    (path: unknown, ...rest: unknown[]) => unknown
  >;
  const originals = Object.fromEntries(
    ['get', 'post', 'put', 'patch', 'delete', 'all', 'use'].map((name) => [name, router[name]]),
  );
  for (const [name, original] of Object.entries(originals)) {
    router[name] = function recorded(this: unknown, path: unknown, ...rest: unknown[]) {
      for (const one of [path].flat()) if (typeof one === 'string') paths.add(one);
      return original.call(this, path, ...rest);
    };
  }
  server = await startServer({ MAX_BODY_BYTES: '20000' });
  Object.assign(router, originals);
  await server.sql(
    `INSERT INTO events (id, identifier, name, starts_at, ends_at, state) VALUES (gen_random_uuid(), 'kept', 'Kept', '2027-03-01', '2027-03-02', 'PUBLISHED')`,
  );
});
afterAll(() => server.close());

async function assertKeptByNobody(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(server.url + path, { redirect: 'manual', ...init });
  await response.arrayBuffer();
  const kept = response.headers.get('cache-control');
  const isOnPurpose =
    response.status < 400 && onPurpose.some(([pattern, value]) => pattern.test(path) && value === kept);
  const isKeptByNobody = /(^|, )no-store$/.test(kept ?? '');
  expect([
    init.method ?? 'GET',
    path,
    response.status,
    isOnPurpose || isKeptByNobody ? 'as meant' : kept,
  ]).toEqual([init.method ?? 'GET', path, response.status, 'as meant']);
  return response;
}

it('of every route, by every method', async () => {
  expect([...paths]).toEqual(
    expect.arrayContaining([
      '/graphql',
      '/health',
      '/upload',
      '/payloads',
      '/events/:file',
      '/e/:identifier',
      '/mailbox',
      '/jobs',
    ]),
  );
  for (const path of paths) {
    const address = path.replace(/:file|\*key|:\w+/g, 'kept.ics');
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'DELETE'])
      await assertKeptByNobody(address.startsWith('/') ? address : `/${address}`, { method });
  }
});

it('where something is kept on purpose, and where the same path has nothing', async () => {
  const assets = readdirSync(join(projectRoot, 'dist/web/assets'), { withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const [path, value] of [
    ['/', 'no-cache'],
    [`/explorer/assets/${assets[0].name}`, 'public, max-age=31536000, immutable'],
    ['/favicon.ico', 'public, max-age=86400'],
    ['/e/kept', 'public, max-age=300'],
    ['/events/kept.ics', 'public, max-age=300'],
  ]) {
    expect([path, (await assertKeptByNobody(path)).headers.get('cache-control')]).toEqual([path, value]);
  }
  for (const path of [
    '/explorer/assets/none.js',
    '/files/pictures/00000000-0000-7000-8000-000000000000/none.webp',
    '/e/none',
    '/events/none.ics',
    '/none',
  ]) {
    expect((await assertKeptByNobody(path)).headers.get('cache-control')).toBe('no-store');
  }
});

it('of the API: data, refusals, faults of the request and of the server', async () => {
  const json = { 'content-type': 'application/json' };
  const send = (body: string, headers: Record<string, string> = {}) =>
    assertKeptByNobody('/graphql', { method: 'POST', headers: { ...json, ...headers }, body });
  const person = await createPerson(server);
  for (const query of [
    '{ __typename }',
    '{ viewer { email } }',
    '{',
    '{ none }',
    'mutation { deleteEvent(id: "x") { deletedId } }',
    '{ event(id: "x") { id } }',
  ]) {
    await send(JSON.stringify({ query }));
    await send(JSON.stringify({ query }), { authorization: `Bearer ${person.token}` });
    await send(JSON.stringify({ query }), {
      authorization: 'Bearer none',
      accept: 'application/graphql-response+json',
    });
  }
  await send('{');
  await send('[]');
  await send(JSON.stringify({ query: 'x'.repeat(30_000) }));
  await send(`{"query": ${'['.repeat(200)}`);
  await send('{}', { 'content-type': 'text/plain' });
  await assertKeptByNobody('/graphql?query=%7B__typename%7D', {
    headers: { 'apollo-require-preflight': '1' },
  });
  await server.sql('ALTER TABLE sponsors RENAME TO sponsors_away');
  await send(JSON.stringify({ query: '{ event(identifier: "kept") { sponsors { totalCount } } }' }));
  await server.sql('ALTER TABLE sponsors_away RENAME TO sponsors');
});
