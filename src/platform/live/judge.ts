/**
 * What a notice means to one viewer: decided by the View cell of the row's table, over the row as it is now and over
 * each state that it was in before, in one statement.
 *
 * A state before is judged by the very predicate of reads. The row comes from its snapshot; tables that had other
 * rows then (the event was a draft, a link was there) are put in front of the real ones under their own names.
 */
import { ConditionSql } from '../../permissions/sql.ts';
import type { Model } from '../data/model.ts';
import { columnOf, modelOf } from '../data/model.ts';
import { Statement, quote } from '../data/sql.ts';
import type { RowsBefore } from '../data/writer.ts';
import type { Context } from '../graphql/context.ts';
import { ChangeKind } from './told.ts';
import type { StateBefore, Told } from './told.ts';

/** What became of one row in the eyes of a viewer. */
export interface Change {
  /** The type of the row. */
  readonly resource: string;
  /** The row's uuid. */
  readonly id: string;
  readonly kind: ChangeKind;
  readonly at: Date;
  /** What was published with the notices, oldest first. */
  readonly data: readonly unknown[];
  /** PostgreSQL's snapshot in which it was decided. */
  readonly snapshot: string;
}

/** What the viewer is to be told; empty where the rows never showed to them, or nothing about them changed. */
export async function changesFor({ viewer, permissions, write }: Context, told: Told): Promise<Change[]> {
  const statement = new Statement();
  const conditions = new ConditionSql(permissions.models, statement, viewer);
  const model = modelOf(permissions.models, told.resource);
  const view = permissions.action(told.resource, 'view', viewer);
  const sees = (alias: string) => `coalesce(${conditions.compile(view, { model, alias })}, false)`;

  const was = (state: StateBefore, id: string): string => {
    if (state === null) return 'false';
    const alias = statement.alias();
    const from = state.row
      ? `jsonb_populate_record(NULL::${quote(model.table)}, ${statement.param(JSON.stringify(state.row), 'jsonb')}) ${alias}`
      : `${quote(model.table)} ${alias} WHERE ${alias}.id = ${id}`;
    return `coalesce((${stoodBefore(permissions.models, statement, state.beside)}SELECT ${sees(alias)} FROM ${from}), false)`;
  };

  const id = statement.param(told.id, 'uuid');
  const now = statement.alias();
  const columns = (of: string) =>
    told.before.map((state, index) => `${was(state, of)} AS s${index}`).join(', ');
  const taken = 'pg_current_snapshot()::text AS snapshot';
  const text = told.of
    ? `SELECT ${now}.id, ${sees(now)} AS now, ${columns(`${now}.id`)}, ${taken} FROM ${quote(model.table)} ${now} ` +
      `WHERE ${now}.${quote(linkOf(model, told.of))} = ${id} ORDER BY ${now}.id`
    : `SELECT ${id} AS id, EXISTS (SELECT 1 FROM ${quote(model.table)} ${now} WHERE ${now}.id = ${id} AND ${sees(now)}) AS now, ` +
      `${columns(id)}, ${taken}`;

  const rows = await write.database.query(text, statement.values);
  return rows.flatMap((row) => {
    const states = told.before.map((_, index) => row[`s${index}`] === true);
    const kind = kindOf(row.now === true, states, told.of !== null);
    return kind === null
      ? []
      : [
          {
            resource: told.resource,
            id: row.id as string,
            kind,
            at: told.at,
            data: told.data,
            snapshot: row.snapshot as string,
          },
        ];
  });
}

/** @param isIndirect the rows themselves are as they were: who saw them all along has nothing to hear */
function kindOf(sees: boolean, saw: readonly boolean[], isIndirect: boolean): ChangeKind | null {
  if (!sees) return saw.includes(true) ? ChangeKind.REMOVED : null;
  if (!saw[0]) return ChangeKind.CREATED;
  return isIndirect && saw.every(Boolean) ? null : ChangeKind.UPDATED;
}

/** WITH clauses under the names of the tables that had other rows before; inside each, the name is still the table's. */
function stoodBefore(
  models: Context['permissions']['models'],
  statement: Statement,
  beside: readonly RowsBefore[],
): string {
  const tables = [...Map.groupBy(beside, ({ resource }) => resource)].map(([resource, parts]) => {
    const model = modelOf(models, resource);
    const table = quote(model.table);
    const others = parts.map(({ by, value }) => {
      const column = columnOf(model, by);
      return `${quote(column.name)} IS DISTINCT FROM ${statement.param(value, column.type)}`;
    });
    const rows = statement.param(JSON.stringify(parts.flatMap((part) => part.rows)), 'jsonb');
    return (
      `${table} AS NOT MATERIALIZED (SELECT * FROM ${table} WHERE ${others.join(' AND ')} ` +
      `UNION ALL SELECT * FROM jsonb_populate_recordset(NULL::${table}, ${rows}))`
    );
  });
  return tables.length > 0 ? `WITH ${tables.join(', ')} ` : '';
}

function linkOf(model: Model, name: string): string {
  const relation = model.relations.get(name);
  if (relation?.kind !== 'one') throw new Error(`${model.name}.${name} is no to-one relation`);
  return relation.column;
}
