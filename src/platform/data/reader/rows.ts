/**
 * Rows as SQL: turns what a selection asks into one nested expression and the decoder of its answer. Every FROM is
 * narrowed by the predicate of its table, every guarded value by the condition of its field: what the viewer may not
 * see never leaves the database.
 */
import type { Condition } from '../../../permissions/condition.ts';
import type { Permissions } from '../../../permissions/registry.ts';
import type { Source } from '../../../permissions/sql.ts';
import { ConditionSql, provenBy, reference, valueOf } from '../../../permissions/sql.ts';
import type { Action, EntriesRule } from '../../../permissions/table.ts';
import { otherActions } from '../../../permissions/table.ts';
import type { Viewer } from '../../../permissions/viewer.ts';
import { identityOf } from '../../../permissions/viewer.ts';
import { filesPath } from '../../files/keys.ts';
import type { Column, Relation } from '../model.ts';
import { columnOf, modelOf } from '../model.ts';
import type { Statement } from '../sql.ts';
import { literal, quote } from '../sql.ts';
import { CursorSeal } from './cursor.ts';
import type { Codec, PlainRow } from './decode.ts';
import { booleanCodec, codecOf } from './decode.ts';
import { FilterSql } from './filter.ts';
import { listSql } from './list.ts';
import type { EdgeRequest, ListRequest, RowRequest } from './request.ts';
import type { Writer } from './transcribe.ts';
import { rowWriter, singleWriter } from './writers.ts';

/** An expression that yields JSON, what turns the JSON into rows, and what writes it as an answer, where that can be done. */
export interface Compiled {
  readonly sql: string;
  readonly decode: (json: unknown) => unknown;
  readonly write: Writer | null;
}

/** The actions that `viewerCan` tells of, in the order of the contract. */
const tellableActions: readonly Action[] = ['view', 'update', 'delete', ...otherActions];

/** Compiles the rows of one statement for one viewer. */
export class RowsSql {
  readonly conditions: ConditionSql;
  readonly filters: FilterSql;
  private base: string | undefined;

  constructor(
    readonly permissions: Permissions,
    readonly statement: Statement,
    readonly viewer: Viewer,
    private readonly secret: string,
    private readonly publicUrl: string,
  ) {
    this.conditions = new ConditionSql(permissions.models, statement, viewer);
    this.filters = new FilterSql(permissions, this.conditions, statement, viewer);
  }

  /** The seal of the cursors of a list: its place in the schema, filter, order and viewer. */
  seal(place: string, list: ListRequest): CursorSeal {
    const { filter, orderBy } = list.args;
    const context = JSON.stringify([identityOf(this.viewer), place, filter ?? null, orderBy ?? null]);
    return new CursorSeal(this.secret, context);
  }

  /** One row of a table that satisfies a condition and that the viewer may view: null otherwise. */
  single(request: RowRequest, from: string, source: Source, where: readonly Condition[]): Compiled {
    const asked = new Set<string>();
    const row = this.row(request, { ...source, asked, proven: new Set(where.flatMap((condition) => [...provenBy(condition)])) });
    const held = where.map((condition) => this.conditions.compile(condition, source));
    const columns = inner(source, asked);
    const { alias } = source;
    return {
      sql: `(SELECT ${row.sql} FROM (SELECT ${columns} FROM ${from}${and(held)} LIMIT 1) ${alias})`,
      decode: (json) => (json === null ? null : row.decode(json)),
      write: singleWriter(row.write),
    };
  }

  /** The rows of a table that satisfy conditions, by their uuids. */
  many(request: RowRequest, from: string, source: Source, where: readonly Condition[]): Compiled {
    const asked = new Set(['id']);
    const row = this.row(request, { ...source, asked, proven: new Set(where.flatMap((condition) => [...provenBy(condition)])) });
    const held = where.map((condition) => this.conditions.compile(condition, source));
    const { alias } = source;
    return {
      sql: `(SELECT json_agg(json_build_array(${alias}.id::text, ${row.sql})) FROM (SELECT ${inner(source, asked)} FROM ${from}${and(held)}) ${alias})`,
      decode: (json) => new Map(((json ?? []) as [string, unknown][]).map(([id, found]) => [id, row.decode(found)])),
      write: null,
    };
  }

  /** A JSON expression for a row in scope, and its decoder. */
  row(request: RowRequest, source: Source): Compiled {
    const texts: string[] = [];
    const columns: [key: string, codec: Codec][] = [];
    const add = (key: string, sql: string, codec: Codec) => {
      texts.push(sql);
      columns.push([key, codec]);
    };
    const grants = new Set<string>();
    for (const property of request.columns) this.column(property, property, request, source, grants, add);
    this.computed(request, source, grants, columns, add);
    const edges = request.edges.flatMap((edge) => this.guardedEdge(edge, request, source, grants));
    for (const grant of grants) {
      const condition = this.permissions.grant(request.model.name, grant, this.viewer);
      add(`?${grant}`, `(${this.conditions.compile(condition, source)})::text`, booleanCodec);
    }
    const actions = request.wantsActions ? this.actions(request, source, add) : null;
    if (texts.length === 0) add('id', `${reference(source, 'id')}::text`, codecOf(request.model, columnOf(request.model, 'id')));
    const array = `array[${texts.join(', ')}]`;
    return { sql: jsonArray([array, ...edges.map((edge) => edge.compiled.sql)]), decode: rowDecoder(columns, edges, actions), write: rowWriter(request, columns, edges) };
  }

