/** Search over HTTP: words by their beginnings, without accents, ranked; and never a way to rows that one may not see. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let owner: Person;
let stranger: Person;
let event: string;

beforeAll(async () => {
  server = await startServer();
  [owner, stranger] = [await createPerson(server), await createPerson(server)];
  const events = [
    ['open', 'Éclair summit', 'PUBLISHED', 'PUBLIC', '<p>About <b>lightning</b> and lanterns</p>'],
    ['lantern', 'Lantern fair', 'PUBLISHED', 'PUBLIC', 'In the park'],
    ['private', 'Lantern makers, in private', 'PUBLISHED', 'PRIVATE', null],
    ['draft', 'Lantern draft', 'DRAFT', 'PUBLIC', null],
  ];
  for (const [identifier, name, state, privacy, description] of events) {
    await server.sql(
      `WITH made AS (INSERT INTO events (id, identifier, name, starts_at, ends_at, state, privacy, description)
         VALUES (gen_random_uuid(), $1, $2, '2030-01-01', '2030-01-02', $3, $4, $5) RETURNING id)
       INSERT INTO event_members (id, event_id, user_id, role) SELECT gen_random_uuid(), id, $6, 'OWNER' FROM made`,
      [identifier, name, state, privacy, description, owner.userId],
    );
  }
  const [{ id }] = await server.sql(`SELECT id FROM events WHERE identifier = 'open'`);
  event = encodeId('Event', id);
  const sessions: [string, string, string | null][] = [
    ['Compilers for lanterns', 'ACCEPTED', null],
    ['Lantern secrets', 'PENDING', null],
    ['Other things', 'CONFIRMED', 'with a lantern in it'],
  ];
  for (const [title, state, abstract] of sessions) {
    await server.sql(
      `INSERT INTO sessions (id, event_id, title, state, short_abstract, comments) VALUES (gen_random_uuid(), $1, $2, $3, $4, 'tungsten')`,
      [id, title, state, abstract],
    );
  }
  for (const [name, email, session] of [
    ['Ada Lantern', 'ada@tungsten.example', 'Compilers for lanterns'],
    ['Hidden Lantern', 'hidden@tungsten.example', 'Lantern secrets'],
  ]) {
    await server.sql(
      `WITH made AS (INSERT INTO speakers (id, event_id, name, email) VALUES (gen_random_uuid(), $1, $2, $3) RETURNING id)
       INSERT INTO session_speakers (session_id, speaker_id) SELECT s.id, made.id FROM sessions s, made WHERE s.title = $4`,
      [id, name, email, session],
    );
  }
});
afterAll(() => server.close());

const events = async (search: string, person?: Person, rest = '') =>
  (
    await server.ask(
      `query ($search: String) { events(filter: { search: $search }${rest}) { totalCount nodes { name } pageInfo { endCursor hasNextPage } } }`,
      { search },
      person,
    )
  ).data!.events;
const within = async (person: Person | undefined, search: string) => {
  const answer = await server.ask(
    'query ($event: ID!, $search: String) { event(id: $event) { sessions(filter: { search: $search }) { totalCount nodes { title } } speakers(filter: { search: $search }) { totalCount nodes { name } } } }',
    { event, search },
    person,
  );
  expect(answer.errors).toBeUndefined();
  return answer.data!.event;
};

describe('a search', () => {
  it.each([
    ['lantern', ['Lantern fair', 'Éclair summit']],
    ['LANT', ['Lantern fair', 'Éclair summit']],
    ['eclair', ['Éclair summit']],
    ['Éclair  summ', ['Éclair summit']],
    ['lightning lantern', ['Éclair summit']],
    ['fair lightning', []],
    ['antern', []],
    ['b', []],
    ["' | !lantern & :* \\ (", ['Lantern fair', 'Éclair summit']],
    ['!!!', []],
  ])('for %j finds %j, the best first', async (search, names) => {
    const found = await events(search);
    expect(found.nodes.map(({ name }: { name: string }) => name)).toEqual(names);
    expect(found.totalCount).toBe(names.length);
  });

  it('finds nothing that is not to be listed, and does not count it', async () => {
    for (const person of [undefined, stranger]) expect((await events('lantern', person)).totalCount).toBe(2);
    expect((await events('lantern', owner)).totalCount).toBe(4);
    expect(await within(undefined, 'lantern')).toEqual({
      sessions: { totalCount: 2, nodes: [{ title: 'Compilers for lanterns' }, { title: 'Other things' }] },
      speakers: { totalCount: 1, nodes: [{ name: 'Ada Lantern' }] },
    });
    expect((await within(owner, 'lantern')).sessions.totalCount).toBe(3);
    expect((await within(owner, 'lantern')).speakers.totalCount).toBe(2);
  });

  it('never looks into guarded fields, whoever asks', async () => {
    for (const person of [undefined, owner]) {
      expect(await within(person, 'tungsten')).toEqual({
        sessions: { totalCount: 0, nodes: [] },
        speakers: { totalCount: 0, nodes: [] },
      });
    }
  });

  it('is paged in the order of its ranks, or in the one that is asked for', async () => {
    const first = await events('lantern', owner, ', first: 1');
    expect(first.pageInfo.hasNextPage).toBe(true);
    const names = [first.nodes[0].name];
    for (let page = first; page.pageInfo.hasNextPage;) {
      page = await events('lantern', owner, `, first: 1, after: "${page.pageInfo.endCursor}"`);
      names.push(page.nodes[0].name);
    }
    expect(names).toEqual((await events('lantern', owner)).nodes.map(({ name }: { name: string }) => name));
    expect(names.at(-1)).toBe('Éclair summit');
    expect(new Set(names).size).toBe(4);
    const byName = await events('lantern', owner, ', orderBy: NAME_ASC');
    expect(byName.nodes.map(({ name }: { name: string }) => name)).toEqual([
      'Éclair summit',
      'Lantern draft',
      'Lantern fair',
      'Lantern makers, in private',
    ]);
  });

  it('joins other conditions, and has its limits', async () => {
    const answer = await server.ask(
      '{ events(filter: { search: "lantern", not: { search: "fair" } }) { nodes { name } } }',
    );
    expect(answer.data!.events.nodes).toEqual([{ name: 'Éclair summit' }]);
    const long = await server.ask(
      'query ($search: String) { events(filter: { search: $search }) { totalCount } }',
      { search: 'x'.repeat(201) },
    );
    expect(long.errors![0].extensions.code).toBe('LIMIT_EXCEEDED');
  });

  it('uses the index of its words', async () => {
    const [statement] = await server.statements(() => events('lantern'));
    await server.sql('SET enable_seqscan = off');
    expect(statement).toContain('search_vector(coalesce(');
    const plan = await server.sql(
      `EXPLAIN SELECT id FROM events e WHERE search_vector(coalesce(e."name", ''), coalesce(e."description", '') || ' ' || coalesce(e."location_name", '') || ' ' || coalesce(e."searchable_location_name", '') || ' ' || coalesce(e."owner_name", '')) @@ to_tsquery('simple', 'lantern:*')`,
    );
    expect(JSON.stringify(plan)).toContain('events_search_index');
  });
});
