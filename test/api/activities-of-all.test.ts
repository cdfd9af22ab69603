/**
 * Every mutation of the schema, called with arguments made up from their types on the rows of the demo: whatever
 * succeeds has left an activity, or `server.ask` throws. New mutations are called without a line here.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLArgument, GraphQLField, GraphQLInputType } from 'graphql';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { loadDemo } from '../../src/demo/index.ts';
import { hashPassword } from '../../src/platform/auth/passwords.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import { signInAs } from '../kit/accounts.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let superAdminId: string;
const ids = new Map<string, string>();

beforeAll(async () => {
  server = await startServer({ ADDRESS_ATTEMPTS: '10000' });
  await loadDemo(server.app);
  [{ id: superAdminId }] = await server.sql(
    'UPDATE users SET password_hash = $1 WHERE is_super_admin RETURNING id',
    [await hashPassword(texts.password)],
  );
});
afterAll(() => server.close());

/** A row of each type, as far as there is one. The published event, which has the most on it, and nobody who acts here. */
async function findRows(): Promise<void> {
  for (const { resource } of server.app.permissions.all) {
    const { table } = server.app.permissions.models.get(resource)!;
    const [row] = await server.sql(
      `SELECT id FROM ${table} WHERE id <> $1 ORDER BY to_jsonb(${table})->>'state' = 'PUBLISHED' DESC, id LIMIT 1`,
      [superAdminId],
    );
    if (row) ids.set(resource, encodeId(resource, row.id));
  }
}

const pascal = (name: string) => name[0].toUpperCase() + name.slice(1);

/** The type of object that an argument names: `trackId` a track, the `id` of lockSession a session. */
function typeOf(name: string, mutation: string): string {
  if (name !== 'id') return pascal(name.replace(/Ids?$/, ''));
  return (
    [...ids.keys()].filter((type) => mutation.endsWith(type)).sort((a, b) => b.length - a.length)[0] ??
    'Event'
  );
}

const texts: Record<string, string> = {
  email: 'somebody@new.example',
  login: 'somebody@new.example',
  password: 'correct horse',
  oldPassword: 'correct horse',
  newPassword: 'better horse',
  color: '#aabbcc',
  timezone: 'UTC',
  fieldIdentifier: 'newField',
  startsAt: '2030-01-01T09:00:00Z',
  endsAt: '2030-01-02T09:00:00Z',
  expression: '1 + 1',
};
const samples: Record<string, unknown> = {
  String: 'A text',
  Int: 1,
  Float: 1,
  Boolean: true,
  DateTime: '2030-01-01T09:00:00Z',
  URL: 'https://example.org/',
  EmailAddress: 'somebody@new.example',
  JSON: {},
};

function valueOf(name: string, type: GraphQLInputType, mutation: string): unknown {
  if (isNonNullType(type)) return valueOf(name, type.ofType, mutation);
  if (isListType(type)) return [valueOf(name, type.ofType, mutation)];
  if (isEnumType(type)) return type.getValues()[0].name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => isRequiredInputField(field));
    return Object.fromEntries(fields.map((field) => [field.name, valueOf(field.name, field.type, mutation)]));
  }
  if (type.name === 'ID')
    return ids.get(typeOf(name, mutation)) ?? encodeId('Event', '0190aaaa-0000-7000-8000-000000000000');
  return texts[name] ?? samples[type.name] ?? 'A text';
}

function documentOf(field: GraphQLField<unknown, unknown>, args: readonly GraphQLArgument[]): string {
  const declared = args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const given = args.map(({ name }) => `${name}: $${name}`).join(', ');
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
  return `mutation ${declared && `(${declared})`} { ${field.name}${given && `(${given})`}${selection} }`;
}

describe('every mutation', () => {
  it('leaves an activity where it succeeds', async () => {
    const fields = Object.values(server.app.schema().getMutationType()!.getFields());
    // What takes away comes last, and what others hang on at the very last.
    const rank = ({ name }: { name: string }) =>
      /^(change|delete(Event|User|Organization)$|sign)/.test(name)
        ? 2
        : /^(delete|remove|purge|cancel|take|revoke)/.test(name)
          ? 1
          : 0;
    const succeeded: string[] = [];
    for (const field of [...fields].sort((a, b) => rank(a) - rank(b))) {
      await findRows();
      const args = field.args.filter((argument) => isRequiredArgument(argument));
      const variables = Object.fromEntries(
        args.map(({ name, type }) => [name, valueOf(name, type, field.name)]),
      );
      const asker = await signInAs(server, superAdminId);
      const { errors } = await server.ask(documentOf(field, args), variables, asker);
      const codes = errors?.map(({ extensions }) => extensions.code) ?? [];
      expect({ mutation: field.name, codes }).not.toEqual({
        mutation: field.name,
        codes: expect.arrayContaining(['INTERNAL_SERVER_ERROR']),
      });
      if (!errors) succeeded.push(field.name);
    }
    // The others ask for what cannot be made up: tokens, states, files, the right machine.
    expect(succeeded.length).toBeGreaterThan(70);
  });
});
