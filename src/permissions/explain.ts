/**
 * Answers to "may I?" and "who may?": turns the arguments of `permission` and `whoCan` into a question about one row,
 * and a table round into the people whom it lets do something.
 *
 * People are told by name where a row of the table would not let in a stranger (an account without roles, whose is no
 * row): staff, role, creator, self. A row that on this very object lets strangers in is told as a row instead. Both
 * come from the planned condition, so no table has to say which of its rows are which.
 */
import { modelOf } from '../platform/data/model.ts';
import { Statement } from '../platform/data/sql.ts';
import { invalid } from '../platform/graphql/errors.ts';
import { decodeId, prefixOf } from '../platform/graphql/node.ts';
import { all, any, not } from './condition.ts';
import type { Query, Subject } from './decide.ts';
import { subjectSql } from './decide.ts';
import type { Permissions } from './registry.ts';
import { ConditionSql } from './sql.ts';
import type { Action, PermissionTable, Row } from './table.ts';
import { actions, cellCondition, otherActions } from './table.ts';
import type { EachPerson, Viewer } from './viewer.ts';
import { stranger } from './viewer.ts';

/** What `permission` asks about: an object, or a type to be created in a parent. */
export interface Asked {
  readonly id?: string | null;
  readonly type?: string | null;
  readonly in?: string | null;
}

/** A question about one row. */
export interface Question {
  readonly action: Action;
  readonly subject: Subject;
}

/** A question about a stored row. */
export interface StoredQuestion extends Question {
  readonly subject: { readonly resource: string; readonly id: string };
}

/**
 * The question behind the arguments of `permission`; null where an id is of no type that there is, which is answered
 * as for an id never issued. Throws BAD_USER_INPUT for arguments that do not go together.
 */
export function questionOf(permissions: Permissions, action: string, asked: Asked): Question | null {
  const { id, type, in: parent } = asked;
  if (action !== 'CREATE') {
    if (type || parent)
      throw invalid('goes with CREATE only; an object is named by id alone', type ? 'type' : 'in');
    if (!id) throw invalid(`name the object by id; ${action} is asked of one`, 'id');
    return questionOnObject(permissions, action, id);
  }
  if (id) throw invalid('an object that is there is not created; name type, and in what', 'id');
  if (!type) throw invalid('name the type to create', 'type');
  if (!permissions.has(type)) throw invalid('is no type with a permission table', 'type');
  return questionOnCandidate(permissions, type, parent ?? null);
}

/** The question about an object by its id, as `questionOf` has it. CREATE is BAD_USER_INPUT. */
export function questionOnObject(
  permissions: Permissions,
  action: string,
  id: string,
): StoredQuestion | null {
  const column = columnNamed(action);
  if (column === 'create') throw invalid('an object that is there is not created', 'action');
  const { prefix, uuid } = decodeId(id, 'id');
  const table = permissions.all.find(({ resource }) => prefixOf(resource) === prefix);
  if (!table) return null;
  if (otherActions.includes(column) && !table.rows.some((row) => row[column] !== undefined)) {
    throw invalid(`the table of ${table.resource} has no column ${action}`, 'action');
  }
  return { action: column, subject: { resource: table.resource, id: uuid } };
}

/** The column of the tables for an action of the schema; List of one object is View. */
function columnNamed(action: string): Action {
  const column = actions.find((one) => one.toUpperCase() === action);
  if (!column) throw invalid(`no permission table has a column ${action}`, 'action');
  return column === 'list' ? 'view' : column;
}

function questionOnCandidate(
  permissions: Permissions,
  resource: string,
  parent: string | null,
): Question | null {
  const parents = permissions.parents(resource);
  if (parents.length === 0) {
    if (parent !== null) throw invalid(`a ${resource} is created in nothing`, 'in');
    return { action: 'create', subject: { resource, values: {} } };
  }
  const targets = parents.map(({ target }) => target).join(' or ');
  if (parent === null) throw invalid(`name the ${targets} to create it in`, 'in');
  const { prefix, uuid } = decodeId(parent, 'in');
  const relation = parents.find(({ target }) => prefixOf(target) === prefix);
  return relation ? { action: 'create', subject: { resource, values: { [relation.name]: uuid } } } : null;
}

