/**
 * Conditions as SQL: the first product of a table. A planned condition becomes a boolean expression over an alias.
 *
 * What is known of neighbouring rows is used instead of a sub-query: in a list of an event's sessions the event's
 * row is at hand (`known`), for a speaker reached from a session that session is a witness that one exists, and what a
 * row was selected by is not asked of it again (`proven`).
 */
import type { Column, Models, Model } from '../platform/data/model.ts';
import { columnOf, modelOf } from '../platform/data/model.ts';
import type { Statement } from '../platform/data/sql.ts';
import { literal, quote } from '../platform/data/sql.ts';
import type { Condition } from './condition.ts';
import { hostRole } from './plan.ts';
import { scopesFrom } from './rules.ts';
import type { EachPerson, Viewer } from './viewer.ts';

/** A row in scope: its table, its alias, and the neighbouring rows that the statement already has. */
export interface Source {
  readonly model: Model;
  readonly alias: string;
  /** To-one relations whose row is in scope. */
  readonly known?: ReadonlyMap<string, Source>;
  /** To-many relations of which a row is in scope. */
  readonly witness?: ReadonlyMap<string, Source>;
  /** What the row is known to satisfy, since it was selected by it: conditions as JSON. See `provenBy`. */
  readonly proven?: ReadonlySet<string>;
  /** Collects the columns that are asked of the row, where a sub-select has to hand them on. */
  readonly asked?: Set<string>;
}

/** What a row satisfies that was selected by a planned condition: the condition, and each of its parts that must hold. */
export function provenBy(condition: Condition): ReadonlySet<string> {
  const parts = condition.kind === 'all' ? condition.of : [];
  return new Set([condition, ...parts].map((part) => JSON.stringify(part)));
}

/** A column of a row in scope, by its name in the database. */
export function reference(source: Source, name: string): string {
  source.asked?.add(name);
  return `${source.alias}.${quote(name)}`;
}

/** The value of a column of a row in scope, stored or derived. */
export function valueOf(source: Source, column: Column): string {
  if (!column.derived) return reference(source, column.name);
  return column.derived((property) => reference(source, columnOf(source.model, property).name));
}

/** Compiles planned conditions for one statement and one viewer. */
export class ConditionSql {
  constructor(
    private readonly models: Models,
    private readonly statement: Statement,
    private readonly viewer: Viewer | EachPerson,
  ) {}

  /** The boolean SQL expression of a planned condition over a row in scope. */
  compile(condition: Condition, source: Source): string {
    // Before anything is written: a parameter that no text uses is an error to PostgreSQL.
    const settled = this.settled(condition, source);
    if (settled !== null) return String(settled);
    switch (condition.kind) {
      case 'always':
        return 'true';
      case 'never':
        return 'false';
      case 'all':
      case 'any': {
        const open = condition.of.filter((part) => this.settled(part, source) === null);
        const parts = open.map((part) => this.compile(part, source));
        return parts.length === 1 ? parts[0] : `(${parts.join(condition.kind === 'all' ? ' AND ' : ' OR ')})`;
      }
      case 'not':
        return `NOT coalesce(${this.compile(condition.of, source)}, false)`;
      case 'column': {
        const values = condition.values.map(literal);
        const name = column(source, condition.property);
        return values.length === 1 ? `${name} = ${values[0]}` : `${name} IN (${values.join(', ')})`;
      }
      case 'null':
        return `${column(source, condition.property)} IS NULL`;
      case 'time':
        return `${column(source, condition.property)} ${condition.is === 'past' ? '<=' : '>'} now()`;
      case 'ids':
        return this.isOneOf(column(source, condition.property), condition.ids);
      case 'fact':
        return this.fact(condition.fact);
      case 'viewer':
        return `${column(source, condition.property)} = ${this.each()}.id`;
      case 'address':
        return this.viewer.kind === 'each'
          ? `lower(${column(source, condition.property)}) = lower(${this.each()}.email)`
          : `lower(${column(source, condition.property)}) = lower(${this.statement.param(this.viewer.email, 'text')})`;
      case 'role':
        return this.role(condition.roles, source);
      case 'rule':
        return this.rule(condition, source);
      case 'via':
        return this.via(condition, source);
      case 'some':
        return this.some(condition, source);
      case 'machine':
      case 'visible':
        throw new Error('A condition must be planned before it is compiled');
    }
  }

