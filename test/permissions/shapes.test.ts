/**
 * Whatever is asked of whatever edge, whoever asks: the statement is one that PostgreSQL takes. Made from the schema: every
 * edge of every type and every root list, with the selections, counts, orders and filters that there are. A statement is
 * refused as a whole or not at all, so many edges are asked at once.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { GraphQLEnumType, GraphQLField, GraphQLInputObjectType, GraphQLObjectType } from 'graphql';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { Authenticator } from '../../src/accounts/authenticate.ts';
import { actions } from '../../src/permissions/table.ts';
import type { Viewer } from '../../src/permissions/viewer.ts';
import type { Asker, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import type { EveryType } from './every-type.ts';
import { createEveryType } from './every-type.ts';

type Field = GraphQLField<unknown, unknown>;

/** As many conditions as one operation has here. */
const mostConditions = 45;

let server: TestServer;
let world: EveryType;

beforeAll(async () => {
  const most = {
    MAX_ALIASES: '100000',
    MAX_TOKENS: '1000000',
    MAX_COST_SIGNED_IN: '100000000',
    MAX_COST_ANONYMOUS: '100000000',
  };
  // One document asks more at once than a network address may by itself.
  server = await startServer({
    COMPILE_AFTER: '100000',
    MAX_REQUESTS_AT_ONCE: '10000',
    POOL_SIZE: '10',
    ANONYMOUS_POOL_SIZE: '10',
    ...most,
  });
  world = await createEveryType(server);
});
afterAll(() => server.close());

const typeOf = (name: string) => server.app.schema().getType(name) as GraphQLObjectType;
const isEntity = (name: string) => server.app.permissions.has(name);
const entities = () => server.app.permissions.all.map(({ resource }) => resource);
const nameOf = (field: Field) => getNamedType(field.type).name;
/** The type of the rows of a list; null for a field that is none. */
const listed = (field: Field) =>
  nameOf(field).endsWith('Connection') ? nameOf(field).slice(0, -'Connection'.length) : null;
const isAskedFreely = (field: Field) => !field.args.some(({ type }) => isNonNullType(type));

/** The edges of a type: its lists, and its fields that are a row. */
function edgesOf(type: string): { readonly lists: Field[]; readonly singles: Field[] } {
  const fields = Object.values(typeOf(type).getFields()).filter((field) =>
    listed(field) === null ? field.args.length === 0 : isAskedFreely(field),
  );
  return {
    lists: fields.filter((field) => isEntity(listed(field) ?? '')),
    singles: fields.filter(
      (field) =>
        !isListType(field.type) && (isEntity(nameOf(field)) || isInterfaceType(getNamedType(field.type))),
    ),
  };
}

/** What is asked of a row of a type: what comes to no column of its own, alone and beside something that does. */
function selectionsOf(type: string): string[] {
  if (!isEntity(type)) return ['__typename', 'id'];
  const { guarded } = server.app.permissions.table(type);
  const leaves = Object.values(typeOf(type).getFields()).filter(
    (field) => field.name in guarded && isLeafType(getNamedType(field.type)),
  );
  const beside =
    leaves.length > 0
      ? [`${leaves[0].name} viewerCan`, `${leaves.map(({ name }) => name).join(' ')} viewerCan`]
      : [];
  return ['viewerCan', '__typename', '__typename viewerCan', 'id viewerCan', ...beside];
}

/** An edge with nothing but what the viewer may do with its rows. */
function edgeOnly(field: Field, rows = isEntity(behind(field)) ? 'viewerCan' : '__typename'): string {
  return listed(field) === null
    ? `${field.name} { ${rows} }`
    : `${field.name}(first: 2) { nodes { ${rows} } }`;
}

/** Everything that is asked of an edge, filters aside, each under a name of its own. */
function shapesOf(field: Field): string {
  const type = listed(field);
  if (type === null) {
    return selectionsOf(nameOf(field))
      .map((rows, at) => `${field.name}_${at}: ${field.name} { ${rows} }`)
      .join('\n');
  }
  const page = (rows: string) => [`first: 2`, `nodes { ${rows} }`];
  const shapes = [
    ...selectionsOf(type).map(page),
    ['first: 2', 'totalCount'],
    ['first: 2', 'totalCount nodes { viewerCan }'],
    ['first: 2', 'edges { node { viewerCan } }'],
    ['last: 2', 'pageInfo { hasPreviousPage } nodes { viewerCan }'],
  ];
  return shapes
    .map(([args, rows], at) => `${field.name}_${at}: ${field.name}(${args}) { ${rows} }`)
    .join('\n');
}

