/** A null in a filter is refused where it stands, and is never no condition. Made from the schema: every key of every filter. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { GraphQLInputObjectType, GraphQLObjectType } from 'graphql';
import { getNamedType, isInputObjectType, isListType } from 'graphql';
import { codes } from '../kit/event-rows.ts';
import type { Asker, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import type { EveryType } from './every-type.ts';
import { createEveryType } from './every-type.ts';

let server: TestServer;
let world: EveryType;
let staff: Asker;

beforeAll(async () => {
  server = await startServer({ MAX_ALIASES: '1000', MAX_TOKENS: '100000', MAX_COST_SIGNED_IN: '1000000' });
  world = await createEveryType(server);
  staff = world.viewers.get('superAdmin')!;
});
afterAll(() => server.close());

/** Every filter, with a list that has it. */
function filters(): Map<GraphQLInputObjectType, (filter: string) => string> {
  const found = new Map<GraphQLInputObjectType, (filter: string) => string>();
  const add = (type: string, wrap: (list: string) => string) => {
    for (const field of Object.values((server.app.schema().getType(type) as GraphQLObjectType).getFields())) {
      const filter = field.args.find(({ name }) => name === 'filter');
      const named = filter && getNamedType(filter.type);
      if (isInputObjectType(named) && !found.has(named))
        found.set(named, (given) => wrap(`${field.name}(filter: ${given}) { totalCount }`));
    }
  };
  add('Query', (list) => list);
  for (const [type, id] of world.ids) add(type, (list) => `node(id: "${id}") { ... on ${type} { ${list} } }`);
  return found;
}

it('is BAD_USER_INPUT with its place, for every condition, operator and group', async () => {
  const wrong: string[] = [];
  const cases: { document: string; path: string }[] = [];
  for (const [filter, ask] of filters()) {
    for (const { name: key, type } of Object.values(filter.getFields())) {
      const resource = filter.name.slice(0, -'Filter'.length);
      if (
        server.app.permissions.has(resource) &&
        server.app.permissions.table(resource).guarded[key]?.read?.length === 0
      )
        continue;
      cases.push({ document: ask(`{ ${key}: null }`), path: `filter.${key}` });
      const condition = getNamedType(type);
      if (!isInputObjectType(condition) || condition === filter) continue;
      for (const [at, operator] of Object.keys(condition.getFields()).entries()) {
        cases.push({ document: ask(`{ ${key}: { ${operator}: null } }`), path: `filter.${key}.${operator}` });
        if (at === 0)
          cases.push({
            document: ask(`{ or: [{ id: { isNull: false } }, { not: { ${key}: { ${operator}: null } } }] }`),
            path: `filter.or.1.not.${key}.${operator}`,
          });
      }
    }
  }
  expect(cases.length).toBeGreaterThan(400);
  while (cases.length > 0) {
    await Promise.all(
      cases.splice(0, 10).map(async ({ document, path }) => {
        const told = codes(await server.ask(`{ ${document} }`, {}, staff)).join();
        if (told !== `BAD_USER_INPUT ${path}`) wrong.push(`${document}: ${told}`);
      }),
    );
  }
  expect(wrong).toEqual([]);
});

it('is BAD_USER_INPUT inside of a list, in the document and in variables', async () => {
  let lists = 0;
  for (const [filter, ask] of filters()) {
    for (const { name: key, type } of Object.values(filter.getFields())) {
      const condition = getNamedType(type);
      if (!isInputObjectType(condition)) continue;
      if (!Object.values(condition.getFields()).some((one) => one.name === 'in' && isListType(one.type)))
        continue;
      lists += 1;
      expect(codes(await server.ask(`{ ${ask(`{ ${key}: { in: [null] } }`)} }`, {}, staff))[0]).toMatch(
        /^BAD_USER_INPUT/,
      );
      const variable = { f: { [key]: { in: [null] } } };
      expect(codes(await server.ask(`query ($f: ${filter.name}) { ${ask('$f')} }`, variable, staff))[0]).toBe(
        `BAD_USER_INPUT f.${key}.in.0`,
      );
    }
  }
  expect(lists).toBeGreaterThan(30);
});

it('is told after what may not be asked; a filter that is null is none', async () => {
  const hidden = await server.ask('{ users(filter: { email: { equals: null } }) { totalCount } }');
  expect(codes(hidden)).toEqual(['FORBIDDEN']);
  const [all, none] = await Promise.all(
    ['', '(filter: null)'].map((args) => server.ask(`{ events${args} { totalCount } }`)),
  );
  expect(all).toEqual(none);
  expect(all.data!.events.totalCount).toBeGreaterThan(0);
  expect(
    (await server.ask('query ($f: EventFilter) { events(filter: $f) { totalCount } }', { f: null })).data,
  ).toEqual(all.data);
});