  /** What a condition comes to by what is known of the row without asking it; null where the row has to be asked. */
  private settled(condition: Condition, source: Source): boolean | null {
    if (source.proven?.has(JSON.stringify(condition))) return true;
    switch (condition.kind) {
      case 'always':
        return true;
      case 'never':
        return false;
      case 'all':
      case 'any': {
        const absorbing = condition.kind === 'any';
        const parts = condition.of.map((part) => this.settled(part, source));
        if (parts.includes(absorbing)) return absorbing;
        return parts.includes(null) ? null : !absorbing;
      }
      case 'fact':
        return condition.fact === 'signedIn' ? true : null;
      case 'via': {
        const relation = source.model.relations.get(condition.relation);
        if (condition.where.kind === 'always' && relation?.kind === 'one' && !relation.nullable) return true;
        const known = source.known?.get(condition.relation);
        return known ? this.settled(condition.where, known) : null;
      }
      case 'some': {
        const witness = source.witness?.get(condition.relation);
        return witness && this.settled(condition.where, witness) === true ? true : null;
      }
      default:
        return null;
    }
  }

  private isOneOf(name: string, ids: readonly string[]): string {
    return ids.length === 1
      ? `${name} = ${this.statement.param(ids[0], 'uuid')}`
      : `${name} = ANY(${this.statement.param(`{${ids.join(',')}}`, 'uuid[]')})`;
  }

  private each(): string {
    if (this.viewer.kind !== 'each') throw new Error('A condition must be planned before it is compiled');
    return this.viewer.alias;
  }

  private fact(fact: string): string {
    const each = this.each();
    if (fact === 'staff') return `(${each}.is_admin OR ${each}.is_super_admin)`;
    if (fact === 'superAdmin') return `${each}.is_super_admin`;
    return `${each}.is_verified`;
  }

  private role(roles: readonly string[], source: Source): string {
    const member = modelOf(this.models, 'EventMember');
    const alias = this.statement.alias();
    const holds =
      `EXISTS (SELECT 1 FROM ${quote(member.table)} ${alias} WHERE ${alias}.event_id = ${reference(source, 'id')} ` +
      `AND ${alias}.user_id = ${this.each()}.id AND ${alias}.role IN (${roles.map(literal).join(', ')}))`;
    if (!roles.includes(hostRole)) return holds;
    const held = this.statement.alias();
    const hosts =
      `EXISTS (SELECT 1 FROM held_rules ${held} WHERE ${held}.user_id = ${this.each()}.id AND ${held}.is_through_role ` +
      `AND ${held}.organization_id = ${reference(source, 'organization_id')} ` +
      `AND ${held}.resource = 'organization' AND ${held}.operation = 'UPDATE')`;
    return `(${holds} OR ${hosts})`;
  }

  private rule({ resource, operation, scope, at }: Condition & { kind: 'rule' }, source: Source): string {
    const held = this.statement.alias();
    const scopes = scopesFrom(scope).map(literal).join(', ');
    const here =
      at === 'here'
        ? ` AND (${held}.organization_id IS NULL OR ${held}.organization_id = ${reference(source, 'id')})`
        : '';
    return (
      `EXISTS (SELECT 1 FROM held_rules ${held} WHERE ${held}.user_id = ${this.each()}.id AND ${held}.resource = ${literal(resource)} ` +
      `AND ${held}.operation = ${literal(operation)} AND ${held}.scope IN (${scopes})${here})`
    );
  }

  private via(condition: Condition & { kind: 'via' }, source: Source): string {
    const relation = source.model.relations.get(condition.relation);
    if (relation?.kind !== 'one')
      throw new Error(`${source.model.name}.${condition.relation} is no to-one relation`);
    const foreignKey = reference(source, relation.column);
    const { where } = condition;
    if (where.kind === 'always') return `${foreignKey} IS NOT NULL`;
    if (where.kind === 'ids' && where.property === 'id') return this.isOneOf(foreignKey, where.ids);
    const known = source.known?.get(condition.relation);
    if (known) return this.compile(where, known);
    const target: Source = { model: modelOf(this.models, relation.target), alias: this.statement.alias() };
    return (
      `EXISTS (SELECT 1 FROM ${quote(target.model.table)} ${target.alias} ` +
      `WHERE ${target.alias}.id = ${foreignKey} AND ${this.compile(where, target)})`
    );
  }

