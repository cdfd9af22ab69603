/** No error and no line of the log has a value of an input in it, whatever is wrong with the input or with the server. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLField, GraphQLInputType } from 'graphql';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isInterfaceType,
} from 'graphql';
import { WebSocket } from 'ws';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Answer, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const secret = 'hunter2isSecret';
const phrase = 'seven violet anvils 9';
const lines: string[] = [];
let server: TestServer;
let person: Person;

beforeAll(async () => {
  server = await startServer(
    { LOG_LEVEL: 'trace', MAX_ALIASES: '10000', MAX_TOKENS: '100000' },
    { write: (line: string) => void lines.push(line) },
  );
  person = await createPerson(server, { isSuperAdmin: true });
});
afterAll(() => server.close());

/** Sends an operation; the text of the whole answer, which must be one with errors. */
async function refusal(query: string, variables?: Record<string, unknown>, token?: string): Promise<string> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  expect([query, (JSON.parse(text) as Answer).errors?.length]).not.toEqual([query, undefined]);
  return text;
}

/** A value in a language: how it is written there. */
interface Spelling {
  readonly text: (value: string) => string;
  readonly object: (fields: Record<string, string>) => string;
  readonly list: (item: string) => string;
}
const literal: Spelling = {
  text: (value) => JSON.stringify(value),
  object: (fields) =>
    `{ ${Object.entries(fields)
      .map(([key, value]) => `${key}: ${value}`)
      .join(', ')} }`,
  list: (item) => `[${item}]`,
};
const json: Spelling = {
  ...literal,
  object: (fields) =>
    `{${Object.entries(fields)
      .map(([key, value]) => `${JSON.stringify(key)}:${value}`)
      .join(',')}}`,
};

/** Spellings of a value of a type, each with the secret at one place where it does not fit. */
function* wrong(type: GraphQLInputType, spelling: Spelling, depth = 0): Generator<string> {
  const inner = isNonNullType(type) ? type.ofType : type;
  if (isListType(inner)) {
    for (const value of wrong(inner.ofType, spelling, depth)) yield spelling.list(value);
  } else if (isInputObjectType(inner)) {
    yield spelling.text(secret);
    yield spelling.object({ [secretKey]: spelling.text(secret) });
    if (depth > 2) return;
    for (const field of Object.values(inner.getFields())) {
      const nested = ['and', 'or', 'not'].includes(field.name) ? 2 : 0;
      for (const value of wrong(field.type, spelling, depth + 1 + nested))
        yield spelling.object({ [field.name]: value });
    }
  } else {
    if (inner.name !== 'JSON') yield spelling.object({ a: spelling.text(secret) });
    if (!['String', 'ID', 'JSON'].includes(inner.name)) yield spelling.text(secret);
    if (isEnumType(inner) && spelling === literal) yield secret;
  }
}

const secretKey = 'unknownKey';

/** The root fields of the schema, with a selection of each. */
function roots(): { kind: string; field: GraphQLField<unknown, unknown>; selection: string }[] {
  const schema = server.app.schema();
  return [schema.getQueryType()!, schema.getMutationType()!].flatMap((type) =>
    Object.values(type.getFields()).map((field) => {
      const named = getNamedType(field.type);
      return {
        kind: type.name.toLowerCase(),
        field,
        selection: isObjectType(named) || isInterfaceType(named) ? '{ __typename }' : '',
      };
    }),
  );
}

describe('a value of the wrong type', () => {
  it('at any place of any input is in no answer, as a literal', async () => {
    let count = 0;
    for (const { kind, field, selection } of roots()) {
      const calls = field.args.flatMap((argument) =>
        [...wrong(argument.type, literal)].map(
          (value) => `${field.name}(${argument.name}: ${value}) ${selection}`,
        ),
      );
      count += calls.length;
      // Errors are told up to a hundred for each document.
      for (let from = 0; from < calls.length; from += 20) {
        const document = `${kind} { ${calls
          .slice(from, from + 20)
          .map((call, at) => `a${at}: ${call}`)
          .join(' ')} }`;
        expect(await refusal(document)).not.toContain(secret);
      }
    }
    expect(count).toBeGreaterThan(800);
  });

  it('at any place of any input is in no answer, as a variable', async () => {
    let count = 0;
    for (const { kind, field, selection } of roots()) {
      for (const argument of field.args) {
        const required = field.args.filter((other) => other !== argument && isNonNullType(other.type));
        const declared = [argument, ...required].map(({ name, type }) => `$${name}: ${type}`).join(', ');
        const given = [argument, ...required].map(({ name }) => `${name}: $${name}`).join(', ');
        const values = [...wrong(argument.type, json)].filter((value) => value !== '{}');
        count += values.length;
        for (const value of values) {
          expect(
            await refusal(`${kind} (${declared}) { ${field.name}(${given}) ${selection} }`, {
              [argument.name]: JSON.parse(value),
            }),
          ).not.toContain(secret);
        }
      }
    }
    expect(count).toBeGreaterThan(800);
  }, 30_000);

  it('is in no answer of a socket', async () => {
    const socket = new WebSocket(server.url.replace('http', 'ws') + '/graphql', 'graphql-transport-ws');
    const signIn = 'mutation ($input: SignInInput!) { signIn(input: $input) { expiresAt } }';
    const payloads = [
      { query: `mutation { signIn(input: { login: "x", password: { a: "${secret}" } }) { expiresAt } }` },
      { query: signIn, variables: { input: { login: 'x', password: { a: secret } } } },
      { query: signIn, variables: { input: { login: 'x', password: secret, [secretKey]: secret } } },
      { query: `subscription { eventChanged(eventId: { a: "${secret}" }) { id } }` },
      {
        query: 'subscription ($id: ID!) { eventChanged(eventId: $id) { id } }',
        variables: { id: { a: secret } },
      },
      { query: `mutation { signIn(input: "${secret}" "${secret}") }` },
      { query: '{ __typename }', operationName: secret },
    ];
    const messages: string[] = [];
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => socket.send('{"type":"connection_init"}'));
      socket.on('message', (data) => {
        const { type } = JSON.parse(String(data));
        if (type === 'connection_ack')
          payloads.forEach((payload, at) =>
            socket.send(JSON.stringify({ id: `${at}`, type: 'subscribe', payload })),
          );
        else if (type !== 'complete') messages.push(String(data));
        if (messages.length === payloads.length) resolve();
      });
    });
    const closed = new Promise((resolve) => socket.on('close', (_code, reason) => resolve(String(reason))));
    socket.send(`${secret} is no message`);
    expect(await closed).not.toContain(secret);
    expect(
      messages.filter((message) => !message.includes('"errors"') && !message.includes('"type":"error"')),
    ).toEqual([]);
    expect(messages.join('\n')).not.toContain(secret);
  });
});

