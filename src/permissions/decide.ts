/**
 * Decisions on one row: may the viewer do this, which row of the table decided, and which of its notes hold. All of
 * it is asked of the database in one statement, with the very predicates that guard reads.
 *
 * A row that does not exist yet (or a row as it would be) is judged by the same predicates over a record made from
 * its values, so that a write is decided before anything is written.
 */
import { columnOf, modelOf } from '../platform/data/model.ts';
import { Statement, literal, quote } from '../platform/data/sql.ts';
import { forbidden, notFound, unauthenticated } from '../platform/graphql/errors.ts';
import type { Condition } from './condition.ts';
import { all, isVisible, via } from './condition.ts';
import type { Permissions } from './registry.ts';
import type { Source } from './sql.ts';
import { ConditionSql } from './sql.ts';
import type { Action, Row } from './table.ts';
import { ruleFor } from './scope.ts';
import { noteCondition } from './table.ts';
import type { Viewer } from './viewer.ts';
import { stranger } from './viewer.ts';

/** The row to decide on: one that is stored, or the values of one that is to be. */
export type Subject =
  | { readonly resource: string; readonly id: string }
  | { readonly resource: string; readonly values: Readonly<Record<string, unknown>> };

/** Why something is allowed or not, as the contract's Decision has it. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: 'ALLOWED' | 'UNAUTHENTICATED' | 'NOT_FOUND' | 'FORBIDDEN';
  /** The actor of the row of the table that decided; null where the viewer may not know of the object. */
  readonly row: string | null;
  readonly notes: readonly { readonly text: string; readonly holds: boolean }[];
  /** What is missing where the viewer may not: the rule of a holder, or who may; for people to read. */
  readonly needs?: string | null;
  /** What cannot be seen, where it is not the row itself but what that would be created in; in words. */
  readonly hidden?: string;
}

/** Sends a statement and returns its rows: a pool's or a transaction's. */
export type Query = (text: string, values: readonly unknown[]) => Promise<Record<string, unknown>[]>;

/** The decision on what the viewer may not see, and on what never was. */
export const hiddenDecision: Decision = { allowed: false, reason: 'NOT_FOUND', row: null, notes: [] };

/** Decides an action on one row for a viewer. */
export async function decide(
  query: Query,
  permissions: Permissions,
  viewer: Viewer,
  action: Action,
  subject: Subject,
): Promise<Decision> {
  const table = permissions.table(subject.resource);
  const statement = new Statement();
  const sql = new ConditionSql(permissions.models, statement, viewer);
  const source: Source = { model: modelOf(permissions.models, subject.resource), alias: statement.alias() };
  const boolean = (condition: Condition) => sql.compile(permissions.plan(condition, viewer), source);

  const visible = boolean(
    'values' in subject && action === 'create'
      ? parentsVisible(permissions, source, subject.values)
      : permissions.action(subject.resource, 'view', viewer),
  );
  const allowed = boolean(permissions.action(subject.resource, action, viewer));
  const rows = table.rows.filter((row) => permissions.plan(row.actor.who, viewer).kind !== 'never');
  const notes = rows.map((row) =>
    notesOf(row, action).map((key) => boolean(noteCondition(table.notes[key], row.actor, action))),
  );
  const columns = [visible, allowed, ...notes.flat()].map(
    (text, index) => `coalesce(${text}, false) AS c${index}`,
  );
  const from = subjectSql(statement, source, subject);
  const [found] = await query(`SELECT ${columns.join(', ')} FROM ${from}`, statement.values);
  if (!found || found.c0 !== true)
    return 'values' in subject
      ? { ...hiddenDecision, hidden: parentWords(permissions, subject) }
      : hiddenDecision;

  let at = 2;
  const judged = rows.map((row) => ({
    row,
    notes: notesOf(row, action).map((key) => ({
      text: table.notes[key].text,
      holds: found[`c${at++}`] === true,
      isPersonal:
        permissions.plan(noteCondition(table.notes[key], row.actor, action), stranger).kind === 'never',
    })),
  }));
  const deciding = decidingRow(judged, action);
  const isAllowed = found.c1 === true;
  const reason = isAllowed ? 'ALLOWED' : viewer.kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
  return {
    allowed: isAllowed,
    reason,
    row: deciding?.row.actor.name ?? null,
    notes: told(deciding?.notes ?? []),
    needs: isAllowed ? null : needed(table.rows, deciding?.row, action),
  };
}

