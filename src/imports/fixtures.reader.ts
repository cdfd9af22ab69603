/**
 * Reads a file of fixtures: organizations with their people, roles and keys, and collaborations with their compute nodes
 * and tasks, as YAML. The whole of it is checked before anything is written; what is wrong is told all at once, each with
 * its place. The format is that of the server this one succeeds, with roles and compute nodes added:
 *
 *   organizations:
 *     - name: IKNL                     # domain, address1, address2, zipcode, country, public_key: may be left out
 *       roles:
 *         - name: Data steward
 *           rules: [task:view:collaboration, result:view:collaboration]
 *       users:
 *         - username: frank            # email, firstname, lastname: may be left out
 *           password: …
 *           roles: [Researcher, Data steward]
 *   collaborations:
 *     - name: ZEPPELIN
 *       encrypted: false
 *       participants:
 *         - name: IKNL                 # node: its compute node's name, api_key: may be left out
 *       tasks: [hello-world]           # or { image, name, description, initiator, input, databases }
 */
import { readFile, stat } from 'node:fs/promises';
import { isAlias, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { catalogue, ruleOperations, ruleScopes } from '../permissions/rules.ts';
import type { CatalogueRule } from '../permissions/rules.ts';
import { assertYamlDepth } from '../platform/depth.ts';
import type { TextKind } from '../platform/values.ts';
import { judgeText, longest } from '../platform/values.ts';
import { defaultRoles } from '../roles/default-roles.ts';
import { ImportError, formatPath, quote } from './import-error.ts';
import type { ImportPath } from './import-error.ts';

/** The largest file of fixtures, in bytes. */
const largestFile = 10_000_000;

/** A text in the normal form of the column that it goes to; null where it says nothing. */
const textOf = (kind: TextKind, own?: number) =>
  z.string().transform((given, context) => {
    const { text, problem } = judgeText(
      { kind, nullable: true, ...(own === undefined ? {} : { longest: own }) },
      given,
    );
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
    return text;
  });
const required = (kind: TextKind) =>
  textOf(kind).transform((text, context) => {
    if (text === null) context.addIssue({ code: 'custom', message: 'cannot be empty' });
    return text ?? '';
  });
/** Left out, empty and null are the same: the file has no value. */
const optional = (kind: TextKind, own?: number) =>
  textOf(kind, own)
    .nullish()
    .transform((text) => text ?? null);
const name = required('name');
const maybe = optional('line');
const personName = optional('name', longest.personName);

const user = z.strictObject({
  username: name,
  firstname: personName,
  lastname: personName,
  email: maybe,
  password: z.coerce
    .string()
    .nullish()
    .transform((text) => text ?? null),
  roles: z.array(name).default([]),
});
const role = z.strictObject({
  name,
  description: optional('prose', longest.line),
  rules: z.array(name).default([]),
});
const organization = z.strictObject({
  name,
  domain: maybe,
  address1: maybe,
  address2: maybe,
  zipcode: z.coerce
    .string()
    .pipe(textOf('line'))
    .nullish()
    .transform((text) => text ?? null),
  country: maybe,
  public_key: z
    .string()
    .nullish()
    .transform((text) => text?.replace(/\s/g, '') || null),
  roles: z
    .array(role)
    .nullish()
    .transform((list) => list ?? []),
  users: z
    .array(user)
    .nullish()
    .transform((list) => list ?? []),
});
const participant = z.strictObject({
  name,
  node: maybe,
  api_key: z.coerce
    .string()
    .nullish()
    .transform((text) => text?.trim() || null),
});
const whole = z.strictObject({
  image: name,
  name: maybe,
  description: optional('prose', longest.line),
  initiator: maybe,
  input: z
    .string()
    .nullish()
    .transform((text) => text ?? null),
  databases: z
    .array(name)
    .nullish()
    .transform((list) => list ?? []),
});
const task = z.union([name.transform((image) => whole.parse({ image })), whole]);
const collaboration = z.strictObject({
  name,
  encrypted: z.boolean().default(true),
  participants: z.array(participant).min(1),
  tasks: z
    .array(task)
    .nullish()
    .transform((list) => list ?? []),
});
const file = z.strictObject({
  organizations: z
    .array(organization)
    .nullish()
    .transform((list) => list ?? []),
  collaborations: z
    .array(collaboration)
    .nullish()
    .transform((list) => list ?? []),
});

/** A file of fixtures, as read: lists are there even where the file has none, absent values are null. */
export type Fixtures = z.output<typeof file>;

/** What is wrong with a place of the file. */
export interface FixtureProblem {
  readonly path: ImportPath;
  readonly message: string;
}

/** All that is wrong with a file of fixtures. Nothing of it was taken. */
export class FixtureError extends ImportError {
  constructor(readonly problems: readonly FixtureProblem[]) {
    const lines = problems.map(({ path, message }) => `  ${formatPath(path) || 'the file'}: ${message}`);
    super('WRONG_SHAPE', `These fixtures cannot be imported; nothing was written.\n${lines.join('\n')}`);
  }
}

/** Reads a file. Throws FixtureError with everything that is wrong with its form; see `checkFixtures` for the rest. */
export async function readFixtures(path: string): Promise<Fixtures> {
  const { size } = await stat(path).catch(() => {
    throw new ImportError('FILE_NOT_FOUND', `There is no file ${quote(path)}`);
  });
  if (size > largestFile) throw new ImportError('TOO_LARGE', `The file has more than ${largestFile} bytes`);
  return parseFixtures(await readFile(path, 'utf8'));
}

/** Reads the text of a file. */
export function parseFixtures(text: string): Fixtures {
  try {
    assertYamlDepth(text);
  } catch (error) {
    throw new FixtureError([{ path: [], message: (error as Error).message }]);
  }
  const document = parseDocument(text, { uniqueKeys: true, schema: 'core' });
  if (document.errors.length > 0)
    throw new FixtureError(
      document.errors.map(({ message }) => ({ path: [], message: message.split('\n')[0] })),
    );
  visit(document, {
    Alias(_, node) {
      // A few lines of aliases of aliases are gigabytes once they are written out.
      if (isAlias(node))
        throw new FixtureError([{ path: [], message: 'aliases (*name) are not read: write the value out' }]);
    },
  });
  const read = file.safeParse(document.toJS() ?? {});
  if (read.success) return read.data;
  throw new FixtureError(
    read.error.issues.map(({ path, message }) => ({
      path: path as ImportPath,
      message: message.toLowerCase(),
    })),
  );
}

/** The rule of a text such as `task:view:collaboration`; null where there is none. */
export function ruleOf(text: string): CatalogueRule | null {
  const [resource, operation, scope] = text.split(':').map((word) => word.trim());
  const found = catalogue.find(
    (rule) =>
      rule.resource === resource &&
      rule.operation.toLowerCase() === operation?.toLowerCase() &&
      rule.scope.toLowerCase() === scope?.toLowerCase(),
  );
  return found ?? null;
}

/** What is wrong with what the file says of itself, whatever the database has: names twice, names of nothing. */
export function inconsistencies({ organizations, collaborations }: Fixtures): FixtureProblem[] {
  const problems: FixtureProblem[] = [];
  const wrong = (path: ImportPath, message: string) => problems.push({ path, message });
  const names = new Set<string>();
  const usernames = new Set<string>();
  for (const [at, one] of organizations.entries()) {
    if (!add(names, one.name)) wrong(['organizations', at, 'name'], `${quote(one.name)} is there twice`);
    const roles = new Set([
      ...defaultRoles.map((known) => known.name.toLowerCase()),
      ...one.roles.map((own) => own.name.toLowerCase()),
    ]);
    for (const [index, own] of one.roles.entries()) {
      if (defaultRoles.some((known) => known.name.toLowerCase() === own.name.toLowerCase())) {
        wrong(
          ['organizations', at, 'roles', index, 'name'],
          `${quote(own.name)} is a default role, which nobody changes`,
        );
      }
      for (const [place, rule] of own.rules.entries()) {
        if (!ruleOf(rule)) {
          wrong(
            ['organizations', at, 'roles', index, 'rules', place],
            `there is no rule ${quote(rule)}; one is written as resource:operation:scope, with ${ruleOperations.join(', ').toLowerCase()} and ${ruleScopes.join(', ').toLowerCase()}`,
          );
        }
      }
    }
    for (const [index, person] of one.users.entries()) {
      if (!add(usernames, person.username))
        wrong(['organizations', at, 'users', index, 'username'], `${quote(person.username)} is there twice`);
      for (const [place, held] of person.roles.entries()) {
        if (!roles.has(held.toLowerCase()))
          wrong(
            ['organizations', at, 'users', index, 'roles', place],
            `there is no role ${quote(held)} in this organization`,
          );
      }
    }
  }
  const titles = new Set<string>();
  for (const [at, one] of collaborations.entries()) {
    if (!add(titles, one.name)) wrong(['collaborations', at, 'name'], `${quote(one.name)} is there twice`);
    const present = new Set<string>();
    for (const [index, { name: participantName }] of one.participants.entries()) {
      if (!add(present, participantName))
        wrong(
          ['collaborations', at, 'participants', index, 'name'],
          `${quote(participantName)} is there twice`,
        );
    }
    for (const [index, work] of one.tasks.entries()) {
      const { initiator } = work;
      if (initiator && !present.has(initiator.toLowerCase()))
        wrong(['collaborations', at, 'tasks', index, 'initiator'], `${quote(initiator)} is no participant`);
    }
  }
  return problems;
}

/** Adds a name; false where it is there already, in whatever case. */
function add(names: Set<string>, text: string): boolean {
  const key = text.toLowerCase();
  return names.has(key) ? false : Boolean(names.add(key));
}