  /** What computed fields need: columns by the rule of the field, once each, where the least restricted field has them. */
  private computed(
    request: RowRequest,
    source: Source,
    grants: Set<string>,
    known: readonly (readonly [key: string, codec: Codec])[],
    add: (key: string, sql: string, codec: Codec) => void,
  ): void {
    const isOpen = (field: string) => this.permissions.field(request.model.name, field, 'read', this.viewer) === 'always';
    const fields = [...request.computed].sort(([a], [b]) => Number(isOpen(b)) - Number(isOpen(a)));
    for (const [field, needs] of fields) {
      if (this.permissions.field(request.model.name, field, 'read', this.viewer) === 'never') continue;
      for (const grant of needs.grants ?? []) grants.add(grant);
      for (const property of needs.columns) {
        if (!known.some(([key]) => key === property)) this.column(property, field, request, source, grants, add);
      }
    }
  }

  /** A column, read by the rule of a field: its own, or that of the computed field that needs it. */
  private column(
    property: string,
    field: string,
    request: RowRequest,
    source: Source,
    grants: Set<string>,
    add: (key: string, sql: string, codec: Codec) => void,
  ): void {
    const resource = request.model.name;
    const column = columnOf(request.model, property);
    const planned = this.permissions.field(resource, field, 'read', this.viewer);
    if (planned === 'never') return;
    const name = this.text(resource, field, column, source);
    const codec = codecOf(request.model, column);
    if (typeof planned === 'string') {
      add(property, name, codec);
      return;
    }
    planned.forEach((grant) => grants.add(grant));
    const readable = this.permissions.fieldCondition(resource, field, 'read', this.viewer);
    add(property, `CASE WHEN ${this.conditions.compile(readable, source)} THEN ${name} END`, { ...codec, write: null });
  }

  /** The text of a column as everybody may read it whom its field is for. */
  private text(resource: string, field: string, column: Column, source: Source): string {
    const entries = this.permissions.entries(resource, field, this.viewer);
    if (entries) return this.entries(entries, column.name, source);
    return column.file === 'public' ? this.address(reference(source, column.name)) : `${valueOf(source, column)}::text`;
  }

  /** A JSON object as the viewer may read it: all of it, or the entries that are for all who see the row. */
  private entries({ rule, all }: { rule: EntriesRule; all: Condition }, column: string, source: Source): string {
    const whole = reference(source, column);
    if (all.kind === 'always') return `${whole}::text`;
    const { resource, key, sharing, where } = rule.keyed;
    const keyed: Source = { model: modelOf(this.permissions.models, resource), alias: this.statement.alias() };
    const entry = this.statement.alias();
    const part =
      `(SELECT coalesce(jsonb_object_agg(${entry}.key, ${entry}.value), '{}') FROM jsonb_each(${whole}) ${entry} WHERE EXISTS ` +
      `(SELECT 1 FROM ${quote(keyed.model.table)} ${keyed.alias} ` +
      `WHERE ${reference(keyed, columnOf(keyed.model, key).name)} = ${entry}.key ` +
      `AND ${reference(keyed, columnOf(keyed.model, sharing).name)} = ${reference(source, columnOf(source.model, sharing).name)} ` +
      `AND ${this.conditions.compile(this.permissions.plan(where, this.viewer), keyed)}))`;
    if (all.kind === 'never') return `${part}::text`;
    return `(CASE WHEN ${this.conditions.compile(all, source)} THEN ${whole} ELSE ${part} END)::text`;
  }

  /**
   * The address of a file: paths of our own files get the base that the settings name now, or else this server's, which is
   * no parameter, so that the statement can be prepared.
   */
  private address(path: string): string {
    this.base ??= `coalesce((SELECT rtrim(files_static_domain, '/') FROM settings), ${literal(this.publicUrl)})`;
    return `CASE WHEN starts_with(${path}, '${filesPath}/') THEN ${this.base} || ${path} ELSE ${path} END`;
  }

  private guardedEdge(edge: EdgeRequest, request: RowRequest, source: Source, grants: Set<string>): { key: string; compiled: Compiled }[] {
    const resource = request.model.name;
    const planned = this.permissions.field(resource, edge.field, 'read', this.viewer);
    if (planned === 'never') return [];
    const compiled = this.edge(edge, request, source);
    if (planned === 'always') return [{ key: edge.key, compiled }];
    planned.forEach((grant) => grants.add(grant));
    const readable = this.permissions.fieldCondition(resource, edge.field, 'read', this.viewer);
    // A page without rows is null too, and no page that was refused: the guard knows which it is.
    const isEmpty = edge.list !== null && !edge.list.wantsTotal;
    const decode = (json: unknown) => (json === null && !isEmpty ? null : compiled.decode(json));
    const sql = `CASE WHEN ${this.conditions.compile(readable, source)} THEN ${compiled.sql} END`;
    return [{ key: edge.key, compiled: { sql, decode, write: null } }];
  }

