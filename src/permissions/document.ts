/**
 * Documentation: what the tables say, in words. The same sentences stand in docs/reference/permissions.md, in the
 * descriptions of the schema and in the answers to `permissionTables`, so a change of rights is a readable diff.
 */
import type { GraphQLSchema } from 'graphql';
import { isInputObjectType, isObjectType } from 'graphql';
import type { OperationRule, OperationsTable } from './operations.ts';
import { describeOperation } from './operations.ts';
import type { Permissions } from './registry.ts';
import type { Action, PermissionTable, Row } from './table.ts';
import { actions, commonActions, otherActions } from './table.ts';

/** A table in words, as the schema's PermissionTable has it. */
export interface TableDescription {
  readonly resource: string;
  readonly rows: readonly ({ readonly actor: string; readonly other: string } & Readonly<
    Record<(typeof commonActions)[number], string>
  >)[];
  readonly notes: readonly string[];
  readonly fields: readonly {
    readonly field: string;
    readonly read: readonly string[];
    readonly write: readonly string[];
  }[];
}

/** A table in words. */
export function describeTable(table: PermissionTable, schema: GraphQLSchema): TableDescription {
  const notes = Object.values(table.notes).map(({ text }) => text);
  return {
    resource: table.resource,
    rows: table.rows.map((row) => {
      const cells = Object.fromEntries(
        commonActions.map((action) => [action, describeCell(table, row, action)]),
      );
      const other = otherActions
        .filter((action) => row[action] !== undefined)
        .map((action) => `${action}: ${describeCell(table, row, action)}`);
      return {
        actor: row.actor.name,
        ...(cells as Record<(typeof commonActions)[number], string>),
        other: other.join('; '),
      };
    }),
    notes: [
      ...notes,
      ...(table.rootList ? [`${rootListTitle}: ${table.rootList.text}`] : []),
      ...(table.remarks ?? []),
    ],
    fields: [...table.open, ...Object.keys(table.guarded)].map((field) => ({
      field,
      read: describeReaders(table, field),
      write: describeWriters(table, field, schema),
    })),
  };
}

const rootListTitle = 'lists of the resource itself';

/** A cell in words: empty where it denies, `allowed` with its conditions where it allows. */
export function describeCell(table: PermissionTable, row: Row, action: Action): string {
  const cell = row[action];
  if (cell === undefined) return '';
  return cell === true ? 'allowed' : `allowed: ${cell.map((key) => table.notes[key].text).join('; ')}`;
}

const asTheRow = 'as the row';

/** Who reads a field, in words. */
export function describeReaders(table: PermissionTable, field: string): string[] {
  const { read, entries } = table.guarded[field] ?? {};
  if (entries)
    return [
      `${entries.text}: ${asTheRow}`,
      `the rest: ${entries.all.map((name) => table.grants[name].text).join(', ')}`,
    ];
  return read?.map((name) => table.grants[name].text) ?? [asTheRow];
}

/** Who writes a field, in words; nobody where no input of the resource has it. */
export function describeWriters(table: PermissionTable, field: string, schema: GraphQLSchema): string[] {
  if (!isInInputs(table.resource, field, schema)) return [];
  return table.guarded[field]?.write?.map((name) => table.grants[name].text) ?? [asTheRow];
}

/** The names of a resource's inputs. */
const inputsOf = (resource: string): string[] => [
  `Create${resource}Input`,
  `Update${resource}Input`,
  `${resource}Input`,
];

/** Inputs name a linked row by its id: `track` is set by `trackId`, `speakers` by `speakerIds`. */
const keysOf = (field: string): string[] => [field, `${field}Id`, `${field.replace(/s$/, '')}Ids`];

function isInInputs(resource: string, field: string, schema: GraphQLSchema): boolean {
  return inputsOf(resource).some((name) => {
    const input = schema.getType(name);
    return isInputObjectType(input) && keysOf(field).some((key) => key in input.getFields());
  });
}

/** Adds to the description of every type, field, input and operation who may see or do it. */
export function describeSchema(
  schema: GraphQLSchema,
  permissions: Permissions,
  operations: OperationsTable,
): void {
  for (const root of ['Query', 'Mutation', 'Subscription'] as const) {
    const type = schema.getType(root);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      field.description = sentence(field.description, requirement(operations[root][field.name]));
    }
  }
  for (const table of permissions.all) {
    const type = schema.getType(table.resource);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const { read, entries } = table.guarded[field.name] ?? {};
      const readers =
        read || entries
          ? `Read by ${describeReaders(table, field.name).join(entries ? '; ' : ', ')}.`
          : 'Read by all who see the row.';
      field.description = sentence(field.description, readers);
    }
    describeInputs(schema, table);
  }
}