/** A condition, as SQL over an alias of the users table, that holds for whom a named row lets do the action to the row. */
export function personSql(
  permissions: Permissions,
  { action, subject }: StoredQuestion,
  statement: Statement,
  alias: string,
): string {
  const each: EachPerson = { kind: 'each', alias };
  const table = permissions.table(subject.resource);
  const byName = speaking(table, action).map((row) => {
    const atLarge = permissions.cell(subject.resource, row, action, stranger);
    return all(cellCondition(table, row, action), not(atLarge));
  });
  const source = { model: modelOf(permissions.models, subject.resource), alias: statement.alias() };
  const condition = permissions.plan(all(table.exists, any(...byName)), each);
  const held = new ConditionSql(permissions.models, statement, each).compile(condition, source);
  const from = subjectSql(statement, source, subject);
  return `${alias}.deleted_at IS NULL AND NOT ${alias}.is_blocked AND EXISTS (SELECT 1 FROM ${from} AND ${held})`;
}

/** The actors of the rows that let people at large do the action to the row. */
export async function rowsAtLarge(
  query: Query,
  permissions: Permissions,
  { action, subject }: StoredQuestion,
): Promise<string[]> {
  const table = permissions.table(subject.resource);
  const rows = speaking(table, action);
  if (rows.length === 0) return [];
  const statement = new Statement();
  const source = { model: modelOf(permissions.models, subject.resource), alias: statement.alias() };
  const sql = new ConditionSql(permissions.models, statement, stranger);
  const columns = rows.map((row, index) => {
    const held = permissions.plan(all(table.exists, cellCondition(table, row, action)), stranger);
    return `coalesce(${sql.compile(held, source)}, false) AS c${index}`;
  });
  const [found] = await query(
    `SELECT ${columns.join(', ')} FROM ${subjectSql(statement, source, subject)}`,
    statement.values,
  );
  return rows.filter((_, index) => found?.[`c${index}`] === true).map(({ actor }) => actor.name);
}

function speaking(table: PermissionTable, action: Action): Row[] {
  return table.rows.filter((row) => row[action] !== undefined);
}

/** What something comes to for a kind of viewer before any row is known; `where` lists what is left to ask of the row. */
export interface Outcome {
  readonly outcome: 'always' | 'never' | 'where';
  /** The rows (or, for a field, the grants) that let the viewer, each with the conditions that it leaves open. */
  readonly by: readonly { readonly row: string; readonly where: readonly string[] }[];
}

/** What a column of a table comes to for a kind of viewer. */
export function outcomeOfAction(
  permissions: Permissions,
  resource: string,
  action: Action,
  viewer: Viewer,
): Outcome {
  const table = permissions.table(resource);
  const by = speaking(table, action).flatMap((row) => {
    if (permissions.cell(resource, row, action, viewer).kind === 'never') return [];
    const cell = row[action];
    const keys = cell === undefined || cell === true ? [] : cell;
    const open = keys.filter((key) => permissions.note(resource, row, action, key, viewer).kind !== 'always');
    return [{ row: row.actor.name, where: open.map((key) => table.notes[key].text) }];
  });
  return summed(by);
}

/** What reading (or writing) a field of a row that the viewer sees comes to. */
export function outcomeOfField(
  permissions: Permissions,
  resource: string,
  field: string,
  verb: 'read' | 'write',
  viewer: Viewer,
): Outcome {
  const table = permissions.table(resource);
  const { entries, ...rule } = table.guarded[field] ?? {};
  const grants = verb === 'read' && entries ? entries.all : rule[verb];
  if (!grants) return { outcome: 'always', by: [{ row: 'as the row', where: [] }] };
  const by = grants.flatMap((name) => {
    const { kind } = permissions.grant(resource, name, viewer);
    const { text } = table.grants[name];
    return kind === 'never' ? [] : [{ row: text, where: kind === 'always' ? [] : [text] }];
  });
  return summed(verb === 'read' && entries ? [...by, { row: 'as the row', where: [entries.text] }] : by);
}

function summed(by: Outcome['by']): Outcome {
  if (by.length === 0) return { outcome: 'never', by };
  return by.some(({ where }) => where.length === 0) ? { outcome: 'always', by } : { outcome: 'where', by };
}