/** The rule that the deciding row asks for; where no row of the viewer's speaks of the action, the actors of those that do. */
function needed(rows: readonly Row[], deciding: Row | undefined, action: Action): string | null {
  if (deciding?.[action] !== undefined)
    return ruleFor(deciding.actor, action) && `the rule ${ruleFor(deciding.actor, action)}`;
  const able = rows
    .filter((row) => row[action] !== undefined)
    .map(({ actor }) => ruleFor(actor, action) ?? actor.name);
  return able.length > 0 ? [...new Set(able)].join(' or ') : null;
}

/** What a row would be created in, of what its values name: which of it is hidden is not told. */
function parentWords(
  permissions: Permissions,
  { resource, values }: { readonly resource: string; readonly values: object },
): string {
  const named = permissions.parents(resource).filter(({ name }) => name in values);
  return named.length > 0 ? named.map(({ target }) => words(target)).join(' or ') : words(resource);
}

/** Throws the error of the contract for a write that is not allowed: hidden and absent look the same. */
export function assertAllowed(
  decision: Decision,
  what: { readonly resource: string; readonly action: Action },
): void {
  if (decision.allowed) return;
  if (decision.reason === 'UNAUTHENTICATED') throw unauthenticated();
  if (decision.reason === 'NOT_FOUND') throw notFound(decision.hidden ?? words(what.resource));
  const missing = decision.notes.filter(({ holds }) => !holds).map(({ text }) => text);
  const why = missing.length > 0 ? `. It is allowed only if: ${missing.join('; and ')}` : '';
  const needs = decision.needs ? ` (it takes ${decision.needs})` : '';
  throw forbidden(`You may not ${what.action} this ${words(what.resource)}${needs}${why}`);
}

function notesOf(row: Row, action: Action): readonly (string | number)[] {
  const cell = row[action];
  return cell === undefined || cell === true ? [] : cell;
}

/** A note of a row as it came out; personal where it asks who the viewer is. */
interface JudgedNote {
  readonly text: string;
  readonly holds: boolean;
  readonly isPersonal: boolean;
}

/**
 * Notes may speak of what only those may read for whom the row is meant, such as whether a session is locked. Whom a
 * personal note leaves out is told of personal notes alone.
 */
function told(notes: readonly JudgedNote[]): { text: string; holds: boolean }[] {
  const isLeftOut = notes.some(({ isPersonal, holds }) => isPersonal && !holds);
  return notes
    .filter(({ isPersonal }) => isPersonal || !isLeftOut)
    .map(({ text, holds }) => ({ text, holds }));
}

/** The row that allows, or, of those that speak of the action, the one that came nearest by what may be told of it. */
function decidingRow<T extends { row: Row; notes: readonly JudgedNote[] }>(
  judged: readonly T[],
  action: Action,
): T | undefined {
  const speaking = judged.filter(({ row }) => row[action] !== undefined);
  const missing = (notes: readonly JudgedNote[]) => notes.filter(({ holds }) => !holds).length;
  const distance = ({ notes }: T) =>
    missing(notes.filter(({ isPersonal }) => isPersonal)) * 100 || missing(notes);
  return [...speaking].sort((a, b) => distance(a) - distance(b))[0] ?? judged[0];
}

/** A row is created where the viewer may view what it must hang on; elsewhere that does not exist. */
function parentsVisible(
  permissions: Permissions,
  { model }: Source,
  values: Readonly<Record<string, unknown>>,
): Condition {
  return all(
    ...permissions
      .parents(model.name)
      .filter(({ name, target }) => name in values && permissions.has(target))
      .map(({ name, target }) => via(name, isVisible(target))),
  );
}

/** The FROM (and WHERE) that puts a subject in scope under the alias of its source. */
export function subjectSql(statement: Statement, source: Source, subject: Subject): string {
  const table = quote(source.model.table);
  if ('id' in subject)
    return `${table} ${source.alias} WHERE ${source.alias}.id = ${statement.param(subject.id, 'uuid')}`;
  const record: Record<string, unknown> = {};
  for (const [property, value] of Object.entries(subject.values)) {
    record[columnOf(source.model, property).name] = value;
  }
  const defaults = [...source.model.columns.values()]
    .filter((column) => column.default !== undefined && !(column.name in record))
    .map((column) => `${literal(column.name)}, (${column.default})::${column.type}`);
  const values = `jsonb_build_object(${defaults.join(', ')}) || ${statement.param(JSON.stringify(record), 'jsonb')}`;
  return `jsonb_populate_record(NULL::${table}, ${values}) ${source.alias}`;
}

/** The name of a resource in a sentence: `session type`. */
export function words(resource: string): string {
  return resource.replace(/(?<!^)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}
