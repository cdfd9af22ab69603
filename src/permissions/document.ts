/**
 * Documentation: what the tables say, in words. The same sentences stand in docs/reference/permissions.md, in the
 * descriptions of the schema and in the answers to `permissionTables`, so a change of rights is a readable diff.
 */
import type { GraphQLSchema } from 'graphql';
import { isObjectType } from 'graphql';
import type { OperationsTable } from './operations.ts';
import { describeOperation } from './operations.ts';
import type { Permissions } from './registry.ts';
import type { Action, FieldRule, PermissionTable, Row } from './table.ts';
import { actions } from './table.ts';

/** A cell in words: empty where it denies, `allowed` with its conditions where it allows. */
export function describeCell(table: PermissionTable, row: Row, action: Action): string {
  const cell = row[action];
  if (cell === undefined) return '';
  return cell === true ? 'allowed' : `allowed: ${cell.map((key) => table.notes[key].text).join('; ')}`;
}

/** Who reads or writes a field, in words. */
export function describeReaders(table: PermissionTable, rule: FieldRule, verb: 'read' | 'write'): string[] {
  const grants = rule[verb];
  if (!grants) return ['as the row'];
  return grants.length === 0 ? ['nobody: the server sets it'] : grants.map((name) => table.grants[name].text);
}

/** Adds to the description of every type, field and operation who may see or do it. */
export function describeSchema(schema: GraphQLSchema, permissions: Permissions, operations: OperationsTable): void {
  for (const root of ['Query', 'Mutation', 'Subscription'] as const) {
    const type = schema.getType(root);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      field.description = sentence(field.description, `For ${describeOperation(operations[root][field.name])}.`);
    }
  }
  for (const table of permissions.all) {
    const type = schema.getType(table.resource);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const rule = table.guarded[field.name];
      const readers = rule?.read ? `Read by ${describeReaders(table, rule, 'read').join(', ')}.` : 'Read by all who see the row.';
      field.description = sentence(field.description, readers);
    }
  }
}

function sentence(description: string | null | undefined, more: string): string {
  if (!description) return more;
  return `${description.trimEnd().replace(/[^.!?]$/, '$&.')} ${more}`;
}

/** All tables as one Markdown page. */
export function permissionsPage(permissions: Permissions, operations: OperationsTable): string {
  const parts = [
    '# Permissions',
    'Generated from the permission tables in `src`; `npm run docs` writes it anew. A blank cell denies; what no table grants is denied.',
    '## Operations',
    ...operationTables(operations),
    ...permissions.all.flatMap((table) => resourceSection(table)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function operationTables(operations: OperationsTable): string[] {
  return (['Query', 'Mutation', 'Subscription'] as const).map((root) =>
    [`| ${root} | who |`, '|---|---|']
      .concat(Object.entries(operations[root]).map(([name, rule]) => `| ${name} | ${describeOperation(rule)} |`))
      .join('\n'),
  );
}

function resourceSection(table: PermissionTable): string[] {
  const used = actions.filter((action) => table.rows.some((row) => row[action] !== undefined));
  const numbered = Object.keys(table.notes);
  const mark = (row: Row, action: Action) => {
    const cell = row[action];
    if (cell === undefined) return '';
    return cell === true ? '✓' : `✓ ${cell.join(', ')}`;
  };
  const rows = table.rows.map((row) => `| ${row.actor.name} | ${used.map((action) => mark(row, action)).join(' | ')} |`);
  const grid = [`| ${table.resource} | ${used.join(' | ')} |`, `|---|${used.map(() => '---|').join('')}`, ...rows].join('\n');
  const notes = numbered.map((key) => `- **${key}**: ${table.notes[key].text}`).join('\n');
  const guarded = Object.entries(table.guarded).map(
    ([field, rule]) =>
      `| ${field} | ${describeReaders(table, rule, 'read').join(', ')} | ${describeReaders(table, rule, 'write').join(', ')} |`,
  );
  const sections = [`## ${table.resource}`, grid];
  if (notes) sections.push(notes);
  if (table.rootList) sections.push(`Lists of the resource itself: ${table.rootList.text}.`);
  if (guarded.length > 0) sections.push(['| field | read | write |', '|---|---|---|', ...guarded].join('\n'));
  sections.push(`Fields that all read who see the row: ${table.open.join(', ')}.`);
  return sections;
}
