/** Lists over HTTP: pages, cursors, filters, orders, counts, and how many SQL statements they take. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import { createPerson } from '../kit/accounts.ts';
import { make, makeEvent } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
const eventId = randomUUID();

beforeAll(async () => {
  server = await startServer();
  await server.sql(
    `INSERT INTO events (id, identifier, name, starts_at, ends_at, state) VALUES ($1, 'open', 'Open', '2027-03-01', '2027-03-02', 'PUBLISHED')`,
    [eventId],
  );
  // Levels A to D on sessions 1 to 8, none on 9 and 10; even ones are pending, so that they could leak.
  await server.sql(
    `INSERT INTO sessions (id, event_id, title, state, level, starts_at)
     SELECT gen_random_uuid(), $1, 'S' || lpad(i::text, 2, '0'), CASE WHEN i % 2 = 0 THEN 'PENDING' ELSE 'ACCEPTED' END,
       CASE WHEN i <= 8 THEN chr(64 + (i + 1) / 2) END, timestamptz '2027-03-01 09:00Z' + i * interval '1 hour'
     FROM generate_series(1, 20) i`,
    [eventId],
  );
});
afterAll(() => server.close());

const page = async (args: string, fields = 'nodes { title level }') =>
  server.ask(`{ event(identifier: "open") { sessions${args} { ${fields} } } }`);
const titles = async (args: string) =>
  (await page(args)).data!.event.sessions.nodes.map(({ title }: any) => title);
const all = ['S01', 'S03', 'S05', 'S07', 'S09', 'S11', 'S13', 'S15', 'S17', 'S19'];
const problem = (path: string[]) => ({ code: 'BAD_USER_INPUT', fields: [expect.objectContaining({ path })] });

describe('pages', () => {
  it('go forwards and backwards through exactly the visible rows', async () => {
    const fields =
      'totalCount nodes { title } edges { cursor node { title } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
    const forwards: string[] = [];
    let after: string | null = null;
    do {
      const { sessions }: any = (await page(`(first: 3${after ? `, after: "${after}"` : ''})`, fields)).data!
        .event;
      expect(sessions.totalCount).toBe(all.length);
      expect(sessions.pageInfo.hasPreviousPage).toBe(after !== null);
      expect(sessions.pageInfo.startCursor).toBe(sessions.edges[0].cursor);
      forwards.push(...sessions.edges.map(({ node }: any) => node.title));
      after = sessions.pageInfo.hasNextPage ? sessions.pageInfo.endCursor : null;
    } while (after);
    expect(forwards).toEqual(all);
    const backwards: string[] = [];
    let before: string | null = null;
    do {
      const { sessions }: any = (await page(`(last: 4${before ? `, before: "${before}"` : ''})`, fields))
        .data!.event;
      backwards.unshift(...sessions.nodes.map(({ title }: any) => title));
      before = sessions.pageInfo.hasPreviousPage ? sessions.pageInfo.startCursor : null;
    } while (before);
    expect(backwards).toEqual(all);
  });

  it('go through orders with ties and with rows without a value, which come last', async () => {
    for (const orderBy of ['STATE_ASC', 'STATE_DESC', 'STARTS_AT_DESC']) {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { sessions }: any = (
          await page(
            `(first: 3, orderBy: ${orderBy}${after ? `, after: "${after}"` : ''})`,
            'nodes { title } pageInfo { hasNextPage endCursor }',
          )
        ).data!.event;
        seen.push(...sessions.nodes.map(({ title }: any) => title));
        after = sessions.pageInfo.hasNextPage ? sessions.pageInfo.endCursor : null;
      } while (after);
      expect(seen.toSorted()).toEqual(all);
    }
  });

  it.each([
    ['(first: 101)', ['first']],
    ['(first: -1)', ['first']],
    ['(last: 101)', ['last']],
    ['(first: 1, last: 1)', ['last']],
    ['(after: "nonsense")', ['after']],
  ])('refuse %s', async (args, path) => {
    const { errors } = await page(args);
    expect(errors![0].extensions).toEqual(problem(path));
  });

  it('refuse a cursor that was changed, or that belongs to another order, filter or list', async () => {
    const cursor = (await page('(first: 1)', 'edges { cursor }')).data!.event.sessions.edges[0]
      .cursor as string;
    const changed = `${cursor.startsWith('W') ? 'X' : 'W'}${cursor.slice(1)}`;
    for (const args of [
      `(after: "${changed}")`,
      `(after: "${cursor}", orderBy: TITLE_ASC)`,
      `(after: "${cursor}", filter: { level: { equals: "A" } })`,
    ]) {
      expect((await page(args)).errors![0].extensions).toEqual(problem(['after']));
    }
    const foreign = await server.ask(`{ events(after: "${cursor}") { nodes { name } } }`);
    expect(foreign.errors![0].extensions).toEqual(problem(['after']));
    expect(await titles(`(first: 2, after: "${cursor}")`)).toEqual(['S03', 'S05']);
  });

  it('of no rows, and counts alone', async () => {
    expect((await page('(first: 0)', 'totalCount nodes { title }')).data!.event.sessions).toEqual({
      totalCount: 10,
      nodes: [],
    });
    expect((await page('', 'totalCount')).data!.event.sessions).toEqual({ totalCount: 10 });
  });
});

describe('filters', () => {
  it.each([
    ['{ level: { equals: "A" } }', ['S01']],
    ['{ level: { in: ["A", "B"] } }', ['S01', 'S03']],
    ['{ level: { isNull: true } }', ['S09', 'S11', 'S13', 'S15', 'S17', 'S19']],
    ['{ not: { level: { isNull: true } } }', ['S01', 'S03', 'S05', 'S07']],
    ['{ not: { level: { equals: "A" } } }', all.slice(1)],
    ['{ title: { startsWith: "s0" }, level: { isNull: false } }', ['S01', 'S03', 'S05', 'S07']],
    ['{ title: { contains: "%" } }', []],
    ['{ or: [{ level: { equals: "A" } }, { title: { equals: "S19" } }] }', ['S01', 'S19']],
    ['{ not: { or: [{ level: { isNull: true } }, { title: { equals: "S01" } }] } }', ['S03', 'S05', 'S07']],
    [
      '{ and: [{ title: { contains: "1" } }, { not: { title: { contains: "9" } } }] }',
      ['S01', 'S11', 'S13', 'S15', 'S17'],
    ],
    ['{ startsAt: { after: "2027-03-02T00:00:00Z" } }', ['S17', 'S19']],
    ['{ startsAt: { before: "2027-03-01T13:00:00+01:00" } }', ['S01']],
    ['{ state: { equals: PENDING } }', []],
    ['{ state: { in: [PENDING, ACCEPTED] }, title: { equals: "S02" } }', []],
  ])('%s', async (filter, expected) => {
    expect(await titles(`(filter: ${filter})`)).toEqual(expected);
    const count = await page(`(filter: ${filter})`, 'totalCount');
    expect(count.data!.event.sessions.totalCount).toBe(expected.length);
  });

  it('by an id of another type, or of no row, match nothing', async () => {
    for (const id of [encodeId('Event', eventId), encodeId('Session', randomUUID())]) {
      expect(await titles(`(filter: { id: { equals: "${id}" } })`)).toEqual([]);
    }
  });
});

describe('SQL statements', () => {
  const nested = (first: number) =>
    `{ events { totalCount nodes { name sessions(first: ${first}) { totalCount nodes { title speakers { nodes { name } } } } } } }`;

  it('are one for a query of three levels with counts, whatever the page size', async () => {
    for (const first of [1, 40]) {
      expect(await server.statements(() => server.ask(nested(first)))).toHaveLength(1);
    }
  });

  it('are one for each root field', async () => {
    expect(
      await server.statements(() => server.ask('{ a: events { totalCount } b: events { totalCount } }')),
    ).toHaveLength(2);
  });
});

describe('selections', () => {
  it('follow aliases, fragments, directives and the same relation asked twice with other arguments', async () => {
    const answer = await server.ask(
      `query ($no: Boolean!) {
        events {
          nodes { ...Some one: sessions(first: 1) { nodes { title } } two: sessions(first: 2) { nodes { t: title } } }
          edges { node { one: sessions(last: 1) { nodes { title } } hidden: name @include(if: $no) } }
        }
      }
      fragment Some on Event { __typename label: name ... on Node { id } ... @skip(if: $no) { identifier } }`,
      { no: false },
    );
    expect(answer).toEqual({
      data: {
        events: {
          nodes: [
            {
              __typename: 'Event',
              label: 'Open',
              id: encodeId('Event', eventId),
              identifier: 'open',
              one: { nodes: [{ title: 'S01' }] },
              two: { nodes: [{ t: 'S01' }, { t: 'S03' }] },
            },
          ],
          edges: [{ node: { one: { nodes: [{ title: 'S19' }] } } }],
        },
      },
    });
  });
});

describe('documents that are asked again', () => {
  it('are compiled with filters as variables, which contain themselves', async () => {
    const document =
      'query ($filter: SessionFilter, $first: Int = 2) { event(identifier: "open") { sessions(first: $first, filter: $filter) { nodes { title } } } }';
    const titlesOf = async (variables: Record<string, unknown>) =>
      (await server.ask(document, variables)).data!.event.sessions.nodes.map(({ title }: any) => title);
    expect(await titlesOf({})).toEqual(['S01', 'S03']);
    expect(await titlesOf({ filter: { not: { or: [{ level: { isNull: true } }] } }, first: 3 })).toEqual([
      'S01',
      'S03',
      'S05',
    ]);
    expect(await titlesOf({ filter: { startsAt: { after: '2027-03-02T00:00:00Z' } } })).toEqual([
      'S17',
      'S19',
    ]);
  });
});

describe('an order by text', () => {
  it('is that of people: whatever the capitals and accents, numbers by their value, the same on every page', async () => {
    const event = await makeEvent(server);
    const names = ['alice', 'Alice', 'Ärger', 'Bob', 'Talk 9', 'talk 9', 'Talk 10', 'Zoe'];
    for (const name of names.toReversed()) await make(server, 'Room', { event_id: event.uuid, name });
    const read = async (args: string) =>
      (
        await server.ask(
          `query ($id: ID!) { event(id: $id) { rooms(${args}) { edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage } } } }`,
          { id: event.id },
        )
      ).data!.event.rooms;
    const whole: string[] = (await read('orderBy: NAME_ASC')).edges.map(({ node }: any) => node.name);
    expect(whole.map((name) => name.toLowerCase())).toEqual(names.map((name) => name.toLowerCase()));
    for (const [order, page, past] of [
      ['NAME_ASC', 'first: 1', 'after'],
      ['NAME_DESC', 'first: 3', 'after'],
      ['NAME_ASC', 'last: 3', 'before'],
    ] as const) {
      const seen: string[] = [];
      for (let cursor = ''; ;) {
        const { edges, pageInfo } = await read(`orderBy: ${order}, ${page}${cursor}`);
        const found = edges.map(({ node }: any) => node.name);
        if (past === 'after') seen.push(...found);
        else seen.unshift(...found);
        if (!(past === 'after' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) break;
        cursor = `, ${past}: "${edges.at(past === 'after' ? -1 : 0).cursor}"`;
      }
      expect(seen).toEqual(order === 'NAME_DESC' ? whole.toReversed() : whole);
    }
  });

  it('is one of every text that there is an order by', async () => {
    const admin = await createPerson(server, { isSuperAdmin: true });
    const sent = await server.statements(async () => {
      for (const list of [
        'events(orderBy: NAME_ASC)',
        'users(orderBy: EMAIL_DESC)',
        'organizations(orderBy: NAME_ASC)',
        'roles(orderBy: NAME_ASC)',
        'collaborations(orderBy: NAME_DESC)',
      ]) {
        expect((await server.ask(`{ ${list} { nodes { id } } }`, {}, admin)).errors).toBeUndefined();
      }
    });
    for (const text of sent.filter((one) => one.includes('ORDER BY')))
      expect(text).toContain('COLLATE "convoke_text"');
  });
});