describe('a value', () => {
  it('of the right type that is refused later is in no error', async () => {
    const failed: string[] = [];
    for (const { kind, field, selection } of roots()) {
      // Signing out would end the sweep, and reads of lists answer with no row.
      if (['signOut'].includes(field.name)) continue;
      const variables = Object.fromEntries(
        field.args.map((argument) => [argument.name, filled(argument.type)]),
      );
      const declared = field.args.map(({ name, type }) => `$${name}: ${type}`).join(', ');
      const given = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${person.token}` },
        body: JSON.stringify({
          query: `${kind} ${declared && `(${declared})`} { ${field.name}${given && `(${given})`} ${selection} }`,
          variables,
        }),
      });
      const { errors } = (await response.json()) as Answer;
      if (JSON.stringify(errors ?? []).includes(secret))
        failed.push(`${field.name}: ${errors!.map(({ message }) => message).join()}`);
    }
    expect(failed).toEqual([]);
  });

  it('in a text that is no document, or names what is not there, is in no answer', async () => {
    for (const text of [
      `{ signIn(password: "${secret}" "${secret}") }`,
      `{ a(b: ${secret} }`,
      `{ a(b: """${secret}""") } """${secret}"""`,
      `{ a(b: 12345678${secret}) }`,
      `{ a(b: "\\u{${secret}}") }`,
      `{ a(b: "\\u${secret}") }`,
      `query ($a: String = "${secret}" ${secret}) { a }`,
      'query ($a: Int = "hunter2isSecret") { __typename }',
      `{ __typename @include(if: "${secret}") }`,
    ]) {
      expect(await refusal(text)).not.toContain(secret);
    }
    const send = (body: string) =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }).then((answer) => answer.text());
    expect(await send(`{"query":"{ __typename }","operationName":"${secret}"}`)).not.toContain(secret);
    expect(await send(`{"query":"{ __typename }","variables":"${secret}"}`)).not.toContain(secret);
    expect(await send(`{"query":"{ __typename }","variables":${secret}`)).not.toContain(secret);
  });

  it('is in no line of the log where the server is at fault, or the database', async () => {
    const signUp = 'mutation ($input: SignUpInput!) { signUp(input: $input) { expiresAt } }';
    const input = {
      email: `${secret}@example.org`,
      password: phrase,
      firstName: secret,
      lastName: secret,
      username: secret,
    };
    for (const [break_, mend] of [
      ['ALTER TABLE users RENAME TO users_away', 'ALTER TABLE users_away RENAME TO users'],
      [
        'ALTER TABLE users ADD CONSTRAINT none CHECK (is_super_admin) NOT VALID',
        'ALTER TABLE users DROP CONSTRAINT none',
      ],
      [
        'ALTER TABLE users ALTER COLUMN first_name TYPE int USING null',
        'ALTER TABLE users ALTER COLUMN first_name TYPE text',
      ],
      [
        `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'row % is broken', NEW; END $$; CREATE TRIGGER fails BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION fail()`,
        'DROP TRIGGER fails ON users; DROP FUNCTION fail',
      ],
    ]) {
      await server.sql(break_);
      try {
        expect(await refusal(signUp, { input })).toContain('INTERNAL_SERVER_ERROR');
      } finally {
        await server.sql(mend);
      }
    }
    expect(lines.join('')).toContain('a request failed because of a bug');
    expect(lines.filter((line) => line.includes(secret) || line.includes(phrase))).toEqual([]);
  });
});

/** A value of a type in which every text is the secret. */
function filled(type: GraphQLInputType, depth = 0): unknown {
  const inner = isNonNullType(type) ? type.ofType : type;
  if (isListType(inner)) return [filled(inner.ofType, depth)];
  if (isInputObjectType(inner)) {
    const fields = Object.values(inner.getFields()).filter((field) => isNonNullType(field.type) || depth < 2);
    return Object.fromEntries(
      fields.flatMap((field) =>
        ['and', 'or', 'not'].includes(field.name) ? [] : [[field.name, filled(field.type, depth + 1)]],
      ),
    );
  }
  if (isEnumType(inner)) return inner.getValues()[0].name;
  const others: Record<string, unknown> = {
    Int: 1,
    Float: 1,
    Boolean: true,
    DateTime: '2027-03-01T09:00:00Z',
    URL: `https://example.org/${secret}`,
    EmailAddress: `${secret}@example.org`,
  };
  return others[inner.name] ?? secret;
}
