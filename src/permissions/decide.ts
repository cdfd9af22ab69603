/**
 * Decisions on one row: may the viewer do this, which row of the table decided, and which of its notes hold. All of
 * it is asked of the database in one statement, with the very predicates that guard reads.
 *
 * A row that does not exist yet (or a row as it would be) is judged by the same predicates over a record made from
 * its values, so that a write is decided before anything is written.
 */
import { columnOf, modelOf } from '../platform/data/model.ts';
import { Statement, quote } from '../platform/data/sql.ts';
import { forbidden, notFound, unauthenticated } from '../platform/graphql/errors.ts';
import type { Condition } from './condition.ts';
import type { Permissions } from './registry.ts';
import type { Source } from './sql.ts';
import { ConditionSql } from './sql.ts';
import type { Action, Row } from './table.ts';
import { noteCondition } from './table.ts';
import type { Viewer } from './viewer.ts';

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
}

/** Sends a statement and returns its rows: a pool's or a transaction's. */
export type Query = (text: string, values: readonly unknown[]) => Promise<Record<string, unknown>[]>;

const hiddenDecision: Decision = { allowed: false, reason: 'NOT_FOUND', row: null, notes: [] };

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

  const visible = action === 'create' ? 'true' : boolean(permissions.action(subject.resource, 'view', viewer));
  const allowed = boolean(permissions.action(subject.resource, action, viewer));
  const rows = table.rows.filter((row) => permissions.plan(row.actor.who, viewer).kind !== 'never');
  const notes = rows.map((row) => notesOf(row, action).map((key) => boolean(noteCondition(table.notes[key], row.actor))));
  const columns = [visible, allowed, ...notes.flat()].map((text, index) => `coalesce(${text}, false) AS c${index}`);
  const from = subjectSql(statement, source, subject);
  const [found] = await query(`SELECT ${columns.join(', ')} FROM ${from}`, statement.values);
  if (!found || found.c0 !== true) return hiddenDecision;

  let at = 2;
  const judged = rows.map((row) => ({
    row,
    notes: notesOf(row, action).map((key) => ({ text: table.notes[key].text, holds: found[`c${at++}`] === true })),
  }));
  const deciding = decidingRow(judged, action);
  const isAllowed = found.c1 === true;
  const reason = isAllowed ? 'ALLOWED' : viewer.userId === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
  return { allowed: isAllowed, reason, row: deciding?.row.actor.name ?? null, notes: deciding?.notes ?? [] };
}

/** Throws the error of the contract for a write that is not allowed: hidden and absent look the same. */
export function assertAllowed(decision: Decision, what: { readonly resource: string; readonly action: Action }): void {
  if (decision.allowed) return;
  if (decision.reason === 'UNAUTHENTICATED') throw unauthenticated();
  if (decision.reason === 'NOT_FOUND') throw notFound(words(what.resource));
  const missing = decision.notes.filter(({ holds }) => !holds).map(({ text }) => text);
  const why = missing.length > 0 ? `: ${missing.join('; ')}` : '';
  throw forbidden(`You may not ${what.action} this ${words(what.resource)}${why}`);
}

function notesOf(row: Row, action: Action): readonly (string | number)[] {
  const cell = row[action];
  return cell === undefined || cell === true ? [] : cell;
}

/** The row that allows, or, of those that speak of the action, the one that came nearest. */
function decidingRow<T extends { row: Row; notes: readonly { holds: boolean }[] }>(judged: readonly T[], action: Action): T | undefined {
  const speaking = judged.filter(({ row }) => row[action] !== undefined);
  const missing = ({ notes }: T) => notes.filter(({ holds }) => !holds).length;
  return [...speaking].sort((a, b) => missing(a) - missing(b))[0] ?? judged[0];
}

/** The FROM (and WHERE) that puts a subject in scope under the alias of its source. */
export function subjectSql(statement: Statement, source: Source, subject: Subject): string {
  const table = quote(source.model.table);
  if ('id' in subject) return `${table} ${source.alias} WHERE ${source.alias}.id = ${statement.param(subject.id, 'uuid')}`;
  const record: Record<string, unknown> = {};
  for (const [property, value] of Object.entries(subject.values)) {
    record[columnOf(source.model, property).name] = value;
  }
  return `jsonb_populate_record(NULL::${table}, ${statement.param(JSON.stringify(record), 'jsonb')}) ${source.alias}`;
}

function words(resource: string): string {
  return resource.replace(/(?<!^)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}
