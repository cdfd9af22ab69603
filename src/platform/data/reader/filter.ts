/**
 * Filters and orders as SQL. A condition on a field that the viewer can read of no row refuses the operation; where
 * it depends on the row, the condition holds only for rows whose field the viewer may read, negated or not. A relation
 * is what the viewer is shown of it: where they may not see the row that it names, it is null to a filter too.
 */
import { via } from '../../../permissions/condition.ts';
import type { Permissions } from '../../../permissions/registry.ts';
import type { ConditionSql, Source } from '../../../permissions/sql.ts';
import { reference, valueOf } from '../../../permissions/sql.ts';
import type { Viewer } from '../../../permissions/viewer.ts';
import { forbidden } from '../../graphql/errors.ts';
import { decodeId, prefixOf, uuidOf } from '../../graphql/node.ts';
import type { Column, Relation } from '../model.ts';
import { columnOf, searchVector } from '../model.ts';
import type { Statement } from '../sql.ts';
import { comparedText, ignoresCase } from '../../values.ts';
import { literal } from '../sql.ts';

type Filter = Readonly<Record<string, unknown>>;

/** The most words of a search that count. */
const mostWords = 20;

/** A text as a query of PostgreSQL's: each of its words as the beginning of one. Nothing but letters, digits and our operators is in it. */
function searchWords(text: string): string {
  const words = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(0, mostWords).map((word) => `${word}:*`).join(' & ');
}

/** Compiles the filters and orders of one statement. */
export class FilterSql {
  constructor(
    private readonly permissions: Permissions,
    private readonly conditions: ConditionSql,
    private readonly statement: Statement,
    private readonly viewer: Viewer,
  ) {}

  /** The boolean SQL expression of a filter over a row in scope. */
  filter(filter: Filter, source: Source, negated = false): string {
    const parts: string[] = [];
    for (const [key, value] of Object.entries(filter)) {
      if (value === null || value === undefined) continue;
      if (key === 'not') parts.push(this.filter(value as Filter, source, !negated));
      else if (key === 'search') parts.push(this.search(value as unknown as string, source, negated));
      else if (key === 'and' || key === 'or') parts.push(this.group(key, value as Filter[], source, negated));
      else parts.push(this.field(key, value as Filter, source, negated));
    }
    return join(parts, negated ? 'OR' : 'AND');
  }

  private group(key: 'and' | 'or', filters: readonly Filter[], source: Source, negated: boolean): string {
    const parts = filters.map((filter) => this.filter(filter, source, negated));
    return join(parts, (key === 'and') === negated ? 'OR' : 'AND');
  }

  /** Each word of the text begins a word of the resource's searched columns, of those that the viewer may read of the row. */
  private search(text: string, source: Source, negated: boolean): string {
    if (text.trim() === '') return String(!negated);
    const words = searchWords(text);
    // Before anything is written: a parameter that no text uses is an error to PostgreSQL.
    const vector = words === '' ? null : this.searched(source);
    if (vector === null) return String(negated);
    const found = `${vector} @@ to_tsquery('simple', ${this.statement.param(words, 'text')})`;
    return negated ? `NOT coalesce(${found}, false)` : found;
  }

  /** How well a row fits a search, for the order of its results; null where nothing of it can be searched. */
  rank(text: string, source: Source): string | null {
    const words = searchWords(text);
    const vector = words === '' ? null : this.searched(source);
    return vector === null ? null : `ts_rank(${vector}, to_tsquery('simple', ${this.statement.param(words, 'text')}))`;
  }

  /** The words of a row as PostgreSQL searches them. For all who may read all of it: the expression of its index (`@Searched`). */
  private searched(source: Source): string | null {
    const { name, searched } = source.model;
    const readable = searched.filter((property) => this.permissions.field(name, property, 'read', this.viewer) !== 'never');
    if (readable.length === 0) return null;
    return searchVector(readable.map((property) => this.orderKey(property, source)));
  }

