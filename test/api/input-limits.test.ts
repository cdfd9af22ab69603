/** Limits of what an input may ask for: each kind of value has one, and whoever floods leaves room for others. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLInputType, GraphQLObjectType, GraphQLSchema } from 'graphql';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { assertArguments, mostOf } from '../../src/platform/graphql/input-limits.ts';
import { createPerson } from '../kit/accounts.ts';
import { createPersonWithPassword, password } from '../kit/passwords.ts';
import type { Answer, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const codes = async (query: string, variables?: Record<string, unknown>) =>
  (await server.ask(query, variables)).errors?.map(({ extensions }) => extensions.code as string);
const filtered = 'query ($filter: EventFilter) { events(filter: $filter) { totalCount } }';
const refused = ['LIMIT_EXCEEDED'];

describe('a filter', () => {
  it.each(['equals', 'contains', 'startsWith'])(
    'has texts of at most 200 characters: %s',
    async (operator) => {
      const named = (length: number) => ({ filter: { name: { [operator]: 'x'.repeat(length) } } });
      expect(await codes(filtered, named(200))).toBeUndefined();
      expect(await codes(filtered, named(201))).toEqual(refused);
      expect(
        await codes(`{ events(filter: { name: { ${operator}: "${'x'.repeat(201)}" } }) { totalCount } }`),
      ).toEqual(refused);
    },
  );

  it('has lists of at most 100 values, whether of operands or of filters', async () => {
    expect(await codes(filtered, { filter: { name: { in: Array(100).fill('x') } } })).toBeUndefined();
    expect(await codes(filtered, { filter: { name: { in: Array(101).fill('x') } } })).toEqual(refused);
    expect(await codes(filtered, { filter: { name: { in: ['x'.repeat(201)] } } })).toEqual(refused);
    expect(await codes(filtered, { filter: { or: Array(101).fill({}) } })).toEqual(refused);
  });

  it('has at most 50 conditions, all filters of the operation together', async () => {
    const or = (count: number) => ({
      or: Array.from({ length: count }, (_, at) => ({ name: { equals: `n${at}` } })),
    });
    expect(await codes(filtered, { filter: or(50) })).toBeUndefined();
    expect(await codes(filtered, { filter: or(51) })).toEqual(refused);
    const twice =
      'query ($a: EventFilter, $b: SessionFilter) { events(first: 1, filter: $a) { nodes { sessions(filter: $b) { totalCount } } } }';
    expect(await codes(twice, { a: or(25), b: { title: { equals: 'x', contains: 'x' } } })).toBeUndefined();
    expect(await codes(twice, { a: or(49), b: { title: { equals: 'x', contains: 'x' } } })).toEqual(refused);
  });

  it('has at most eight levels of and, or and not', async () => {
    const nested = (levels: number): object =>
      levels === 0
        ? { name: { equals: 'x' } }
        : levels % 2
          ? { not: nested(levels - 1) }
          : { and: [nested(levels - 1)] };
    expect(await codes(filtered, { filter: nested(8) })).toBeUndefined();
    expect(await codes(filtered, { filter: nested(9) })).toEqual(refused);
  });

  it('counts into the cost of the operation, once for each list that it is asked of', async () => {
    const query =
      'query ($filter: SessionFilter) { events(first: 100) { nodes { sessions(first: 1, filter: $filter) { totalCount } } } }';
    const filter = (count: number) => ({
      filter: { or: Array.from({ length: count }, () => ({ title: { contains: 'x' } })) },
    });
    expect(await codes(query, filter(15))).toBeUndefined();
    expect(await codes(query, filter(25))).toEqual(refused);
  });
});

describe('an operation', () => {
  it('has no id, cursor, token or text of any length', async () => {
    expect(await codes('query ($id: ID!) { node(id: $id) { id } }', { id: 'x'.repeat(300) })).toEqual(
      refused,
    );
    expect(
      await codes('query ($after: String) { events(after: $after) { totalCount } }', {
        after: 'x'.repeat(200_001),
      }),
    ).toEqual(refused);
    expect(
      await codes('query ($token: String!) { roleInvite(token: $token) { status } }', {
        token: 'x'.repeat(200_001),
      }),
    ).toEqual(refused);
    expect(
      await codes(
        'mutation ($ids: [ID!]!) { bulkTransitionSessions(ids: $ids, to: PENDING) { results { __typename } } }',
        { ids: Array(1001).fill('x') },
      ),
    ).toEqual(refused);
  });

  it('opens its fragments into at most 5,000 fields, however they are woven', async () => {
    const bomb = Array.from(
      { length: 60 },
      (_, at) => `fragment F${at} on Query { ...F${at + 1} ... on Query { ...F${at + 1} } }`,
    );
    expect(
      await codes(
        `{ ...F0 ${bomb.length} } ${bomb.join(' ')} fragment F60 on Query { __typename }`.replace(
          ' 60 ',
          ' ',
        ),
      ),
    ).toBeUndefined();
    const wide = (at: number) =>
      `fragment W${at} on Event { ${`sessions(first: 0) { nodes { event { ...W${at + 1} } } } `.repeat(12)} }`;
    const woven = `{ events(first: 0) { nodes { ...W0 } } } ${[0, 1, 2].map(wide).join(' ')} fragment W3 on Event { ${'name '.repeat(20)} }`;
    expect(await codes(woven)).toEqual(refused);
  });

  it('is told where a variable leaves an argument without a value', async () => {
    const { errors } = await server.ask(
      'query ($first: Int = 3, $id: ID = "x") { node(id: $id) { id } events(first: $first) { totalCount } }',
      { id: null },
    );
    expect(errors!.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });
});

/** Values of a type that pass its limits, each at one place, with the names of the places. */
function* tooLarge(type: GraphQLInputType, place: string, depth = 0): Generator<[string, unknown]> {
  const inner = isNonNullType(type) ? type.ofType : type;
  if (isListType(inner)) {
    yield [`${place}[]`, Array(2000).fill(minimal(inner.ofType))];
    for (const [at, value] of tooLarge(inner.ofType, `${place}[]`, depth)) yield [at, [value]];
  } else if (isInputObjectType(inner)) {
    if (depth > 3) return;
    for (const field of Object.values(inner.getFields())) {
      const isNested = ['and', 'or', 'not'].includes(field.name);
      for (const [at, value] of tooLarge(
        field.type,
        `${place}.${field.name}`,
        isNested ? depth + 2 : depth + 1,
      )) {
        yield [at, { ...(minimal(inner) as object), [field.name]: value }];
      }
    }
  } else if (['String', 'ID', 'URL', 'EmailAddress'].includes(inner.name))
    yield [place, 'x'.repeat(10_000_001)];
  else if (inner.name === 'JSON') {
    yield [`${place} text`, 'x'.repeat(10_000_001)];
    yield [`${place} list`, Array(20_000).fill(1)];
    yield [`${place} object`, Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${at}`, 1]))];
  } else if (!isEnumType(inner) && !['Int', 'Float', 'Boolean', 'DateTime', 'Upload'].includes(inner.name))
    yield [`${place}: ${inner.name} is a scalar that this test does not know`, 1];
}

function minimal(type: GraphQLInputType): unknown {
  const inner = isNonNullType(type) ? type.ofType : type;
  if (isListType(inner)) return [];
  if (!isInputObjectType(inner)) return 1;
  return Object.fromEntries(
    Object.values(inner.getFields()).flatMap((field) =>
      isNonNullType(field.type) ? [[field.name, minimal(field.type)]] : [],
    ),
  );
}

describe('every argument of the schema', () => {
  it('has a limit for each text, list and JSON in it', () => {
    const schema = server.app.schema();
    const unlimited: string[] = [];
    let count = 0;
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) || type.name.startsWith('__')) continue;
      for (const field of Object.values(type.getFields())) {
        for (const argument of field.args) {
          for (const [place, value] of tooLarge(
            argument.type,
            `${type.name}.${field.name}(${argument.name})`,
          )) {
            count += 1;
            if (!isRefused(schema, type, field.name, { [argument.name]: value })) unlimited.push(place);
          }
        }
      }
    }
    expect(unlimited).toEqual([]);
    expect(count).toBeGreaterThan(1000);
  });

  it('is a filter where its type is called one: those have and, or and not', () => {
    const types = Object.values(server.app.schema().getTypeMap()).filter(isInputObjectType);
    const filters = types
      .filter((type) => ['and', 'or', 'not'].every((key) => key in type.getFields()))
      .map(({ name }) => name);
    expect(types.flatMap(({ name }) => (name.endsWith('Filter') ? [name] : [])).toSorted()).toEqual(
      filters.toSorted(),
    );
    expect(filters).toContain('EventFilter');
  });
});

/** Whether a field of a type is refused with these values among its arguments. */
function isRefused(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  field: string,
  values: Record<string, unknown>,
): boolean {
  const { args, type: returned } = type.getFields()[field];
  const given = args.filter((argument) => argument.name in values || isNonNullType(argument.type));
  const variables = Object.fromEntries(
    given.map((argument) => [argument.name, values[argument.name] ?? minimal(argument.type)]),
  );
  const selection = isObjectType(getNamedType(returned)) ? '{ __typename }' : '';
  const declared = given.map((argument) => `$${argument.name}: ${argument.type}`).join(', ');
  const document = parse(
    `query (${declared}) { ${field}(${given.map(({ name }) => `${name}: $${name}`).join(', ')}) ${selection} }`,
  );
  // The type in the place of the root: there is a way to it, and it does not matter here which.
  const rooted = Object.create(schema, { getRootType: { value: () => type } }) as GraphQLSchema;
  try {
    assertArguments({
      schema: rooted,
      document,
      operation: document.definitions[0] as OperationDefinitionNode,
      variables,
    });
    return false;
  } catch (error) {
    return (error as { code?: string }).code === 'LIMIT_EXCEEDED';
  }
}

it('keeps the limits of conditions that the contract has', () => {
  expect(mostOf).toMatchObject({
    conditionText: 200,
    conditionList: 100,
    conditions: 50,
    conditionLevels: 8,
  });
});

describe('whoever floods', () => {
  const slow = '{ events { totalCount } }';
  const post = async (to: TestServer, query: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${to.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
    const { errors } = (await response.json()) as Answer;
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      code: errors?.[0].extensions.code as string | undefined,
    };
  };
  const waiting = async (of: TestServer) =>
    (
      await of.sql(
        'SELECT FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())',
      )
    ).length;

  it('without a sign-in keeps nobody from signing in, nor other addresses from reading', async () => {
    await using busy = await startServer({
      ANONYMOUS_POOL_SIZE: '2',
      ANONYMOUS_STATEMENT_TIMEOUT_MS: '0',
      MAX_REQUESTS_AT_ONCE: '12',
    });
    const person = await createPersonWithPassword(busy);
    const holder = await busy.app.database.pool.connect();
    await holder.query('BEGIN; LOCK TABLE sponsors');
    try {
      const flood = Array.from({ length: 30 }, () =>
        post(busy, '{ events { nodes { name sponsors { totalCount } } } }'),
      );
      await until(async () => (await waiting(busy)) > 0);
      // One address has half of the connections, and half of the requests at once wait for them: the others are refused at once.
      const early = await Promise.race(flood);
      expect([early.code, early.retryAfter]).toEqual(['RATE_LIMITED', '2']);
      expect(await waiting(busy)).toBe(1);
      expect(await post(busy, slow, { 'x-forwarded-for': '198.51.100.7' })).toMatchObject({
        code: undefined,
      });
      const signedIn = await busy.ask(
        `mutation { signIn(input: { login: "${person.email}", password: "${password}" }) { expiresAt } }`,
      );
      expect(signedIn.errors).toBeUndefined();
      expect((await busy.ask('{ viewer { email } }', {}, person)).data).toEqual({
        viewer: { email: person.email },
      });
      const second = post(busy, '{ events { nodes { name sponsors { totalCount } } } }', {
        'x-forwarded-for': '198.51.100.8',
      });
      await holder.query('COMMIT');
      expect((await second).code).toBeUndefined();
      expect(
        (await Promise.all(flood))
          .map(({ code }) => code ?? 'ok')
          .filter((code) => !['ok', 'RATE_LIMITED'].includes(code)),
      ).toEqual([]);
    } finally {
      holder.release();
    }
  });

  it('without a sign-in has less time for a statement', async () => {
    await using busy = await startServer({ ANONYMOUS_STATEMENT_TIMEOUT_MS: '100' });
    const person = await createPerson(busy);
    const holder = await busy.app.database.pool.connect();
    await holder.query('BEGIN; LOCK TABLE events');
    try {
      const patient = busy.ask(slow, {}, person);
      expect(await post(busy, slow)).toMatchObject({ code: 'LIMIT_EXCEEDED' });
      await holder.query('COMMIT');
      expect((await patient).errors).toBeUndefined();
    } finally {
      holder.release();
    }
  });
});