function ordersOf(field: Field): { name: string; property: string }[] {
  const order = field.args.find(({ name }) => name === 'orderBy');
  const type = order && (getNamedType(order.type) as GraphQLEnumType);
  return (type?.getValues() ?? []).map(({ name, value }) => ({
    name,
    property: (value as string).split(' ')[0],
  }));
}

/** Each condition that there is on a key of a filter. */
function conditionsOf(field: Field): { key: string; operator: string | null; value: unknown }[] {
  const filter = field.args.find(({ name }) => name === 'filter');
  if (!filter) return [];
  const keys = Object.values((getNamedType(filter.type) as GraphQLInputObjectType).getFields()).filter(
    ({ name }) => !['and', 'or', 'not'].includes(name),
  );
  return keys.flatMap(({ name: key, type }): { key: string; operator: string | null; value: unknown }[] => {
    const condition = getNamedType(type);
    if (!isInputObjectType(condition))
      return ['word', '!', ''].map((value) => ({ key, operator: null, value }));
    return Object.values(condition.getFields()).map((one) => {
      const value = valueOf(getNamedType(one.type), listed(field)!, key);
      return { key, operator: one.name, value: isListType(one.type) ? [value] : value };
    });
  });
}

function valueOf(type: unknown, resource: string, key: string): unknown {
  if (isEnumType(type)) return type.getValues()[0].name;
  const { name } = type as { name: string };
  const relation = server.app.permissions.models.get(resource)!.relations.get(key);
  const target = relation && 'target' in relation ? relation.target : key === 'id' ? resource : 'Session';
  return {
    ID: world.ids.get(target),
    String: 'word',
    Int: 1,
    Boolean: true,
    DateTime: '2030-01-01T00:00:00Z',
  }[name];
}

/** An edge of the row of a type that the world names, or a root field; and perhaps an edge of the rows behind it. */
interface Place {
  readonly type: string | null;
  readonly field: Field;
  readonly inner?: Field;
}
const places = (): Place[] => [
  ...Object.values(edgesOf('Query'))
    .flat()
    .map((field) => ({ type: null, field })),
  ...entities().flatMap((type) =>
    Object.values(edgesOf(type))
      .flat()
      .map((field) => ({ type, field })),
  ),
];
const deepPlaces = (): Place[] =>
  places().flatMap((place) =>
    isEntity(behind(place.field))
      ? Object.values(edgesOf(behind(place.field)))
          .flat()
          .map((inner) => ({ ...place, inner }))
      : [],
  );
/** A document that asks this at each of these places: one statement for each type. */
function documentOf(asked: readonly (readonly [Place, string])[]): string {
  const byType = new Map<string | null, string[]>();
  for (const [{ type }, text] of asked) byType.set(type, [...(byType.get(type) ?? []), text]);
  const roots = [...byType].map(([type, texts]) =>
    type === null
      ? texts.join('\n')
      : `${type}: node(id: "${world.ids.get(type)}") { ... on ${type} { ${texts.join('\n')} } }`,
  );
  return `{ ${roots.join('\n')} }`;
}

/**
 * What the tables come to for a viewer in the types that a place reaches: its statement is made of nothing else. Whose rows
 * they are does not count, but whether they are one or several.
 */
function planOf({ type, field, inner }: Place, viewer: Viewer): string {
  const path = [...(inner ? [field] : []), inner ?? field];
  const [last] = path.slice(-1).map(behind);
  const through = [...(type === null ? [] : [type]), ...path.slice(0, -1).map(behind)];
  const reached = isEntity(last)
    ? tableFor(last, viewer)
    : entities()
        .map((one) => viewOf(one, viewer))
        .join();
  return [...through.map((one) => viewOf(one, viewer)), reached].join();
}

const behind = (field: Field) => listed(field) ?? nameOf(field);
const told = (plans: unknown) =>
  JSON.stringify(
    plans,
    (key, value) => (key === 'ids' ? Math.min((value as string[]).length, 2) : value) as unknown,
  );
const known = new WeakMap<Viewer, Map<string, string>>();
function remembered(key: string, viewer: Viewer, make: () => unknown): string {
  const texts = known.get(viewer) ?? new Map<string, string>();
  known.set(viewer, texts);
  if (!texts.has(key)) texts.set(key, told(make()));
  return texts.get(key)!;
}
const viewOf = (resource: string, viewer: Viewer) =>
  remembered(`view ${resource}`, viewer, () => [
    server.app.permissions.rootList(resource, viewer),
    server.app.permissions.action(resource, 'view', viewer),
  ]);
const tableFor = (resource: string, viewer: Viewer) =>
  remembered(resource, viewer, () => [
    server.app.permissions.rootList(resource, viewer),
    ...actions.map((action) => server.app.permissions.action(resource, action, viewer)),
    ...Object.keys(server.app.permissions.table(resource).grants).map((grant) =>
      server.app.permissions.grant(resource, grant, viewer),
    ),
  ]);