  private field(key: string, condition: Filter, source: Source, negated: boolean): string {
    const resource = source.model.name;
    const column = columnOf(source.model, key);
    const planned = this.permissions.field(resource, key, 'read', this.viewer);
    if (planned === 'never') throw hidden(resource, key, 'filter');
    const parts = Object.entries(condition)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([operator, value]) => this.operator(source, column, operator, value, negated));
    const held = join(parts, negated ? 'OR' : 'AND');
    if (planned === 'always') return held;
    return `(${this.readable(resource, key, source)} AND ${held})`;
  }

  private readable(resource: string, field: string, source: Source): string {
    return this.conditions.compile(this.permissions.fieldCondition(resource, field, 'read', this.viewer), source);
  }

  private operator(source: Source, column: Column, operator: string, value: unknown, negated: boolean): string {
    const name = valueOf(source, column);
    const shown = this.shown(source, column);
    if (operator === 'isNull') {
      const isPresent = (value === true) === negated;
      if (shown !== null) return isPresent ? shown : `NOT coalesce(${shown}, false)`;
      return `${name} IS ${isPresent ? 'NOT ' : ''}NULL`;
    }
    const compared = this.comparison(source, column, operator, value);
    const held = shown === null ? compared : `(${compared} AND ${shown})`;
    return negated ? `NOT coalesce(${held}, false)` : held;
  }

  /** Whether a to-one relation shows the viewer a row; null where the column is none, or hides nothing from this viewer. */
  private shown(source: Source, { property }: Column): string | null {
    const relation = source.model.relations.get(property);
    if (relation?.kind !== 'one') return null;
    const visible = this.permissions.action(relation.target, 'view', this.viewer);
    return visible.kind === 'always' ? null : this.conditions.compile(via(relation.name, visible), source);
  }

  private comparison(source: Source, column: Column, operator: string, given: unknown): string {
    // Compared in the form in which the column keeps it, however somebody typed it.
    const value = normalOf(column, given);
    const isCaseless = column.text !== undefined && ignoresCase(column.text) && (operator === 'equals' || operator === 'in');
    const name = isCaseless ? `lower(${valueOf(source, column)})` : valueOf(source, column);
    const param = (one: unknown) => this.statement.param(one instanceof Date ? one.toISOString() : one, column.type);
    switch (operator) {
      case 'equals':
        if (column.type === 'uuid') return this.ids(source, name, column, [value as string]);
        return `${name} = ${param(value)}`;
      case 'in':
        if (column.type === 'uuid') return this.ids(source, name, column, value as string[]);
        return `${name} = ANY(${this.statement.param(value, `${column.type}[]`)})`;
      case 'contains':
        return `${name} ILIKE ${this.statement.param(`%${escapeLike(value as string)}%`, 'text')}`;
      case 'startsWith':
        return `${name} ILIKE ${this.statement.param(`${escapeLike(value as string)}%`, 'text')}`;
      case 'before':
      case 'lt':
        return `${name} < ${param(value)}`;
      default:
        return `${name} > ${param(value)}`;
    }
  }

  private ids(source: Source, name: string, column: Column, ids: readonly string[]): string {
    const relation = source.model.relations.get(column.property);
    if (relation?.kind === 'any') return this.anyIds(source, name, relation, ids);
    const type = relation?.target ?? source.model.name;
    const uuids = ids.flatMap((id) => uuidOf(type, id, 'filter', column.property) ?? []);
    return uuids.length === 0 ? 'false' : `${name} = ANY(${this.statement.param(`{${uuids.join(',')}}`, 'uuid[]')})`;
  }

  /** Ids of whatever types: the type of each goes with its uuid. */
  private anyIds(source: Source, name: string, relation: Relation & { kind: 'any' }, ids: readonly string[]): string {
    const parts = ids.flatMap((id) => {
      const { prefix, uuid } = decodeId(id, 'filter', relation.name);
      const table = this.permissions.all.find(({ resource }) => prefixOf(resource) === prefix);
      const type = reference(source, relation.typeColumn);
      return table ? [`(${type} = ${literal(table.resource)} AND ${name} = ${this.statement.param(uuid, 'uuid')})`] : [];
    });
    return join(parts, 'OR');
  }

  /** The SQL expression that a list is ordered by: null for rows whose field the viewer may not read. */
  orderKey(property: string, source: Source): string {
    const resource = source.model.name;
    const planned = this.permissions.field(resource, property, 'read', this.viewer);
    if (planned === 'never') throw hidden(resource, property, 'order');
    const name = valueOf(source, columnOf(source.model, property));
    return planned === 'always' ? name : `CASE WHEN ${this.readable(resource, property, source)} THEN ${name} END`;
  }
}

function normalOf({ text }: Column, value: unknown): unknown {
  if (text === undefined) return value;
  if (Array.isArray(value)) return value.map((one) => normalOf({ text } as Column, one));
  if (typeof value !== 'string') return value;
  const normal = comparedText(text, value);
  return ignoresCase(text) ? normal.toLowerCase() : normal;
}

function hidden(resource: string, field: string, what: string): Error {
  return forbidden(`You may not ${what} by ${resource}.${field}: you may read it of no row`, { field: `${resource}.${field}` });
}

function join(parts: readonly string[], operator: 'AND' | 'OR'): string {
  if (parts.length === 0) return operator === 'AND' ? 'true' : 'false';
  return parts.length === 1 ? parts[0] : `(${parts.join(` ${operator} `)})`;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
