/**
 * The decorators of entities: one line declares a column, a link or a connection for PostgreSQL (MikroORM) and for
 * the schema (type-graphql) together, so that the two cannot drift apart.
 */
import { Entity, Enum, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { ClassType } from 'type-graphql';
import { Args, Extensions, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { v7 as uuidv7 } from 'uuid';
import { DateTimeScalar, EmailAddressScalar, JsonScalar, UrlScalar } from '../graphql/scalars.ts';
import type { Context } from '../graphql/context.ts';
import { ActionName, NodeInterface } from '../graphql/node.ts';
import { declareDerived, declareFile, declareRelation, declareSearched, declareText, searchVector } from './model.ts';
import type { DerivedSql } from './model.ts';
import type { TextKind } from '../values.ts';

/** The kinds of columns, each with its type in the database and in the schema. */
export const columnKinds = {
  // Kinds of text: platform/values.ts has the normal form, the rule and the limit of each.
  name: { columnType: 'text', type: () => String, text: 'name' },
  line: { columnType: 'text', type: () => String, text: 'line' },
  prose: { columnType: 'text', type: () => String, text: 'prose' },
  html: { columnType: 'text', type: () => String, text: 'html' },
  locale: { columnType: 'text', type: () => String, text: 'locale' },
  timezone: { columnType: 'text', type: () => String, text: 'timezone' },
  color: { columnType: 'text', type: () => String, text: 'color' },
  slug: { columnType: 'text', type: () => String, text: 'slug' },
  username: { columnType: 'text', type: () => String, text: 'username' },
  code: { columnType: 'text', type: () => String, text: 'code' },
  opaque: { columnType: 'text', type: () => String, text: 'opaque' },
  url: { columnType: 'text', type: () => UrlScalar, text: 'url' },
  /** An address that may be that of a file of ours: such a one is kept as its path and gets its base where it is read. */
  file: { columnType: 'text', type: () => UrlScalar, text: 'file' },
  /** The same of a private file: whoever reads the row gets a link that expires. */
  privateFile: { columnType: 'text', type: () => UrlScalar, text: 'privateFile' },
  email: { columnType: 'text', type: () => EmailAddressScalar, text: 'email' },
  /** An e-mail address that the schema shows as plain text. */
  plainEmail: { columnType: 'text', type: () => String, text: 'email' },
  int: { columnType: 'int', type: () => Int },
  float: { columnType: 'double precision', type: () => Float },
  boolean: { columnType: 'boolean', type: () => Boolean },
  time: { columnType: 'timestamptz(3)', type: () => DateTimeScalar },
  json: { columnType: 'jsonb', type: () => JsonScalar },
  uuid: { columnType: 'uuid', type: () => ID },
} as const satisfies Record<string, { readonly columnType: string; readonly type: () => unknown; readonly text?: TextKind }>;

/** The kind of text that a kind of column holds; null where it holds none. */
function textKindOf(kind: ColumnKind): TextKind | null {
  const { text } = columnKinds[kind] as { readonly text?: TextKind };
  return text ?? null;
}

/** A kind of column. */
export type ColumnKind = keyof typeof columnKinds;

/** How a column differs from a required one that the schema shows. */
export interface ColumnOptions {
  /** The column may be null. */
  readonly nullable?: boolean;
  /** The table guards the field, so the schema makes it nullable whatever the column is. */
  readonly guarded?: boolean;
  /** A SQL expression. */
  readonly default?: string;
  /** False: the column is not in the schema. */
  readonly api?: boolean;
  /** The column's name where it is not the property's in snake case. */
  readonly column?: string;
  readonly description?: string;
  /** The most characters of a text, where they are fewer than those of its kind. */
  readonly longest?: number;
}

const mikroTypes: Partial<Record<ColumnKind, string>> = { time: 'Date', json: 'json', uuid: 'uuid' };

/** A column, and the field of the same name. */
export function Column(kind: ColumnKind, options: ColumnOptions = {}): PropertyDecorator {
  return (prototype, key) => {
    const { columnType, type } = columnKinds[kind];
    Property({
      columnType,
      type: mikroTypes[kind] ?? columnType,
      nullable: options.nullable === true,
      ...(options.default === undefined ? {} : { defaultRaw: options.default }),
      ...(options.column ? { fieldName: options.column } : {}),
    })(prototype, key as string);
    const text = textKindOf(kind);
    const { nullable = false, longest } = options;
    if (text) declareText(prototype.constructor, String(key), { kind: text, nullable, ...(longest === undefined ? {} : { longest }) });
    if (kind === 'file' || kind === 'privateFile') declareFile(prototype.constructor, String(key), kind === 'file' ? 'public' : 'private');
    if (options.api === false) return;
    field(prototype, key, type, options);
  };
}

function field(prototype: object, key: string | symbol, type: () => unknown, options: ColumnOptions): void {
  Field(type as () => ClassType, {
    nullable: options.nullable === true || options.guarded === true,
    ...(options.description ? { description: options.description } : {}),
  })(prototype, key as string);
}

/** A column of an enum, stored as the enum's own text and checked by the database. */
export function EnumColumn(type: () => object, options: ColumnOptions = {}): PropertyDecorator {
  return (prototype, key) => {
    Enum({
      items: type as () => Record<string, string>,
      columnType: 'text',
      nullable: options.nullable === true,
      ...(options.default === undefined ? {} : { defaultRaw: options.default }),
    })(prototype, key as string);
    if (options.api !== false) field(prototype, key, type, options);
  };
}

/** A field that PostgreSQL works out of the row where it is read, to be filtered and ordered by like a column. */
export function Derived(
  kind: ColumnKind | (() => object),
  sql: DerivedSql,
  options: Pick<ColumnOptions, 'nullable' | 'guarded' | 'description'> = {},
): PropertyDecorator {
  return (prototype, key) => {
    const { columnType, type } = typeof kind === 'string' ? columnKinds[kind] : { columnType: 'text', type: kind };
    const nullable = options.nullable === true;
    const text = typeof kind === 'string' ? textKindOf(kind) : null;
    declareDerived(prototype.constructor, {
      property: String(key), name: String(key), type: columnType, nullable, derived: sql, ...(text ? { text } : {}),
    });
    field(prototype, key, type, options);
  };
}

/** What a link does when the row that it points to is deleted. */
type OnDelete = 'cascade' | 'set null' | 'restrict';

/** A to-one relation: a foreign key, and a field that shows the row where the viewer may see it. */
export function Link(
  target: () => ClassType,
  options: {
    nullable?: boolean;
    /** `keep`: the id stays when the row is gone; there is no foreign key. */
    onDelete: OnDelete | 'keep';
    api?: boolean;
    column?: string;
    description?: string;
    unique?: boolean;
  },
): PropertyDecorator {
  return (prototype, key) => {
    ManyToOne({
      entity: target as () => never,
      nullable: options.nullable === true,
      ...(options.onDelete === 'keep' ? { createForeignKeyConstraint: false } : { deleteRule: options.onDelete }),
      index: options.unique !== true,
      ...(options.unique ? { unique: true } : {}),
      fieldName: options.column ?? `${snake(String(key))}_id`,
    })(prototype, key as string);
    // A link is nullable in the schema even where the column is not: the row behind it may be hidden.
    if (options.api !== false) field(prototype, key, target, { nullable: true, description: options.description });
  };
}

/**
 * A to-one relation to a row of any table: a column with its uuid, and a field that shows the row where the viewer
 * may see it by the table of its own type. There is no foreign key; the row may be gone.
 * @param options.type the property that holds the name of the type
 */
export function AnyLink(options: { type: string; description?: string }): PropertyDecorator {
  return (prototype, key) => {
    Property({ columnType: 'uuid', type: 'uuid', nullable: true, fieldName: `${snake(String(key))}_id` })(prototype, key as string);
    declareRelation(prototype.constructor, { name: String(key), typeProperty: options.type });
    field(prototype, key, () => NodeInterface, { nullable: true, description: options.description });
  };
}

/** Where the rows of a connection come from. */
type ConnectionSource =
  | { readonly by: string }
  | { readonly same: string }
  | {
      readonly through: () => ClassType;
      readonly own: string;
      readonly other: string;
      readonly where?: Record<string, string>;
      readonly action?: 'list' | 'view';
      /** A row may be linked more than once, and is listed once all the same. */
      readonly distinct?: boolean;
    };

function declare(prototype: object, key: string | symbol, target: () => ClassType, source: ConnectionSource, single: boolean) {
  declareRelation(prototype.constructor, {
    name: String(key),
    target,
    single,
    ...('through' in source
      ? { through: { join: source.through, own: source.own, other: source.other, where: source.where, action: source.action, distinct: source.distinct } }
      : source),
  });
}

/** A to-many relation: a Relay connection with the arguments of its target's lists. */
export function Connection(
  target: () => ClassType,
  types: () => { connection: ClassType; args: ClassType },
  source: ConnectionSource,
  options: { guarded?: boolean; description?: string } = {},
): PropertyDecorator {
  return (prototype, key) => {
    declare(prototype, key, target, source, false);
    const { guarded = false, description } = options;
    Field(() => types().connection, { nullable: guarded, ...(description ? { description } : {}) })(prototype, key as string);
    Args(() => types().args)(prototype, key as string, 0);
  };
}

/** A to-many relation that conditions of the tables speak of and the schema does not show. */
export function Related(target: () => ClassType, source: ConnectionSource): PropertyDecorator {
  return (prototype, key) => declare(prototype, key, target, source, false);
}

/** The one row, if any, of a relation that is kept on the other side. */
export function Single(target: () => ClassType, source: ConnectionSource, description?: string): PropertyDecorator {
  return (prototype, key) => {
    declare(prototype, key, target, source, true);
    field(prototype, key, target, { nullable: true, description });
  };
}

/** What a computed field needs of its row: columns, and grants of the table (given as `row['?grant']`). */
export interface ComputedNeeds {
  readonly columns: readonly string[];
  readonly grants?: readonly string[];
}

/** A field that is computed from loaded columns by a plain function of the row; with the context, for what is signed for the asker. */
export function Computed<T>(
  type: () => unknown,
  needs: ComputedNeeds,
  compute: (row: Record<string, T>, context: Context) => unknown,
  options: { nullable?: boolean; description?: string } = {},
): PropertyDecorator {
  return (prototype, key) => {
    Field(type as () => ClassType, options)(prototype, key as string);
    Extensions({ computed: { needs, compute } })(prototype, key as string);
  };
}

/** Which rows a count counts. */
export interface CountOf {
  readonly relation: string;
  /** A filter of the relation's target, constant. */
  readonly filter: Readonly<Record<string, unknown>>;
}

/** How many rows of a to-many relation of the same entity the viewer may see, of those that satisfy a constant filter. */
export function Count(relation: string, filter: CountOf['filter'], options: { guarded?: boolean; description?: string } = {}): PropertyDecorator {
  return (prototype, key) => {
    const { guarded = false, description } = options;
    Field(() => Int, { nullable: guarded, ...(description ? { description } : {}) })(prototype, key as string);
    Extensions({ count: { relation, filter } satisfies CountOf })(prototype, key as string);
  };
}

const orders = new Map<string, string>();

/** The order of lists of a resource that name none, as `property ASC`. */
export function defaultOrder(resource: string): string {
  return orders.get(resource) ?? 'createdAt ASC';
}

/** An entity that is a type of the schema: its table, its description and the order of its lists by default. */
export function Resource(table: string, description: string, order?: string): ClassDecorator {
  return (target) => {
    if (order) orders.set(target.name, order);
    Entity({ tableName: table })(target as never);
    ObjectType({ implements: NodeInterface, simpleResolvers: true, description })(target as never);
    const prototype = target.prototype as object;
    Field(() => DateTimeScalar, { description: 'When it was made.' })(prototype, 'createdAt');
    Field(() => DateTimeScalar, { description: 'When it was last changed.' })(prototype, 'updatedAt');
    Field(() => [ActionName], { description: 'What the viewer may do with this very object.' })(prototype, 'viewerCan');
  };
}

/**
 * The columns that `search` in the resource's filter looks into, the one that counts most first; the filter type then has
 * a `search` of `conditions.search`.
 * @param options.index the table, where all who see a row may read these columns: it gets an index of their words
 */
export function Searched(options: { readonly index?: string }, ...properties: string[]): ClassDecorator {
  return (target) => {
    declareSearched(target, properties);
    if (!options.index) return;
    const name = `${options.index}_search_index`;
    const vector = searchVector(properties.map((property) => `"${snake(property)}"`));
    Index({ name, expression: `create index ${name} on ${options.index} using gin (${vector})` })(target as never);
  };
}

/** What every entity has: a uuid v7, and when it was made and last changed. */
export abstract class EntityBase {
  @PrimaryKey({ type: 'uuid' })
  id: string = uuidv7();

  @Property({ columnType: 'timestamptz(3)', type: 'Date', defaultRaw: 'now()' })
  createdAt: Date = new Date();

  @Property({ columnType: 'timestamptz(3)', type: 'Date', defaultRaw: 'now()', onUpdate: () => new Date() })
  updatedAt: Date = new Date();
}

function snake(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
