/**
 * Answers that are written as text: byte for byte what the executor and JSON.stringify make of the same rows, for every
 * kind of value and selection; and given to nobody for whom a field of the operation is not open on every row.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import type { ExecutionResult } from 'graphql';
import { viewerByEmail } from '../../src/commands/permissions.viewer.ts';
import { anonymous } from '../../src/permissions/viewer.ts';
import { Contexts } from '../../src/platform/graphql/context.ts';
import { Executor } from '../../src/platform/graphql/execute.ts';
import { JsonText, stringifyResult } from '../../src/platform/graphql/json-text.ts';
import { arrangeConference } from '../kit/conference.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let executors: { text: Executor; objects: Executor };

/** Every character that JSON treats specially, and some that UTF-8 writes in two, three and four bytes. */
const characters = `${Array.from({ length: 0x17f }, (_, index) => String.fromCodePoint(index + 1)).join('')}\u2028\u2029\uffff€👩‍💻`;

beforeAll(async () => {
  server = await startServer();
  await arrangeConference(server);
  await server.sql(
    `UPDATE events SET description = $1, starts_at = '2030-03-01 09:00:00.5+00', latitude = 1e-7, longitude = 1e21 WHERE identifier = 'open'`,
    [characters],
  );
  await server.sql(
    `UPDATE sessions SET subtitle = '\\"[],{}\\', starts_at = '0999-12-31 23:59:59.123Z', level = '' WHERE title = 'openAccepted'`,
  );
  const options = {
    schema: server.app.schema(),
    executor: 'jit',
    compileAfter: 1,
    limits: { anonymous: 1e6, signedIn: 1e6 },
  } as const;
  executors = { text: new Executor({ ...options, textAnswers: true }), objects: new Executor(options) };
});
afterAll(() => server.close());

/** The answers by both ways, to one of the people or to nobody. */
async function both(query: string, person: string | null = null, variables: Record<string, unknown> = {}) {
  const { app } = server;
  const contexts = new Contexts(app);
  const viewer = person === null ? anonymous : await viewerByEmail(app.database, `${person}@example.org`);
  const run = (executor: Executor): Promise<ExecutionResult> =>
    executor.execute({
      document: parse(query),
      variables,
      takesText: true,
      context: contexts.make({ viewer, isRejected: false }, { id: 'test', address: '127.0.0.1' }),
    });
  const [text, objects] = [await run(executors.text), await run(executors.objects)];
  return {
    text: stringifyResult(text).toString(),
    objects: `${JSON.stringify({ errors: objects.errors, data: objects.data })}\n`,
    isText: Object.values(text.data ?? {}).some((value) => value instanceof JsonText),
  };
}

const written: Record<string, string> = {
  'every kind of value': `{ events { nodes { id name description startsAt endsAt createdAt isSessionsSpeakersEnabled version latitude longitude state } } }`,
  'null and the empty text':
    '{ events { nodes { sessions { nodes { title subtitle level startsAt shortAbstract } } } } }',
  'links, to one and to many, both ways': `{ events { nodes { sessions { nodes { title event { name tracks { nodes { name event { id } } } } track { name }
    room { name } speakers { nodes { name sessions { nodes { title } } } } } } } } }`,
  'counts before and behind the rows':
    '{ events { totalCount nodes { sessions(first: 1) { nodes { id } totalCount } tracks { totalCount nodes { id } } } } }',
  'aliases, of one field twice too':
    '{ all: events { rows: nodes { a: name b: name talks: sessions { n: totalCount nodes { t: title } } more: sessions(first: 0) { nodes { id } } } } }',
  'scalars behind relations':
    '{ events { nodes { sessions { nodes { speakers { nodes { name } } title } } name } } }',
  'the same field in several places':
    '{ events { nodes { name sessions { nodes { title } } name sessions { nodes { state } } } } events { nodes { id } } }',
  fragments: `{ events { ...Page } } fragment Page on EventConnection { nodes { ...Row ... on Event { name } ... @include(if: true) { timezone } } }
    fragment Row on Event { id sessions { nodes { title } } }`,
  '__typename everywhere':
    '{ events { __typename nodes { __typename id sessions { nodes { __typename } __typename } } } }',
  'several root fields':
    '{ events { nodes { id } } none: event(identifier: "none") { id } one: event(identifier: "open") { name sessions { nodes { title } } } }',
  'an empty page': '{ events(first: 0) { nodes { id } totalCount } }',
  filters: '{ events(filter: { name: { equals: "open" } }, orderBy: NAME_DESC) { nodes { name } } }',
};

describe('an answer as text', () => {
  it.each(Object.entries(written))('equals that of the executor: %s', async (_name, query) => {
    const { text, objects, isText } = await both(query);
    expect(isText).toBe(true);
    expect(text).toBe(objects);
  });

  it('follows variables', async () => {
    const query =
      'query ($more: Boolean!, $first: Int) { events(first: $first) { nodes { id name @include(if: $more) sessions @skip(if: $more) { nodes { id } } } } }';
    for (const variables of [
      { more: true, first: 2 },
      { more: false, first: 1 },
    ]) {
      const { text, objects, isText } = await both(query, null, variables);
      expect(isText).toBe(true);
      expect(text).toBe(objects);
    }
  });

  it('is what HTTP sends', async () => {
    const query = written['every kind of value'];
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('content-length')).toBe(String(body.length));
    expect(body.toString()).toBe((await both(query)).objects);
  });

  it('is made for those alone to whom every field is open', async () => {
    const query =
      '{ events { nodes { name sessions { nodes { title speakers { nodes { name email } } } } } } }';
    const answers = await Promise.all(
      [null, 'organizer', 'speaker', 'root'].map((person) => both(query, person)),
    );
    for (const { text, objects } of answers) expect(text).toBe(objects);
    const [nobody, organizer, speaker, root] = answers;
    expect(nobody).toMatchObject({
      isText: false,
      text: expect.stringContaining('You may not read Speaker.email here'),
    });
    expect(nobody.text).not.toContain('@example.org');
    expect(organizer).toMatchObject({ isText: false });
    expect(speaker).toMatchObject({ isText: false });
    expect(root).toMatchObject({
      isText: true,
      text: expect.stringContaining('openHiddenSpeaker@example.org'),
    });
  });

  it('is not made of what only the executor can make', async () => {
    const queries = [
      '{ events { nodes { id } pageInfo { hasNextPage } } }',
      '{ events { edges { node { id } } nodes { name } } }',
      '{ events(last: 1) { nodes { id } } }',
      '{ events { a: nodes { id } b: nodes { name } } }',
      '{ events { nodes { id viewerCan } } }',
      '{ events { totalCount } }',
      '{ viewer { id } }',
      'query { ...Root } fragment Root on Query { events { nodes { id } } }',
    ];
    for (const query of queries) {
      const { text, objects, isText } = await both(query);
      expect([query, isText]).toEqual([query, false]);
      expect(text).toBe(objects);
    }
  });

  it('gives way to the executor where a value is missing that must not', async () => {
    await server.sql('ALTER TABLE tracks ALTER COLUMN name DROP NOT NULL');
    await server.sql('UPDATE tracks SET name = NULL');
    const { text, objects, isText } = await both('{ events { nodes { id tracks { nodes { name } } } } }');
    const withoutIds = (answer: string) => answer.replaceAll(/"id":"[0-9a-f-]{36}"/g, '');
    expect(isText).toBe(false);
    expect(text).toContain('INTERNAL_SERVER_ERROR');
    expect(withoutIds(text)).toBe(withoutIds(objects));
  });
});