async function expectSound(
  document: string,
  variables: Record<string, unknown>,
  asker: Asker,
): Promise<void> {
  const { errors = [], data } = await server.ask(document, variables, asker);
  // A guarded field is refused with a field's name; nothing else may go wrong.
  expect(
    errors.filter(({ extensions: { code, field } }) => code !== 'FORBIDDEN' || field === undefined),
  ).toEqual([]);
  expect(data).toBeTruthy();
}

/** Does it for everybody, several at once, at the places where the tables come to something for them that has not been yet. */
async function forEverybody(
  every: readonly Place[],
  work: (viewer: Viewer, asker: Asker, places: readonly Place[]) => Promise<void>,
): Promise<void> {
  const { database, config } = server.app;
  const authenticator = new Authenticator(database, config, { debug() {} } as never);
  const done = every.map(() => new Set<string>());
  const waiting = world.viewers.values();
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (const asker of waiting) {
        const { viewer } = await authenticator.authenticate(asker.token ? `Bearer ${asker.token}` : null);
        const fresh = every.filter(
          (place, index) => done[index].size < done[index].add(planOf(place, viewer)).size,
        );
        if (fresh.length > 0) await work(viewer, asker, fresh);
      }
    }),
  );
}

it('has a row of every type', () => {
  expect(entities().filter((type) => !world.ids.has(type))).toEqual([]);
});

it('answers everybody over every edge, whatever is asked of its rows', async () => {
  await forEverybody(places(), (_, asker, fresh) =>
    expectSound(documentOf(fresh.map((place) => [place, shapesOf(place.field)])), {}, asker),
  );
});

it('answers everybody over every edge of the rows behind an edge', async () => {
  await forEverybody(deepPlaces(), (_, asker, fresh) => {
    const asked = fresh.map(
      (place, index) => [place, `p${index}: ${edgeOnly(place.field, edgeOnly(place.inner!))}`] as const,
    );
    return expectSound(documentOf(asked), {}, asker);
  });
});

it('answers everybody in every order', async () => {
  const ordered = places().filter(({ field }) => ordersOf(field).length > 0);
  await forEverybody(ordered, async (viewer, asker, fresh) => {
    const asked = fresh.flatMap((place) =>
      ordersOf(place.field)
        .filter(
          ({ property }) =>
            server.app.permissions.field(behind(place.field), property, 'read', viewer) !== 'never',
        )
        .map(
          ({ name }) =>
            [
              place,
              `${place.field.name}_${name}: ${place.field.name}(first: 2, orderBy: ${name}) { nodes { viewerCan } }`,
            ] as const,
        ),
    );
    if (asked.length > 0) await expectSound(documentOf(asked), {}, asker);
  });
});

it('answers everybody under every condition of every filter', async () => {
  let turn = 0;
  const filtered = places().filter(({ field }) => conditionsOf(field).length > 0);
  await forEverybody(filtered, async (viewer, asker, fresh) => {
    const lists = fresh.flatMap((place) => {
      const every = conditionsOf(place.field).filter(
        ({ key }) =>
          key === 'search' ||
          server.app.permissions.field(listed(place.field)!, key, 'read', viewer) !== 'never',
      );
      turn += 1;
      // A condition on each key, another one in the next turn; every other one is negated.
      const parts = [...new Set(every.map(({ key }) => key))].map((key, index) => {
        const choice = every.filter((one) => one.key === key);
        const { operator, value } = choice[(turn + index) % choice.length];
        const part = { [key]: operator === null ? value : { [operator]: value } };
        return (turn + index) % 2 === 0 ? part : { not: part };
      });
      return parts.length === 0 ? [] : [{ place, parts }];
    });
    while (lists.length > 0) {
      let conditions = 0;
      const few = lists.splice(
        0,
        Math.max(
          1,
          lists.findIndex(({ parts }) => (conditions += parts.length) > mostConditions),
        ),
      );
      const types = few.map(
        ({ place: { field } }) => getNamedType(field.args.find(({ name }) => name === 'filter')!.type).name,
      );
      const asked = few.map(({ place }, index) => {
        return [
          place,
          `p${index}: ${place.field.name}(first: 2, filter: $f${index}) { totalCount nodes { viewerCan } }`,
        ] as const;
      });
      await expectSound(
        `query (${types.map((type, index) => `$f${index}: ${type}`).join(', ')}) ${documentOf(asked)}`,
        Object.fromEntries(few.map(({ parts }, index) => [`f${index}`, { or: parts }])),
        asker,
      );
    }
  });
});