  private edge(edge: EdgeRequest, request: RowRequest, source: Source): Compiled {
    const { relation } = edge;
    if (relation.kind === 'one') {
      const target: Source = { model: modelOf(this.permissions.models, relation.target), alias: this.statement.alias() };
      const from = `${quote(target.model.table)} ${target.alias} WHERE ${target.alias}.id = ${reference(source, relation.column)}`;
      return this.single(edge.row!, from, target, [this.visible(relation.target, 'view')]);
    }
    if (relation.kind === 'any') return this.anyEdge(edge.choices, relation, source);
    const { from, target } = this.conditions.linked(source, relation.name);
    if (relation.single) return this.single(edge.row!, from, target, [this.visible(relation.target, 'view')]);
    // A list of events is one wherever it hangs: what root lists leave out (private events) is left out here too.
    const isNamed = relation.kind === 'through' && relation.action === 'view';
    const visible = isNamed ? this.visible(relation.target, 'view') : this.permissions.rootList(relation.target, this.viewer);
    return listSql(this, edge.list!, `${request.model.name}.${edge.field}`, from, target, visible);
  }

  /** The row of whatever type is named, each judged by the View cell of its own table. */
  private anyEdge(choices: readonly RowRequest[], relation: Relation & { kind: 'any' }, source: Source): Compiled {
    const decoders = new Map<string, Compiled['decode']>();
    const branches = choices.map((request) => {
      const { name, table } = request.model;
      const target: Source = { model: request.model, alias: this.statement.alias() };
      const from = `${quote(table)} ${target.alias} WHERE ${target.alias}.id = ${reference(source, relation.column)}`;
      const row = this.single(request, from, target, [this.visible(name, 'view')]);
      decoders.set(name, row.decode);
      return `WHEN ${literal(name)} THEN json_build_array(${literal(name)}, ${row.sql})`;
    });
    return {
      sql: `CASE ${reference(source, relation.typeColumn)} ${branches.join(' ')} END`,
      decode: (json) => {
        const [type, found] = (json ?? ['', null]) as [string, unknown];
        return found === null ? null : { ...(decoders.get(type)!(found) as PlainRow), __typename: type };
      },
      write: null,
    };
  }

  private visible(resource: string, action: Action): Condition {
    return this.permissions.action(resource, action, this.viewer);
  }

  private actions(
    request: RowRequest,
    source: Source,
    add: (key: string, sql: string, codec: Codec) => void,
  ): (row: PlainRow) => string[] {
    const possible: { name: string; key: string | null }[] = [];
    for (const action of tellableActions) {
      const planned = this.visible(request.model.name, action);
      if (planned.kind === 'never') continue;
      const name = action.toUpperCase();
      // What the row was selected by is settled, as View is nearly always; a bearer is shown a row that they may not view.
      const held = this.conditions.compile(planned, source);
      if (held === 'true') possible.push({ name, key: null });
      else if (held !== 'false') {
        add(`!${action}`, `(${held})::text`, booleanCodec);
        possible.push({ name, key: `!${action}` });
      }
    }
    return (row) => possible.filter(({ key }) => key === null || row[key] === true).map(({ name }) => name);
  }
}

/** A JSON array of expressions, however many: a function of PostgreSQL takes 100 arguments. */
function jsonArray(parts: readonly string[]): string {
  if (parts.length <= 100) return `json_build_array(${parts.join(', ')})`;
  return `json_build_array(VARIADIC array[${parts.map((part) => `to_json(${part})`).join(', ')}])`;
}

/** The columns that an inner select hands on to the expression around it. */
export function inner(source: Source, asked: ReadonlySet<string>): string {
  const columns = asked.size > 0 ? [...asked] : ['id'];
  return columns.map((column) => `${source.alias}.${quote(column)}`).join(', ');
}

/** Conditions to add to a FROM that ends in a WHERE. */
export function and(conditions: readonly string[]): string {
  return conditions.filter((sql) => sql !== 'true').map((sql) => ` AND ${sql}`).join('');
}

function rowDecoder(
  columns: readonly (readonly [key: string, codec: Codec])[],
  edges: readonly { key: string; compiled: Compiled }[],
  actions: ((row: PlainRow) => string[]) | null,
): (json: unknown) => PlainRow {
  return (json) => {
    const parts = json as [(string | null)[], ...unknown[]];
    const [texts] = parts;
    const row: PlainRow = {};
    for (let index = 0; index < columns.length; index += 1) {
      const text = texts[index];
      row[columns[index][0]] = text === null ? null : columns[index][1].decode(text);
    }
    for (let index = 0; index < edges.length; index += 1) {
      row[edges[index].key] = edges[index].compiled.decode(parts[index + 1]);
    }
    if (actions) row.viewerCan = actions(row);
    return row;
  };
}