  private some(condition: Condition & { kind: 'some' }, source: Source): string {
    const witness = source.witness?.get(condition.relation);
    const witnessed = witness ? this.compile(condition.where, witness) : 'false';
    const direct = this.someOf(condition, source);
    if (direct) return witnessed === 'false' ? direct : `(${witnessed} OR ${direct})`;
    const { from, target } = this.linked(source, condition.relation);
    const alive = target.model.softDeleted ? ` AND ${target.alias}.deleted_at IS NULL` : '';
    const exists = `EXISTS (SELECT 1 FROM ${from}${alive} AND ${this.compile(condition.where, target)})`;
    return witnessed === 'false' ? exists : `(${witnessed} OR ${exists})`;
  }

  /** Whether one of certain rows is linked: their ids are those of the links, and no row has to be looked at. */
  private someOf({ relation: name, where }: Condition & { kind: 'some' }, source: Source): string | null {
    const relation = source.model.relations.get(name);
    if (relation?.kind !== 'through' || relation.where || where.kind !== 'ids' || where.property !== 'id')
      return null;
    if (modelOf(this.models, relation.target).softDeleted) return null;
    const join = modelOf(this.models, relation.join);
    const link = this.statement.alias();
    const other = `${link}.${quote(columnOf(join, relation.other).name)}`;
    return (
      `EXISTS (SELECT 1 FROM ${quote(join.table)} ${link} WHERE ${link}.${quote(columnOf(join, relation.own).name)} = ` +
      `${reference(source, 'id')} AND ${this.isOneOf(other, where.ids)})`
    );
  }

  /**
   * The rows of a to-many relation of a row in scope: the FROM and WHERE that select them, and the source they form.
   * The new source knows the row that it was reached from.
   */
  linked(source: Source, name: string): { from: string; target: Source } {
    const relation = source.model.relations.get(name);
    if (!relation || relation.kind === 'one' || relation.kind === 'any')
      throw new Error(`${source.model.name}.${name} is no to-many relation`);
    const model = modelOf(this.models, relation.target);
    const alias = this.statement.alias();
    if (relation.kind === 'many') {
      const back = model.relations.get(relation.by);
      if (back?.kind !== 'one') throw new Error(`${relation.target}.${relation.by} is no to-one relation`);
      const target = { model, alias, known: new Map([...shared(source, model), [relation.by, source]]) };
      return {
        from: `${quote(model.table)} ${alias} WHERE ${alias}.${quote(back.column)} = ${reference(source, 'id')}`,
        target,
      };
    }
    if (relation.kind === 'same') {
      const { name: text } = columnOf(model, relation.column);
      const own = reference(source, columnOf(source.model, relation.column).name);
      return {
        from: `${quote(model.table)} ${alias} WHERE lower(${alias}.${quote(text)}) = lower(${own})`,
        target: { model, alias },
      };
    }
    const join = modelOf(this.models, relation.join);
    const link = this.statement.alias();
    const own = columnOf(join, relation.own).name;
    const other = columnOf(join, relation.other).name;
    const narrowed = Object.entries(relation.where ?? {})
      .map(([property, value]) => ` AND ${link}.${quote(columnOf(join, property).name)} = ${literal(value)}`)
      .join('');
    const target = { model, alias, known: shared(source, model), witness: inverse(model, relation, source) };
    if (relation.distinct) {
      const linked =
        `SELECT 1 FROM ${quote(join.table)} ${link} WHERE ${link}.${quote(other)} = ${alias}.id ` +
        `AND ${link}.${quote(own)} = ${reference(source, 'id')}${narrowed}`;
      return { from: `${quote(model.table)} ${alias} WHERE EXISTS (${linked})`, target };
    }
    return {
      from:
        `${quote(join.table)} ${link} JOIN ${quote(model.table)} ${alias} ON ${alias}.id = ${link}.${quote(other)} ` +
        `WHERE ${link}.${quote(own)} = ${reference(source, 'id')}${narrowed}`,
      target,
    };
  }
}

/** Rows of one event link only to rows of the same event: what the source knows as `event` is the target's too. */
function shared(source: Source, target: Model): Map<string, Source> {
  const event = source.known?.get('event');
  return event && target.relations.get('event')?.kind === 'one' ? new Map([['event', event]]) : new Map();
}

function inverse(target: Model, relation: { join: string; own: string; other: string }, source: Source) {
  const witness = new Map<string, Source>();
  for (const back of target.relations.values()) {
    if (
      back.kind === 'through' &&
      back.join === relation.join &&
      back.own === relation.other &&
      !back.where
    ) {
      witness.set(back.name, source);
    }
  }
  return witness;
}

function column(source: Source, property: string): string {
  return valueOf(source, columnOf(source.model, property));
}