/** Who may call a root field, as a sentence. */
function requirement(rule: OperationRule): string {
  const who = describeOperation(rule);
  return rule.kind === 'cell' ? `${who[0].toUpperCase()}${who.slice(1)}.` : `For ${who}.`;
}

function describeInputs(schema: GraphQLSchema, table: PermissionTable): void {
  for (const name of inputsOf(table.resource)) {
    const input = schema.getType(name);
    if (!isInputObjectType(input)) continue;
    for (const [field, rule] of Object.entries(table.guarded)) {
      if (!rule.write || rule.write.length === 0) continue;
      for (const key of keysOf(field)) {
        const given = input.getFields()[key];
        if (given)
          given.description = sentence(
            given.description,
            `Written by ${describeWriters(table, field, schema).join(', ')}.`,
          );
      }
    }
  }
}

function sentence(description: string | null | undefined, more: string): string {
  if (!description) return more;
  return `${description.trimEnd().replace(/[^.!?]$/, '$&.')} ${more}`;
}

const preface = `# Permissions

Generated from the permission tables in \`src\`; \`npm run docs\` writes it anew.

How to read a table: ✓ allowed, ✓ n allowed where note n holds (several: all of them), blank denied. A viewer's rights
are the union of the rows that apply; what no row grants is denied. A row that the viewer may not view does not exist
for them: it is in no list, no count, no filter and no answer to an id. A field that they may not read is null, and the
answer says so once.`;

/** All tables as one Markdown page. */
export function permissionsPage(
  permissions: Permissions,
  operations: OperationsTable,
  schema: GraphQLSchema,
): string {
  const contents = permissions.all
    .map(({ resource }) => `[${resource}](#${resource.toLowerCase()})`)
    .join(' · ');
  const parts = [
    preface,
    `[Operations](#operations) · ${contents}`,
    '## Operations',
    'Where an operation requires an action on a resource, the table of that resource decides, on the very row that the operation names.',
    ...operationTables(operations),
    ...permissions.all.flatMap((table) => resourceSection(table, schema)),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** One table for each kind of operation, the operations that the same people may call in one line. */
function operationTables(operations: OperationsTable): string[] {
  return (['Query', 'Mutation', 'Subscription'] as const).flatMap((root) => {
    const byRule = new Map<string, string[]>();
    for (const [name, rule] of Object.entries(operations[root])) {
      const who = describeOperation(rule);
      byRule.set(who, [...(byRule.get(who) ?? []), `\`${name}\``]);
    }
    if (byRule.size === 0) return [];
    return [
      grid(
        [root, 'who'],
        [...byRule].map(([who, names]) => [names.join(', '), who]),
      ),
    ];
  });
}

function resourceSection(table: PermissionTable, schema: GraphQLSchema): string[] {
  const used = usedActions(table);
  const sections = [
    `## ${table.resource}`,
    grid(
      [table.resource, ...used],
      table.rows.map((row) => [row.actor.name, ...used.map((action) => markOf(row, action))]),
    ),
  ];
  const notes = notesInOrder(table).map(({ key, text }) => `- **${key}** ${text}`);
  if (notes.length > 0) sections.push(notes.join('\n'));
  if (table.rootList) sections.push(`In ${rootListTitle}: ${table.rootList.text}.`);
  if (table.steps) {
    sections.push(
      grid(
        ['from', ...table.steps.parties],
        table.steps.next.map(([from, ...to]) => [from, ...to.map((states) => states.join(', '))]),
      ),
    );
  }
  if (table.remarks) sections.push(table.remarks.join('  \n'));
  const guarded = Object.keys(table.guarded).map((field) => [
    `\`${field}\``,
    describeReaders(table, field).join(', '),
    describeWriters(table, field, schema).join(', ') || 'nobody: the server sets it',
  ]);
  if (guarded.length > 0) sections.push(grid(['field', 'read', 'write'], guarded));
  sections.push(`Read by all who see the row: ${table.open.map((field) => `\`${field}\``).join(', ')}.`);
  return sections;
}

/** The columns of a table that any of its rows fills. */
export function usedActions(table: PermissionTable): Action[] {
  return actions.filter((action) => table.rows.some((row) => row[action] !== undefined));
}

/** A cell as a mark: empty, ✓, or ✓ with the notes that must hold. */
export function markOf(row: Row, action: Action): string {
  const cell = row[action];
  if (cell === undefined) return '';
  return cell === true ? '✓' : `✓ ${cell.join(', ')}`;
}

/** The notes of a table, numbers first. */
export function notesInOrder(table: PermissionTable): { key: string; text: string }[] {
  return Object.entries(table.notes).map(([key, { text }]) => ({ key, text }));
}

function grid(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
