/**
 * The model: tables, columns and relations as the SQL compilers need them, read once from MikroORM's metadata and
 * from the `@Connection` declarations of the entities. Nothing here knows of permissions.
 */
import type { EntityMetadata, MetadataStorage } from '@mikro-orm/core';
import type { TextColumn, TextKind } from '../values.ts';

/**
 * The order of texts, by the name of its collation in PostgreSQL: as people sort, whatever the capitals, with numbers by
 * their value. Texts that differ in capitals alone still have one order, so that pages neither skip nor repeat any.
 */
export const textOrder = '"convoke_text"';

/** A column of a table, by the property that names it in the code and in the schema. */
export interface Column {
  readonly property: string;
  readonly name: string;
  /** The PostgreSQL type, for casts of parameters. */
  readonly type: string;
  readonly nullable: boolean;
  /** The SQL expression of the value that a new row has where none is given. */
  readonly default?: string;
  /** Not stored: PostgreSQL works it out where it is read. `name` is then no column of the table. */
  readonly derived?: DerivedSql;
  /** The column holds the address of a file, which may be the path of one of ours (files/keys.ts): open to all, or by links. */
  readonly file?: 'public' | 'private';
  /** The kind of text that the column holds (platform/values.ts). */
  readonly text?: TextKind;
}

/**
 * The SQL of a derived column: an expression in brackets over one row, whose stored columns `of` refers to. Aliases of
 * its own sub-queries are words, never `t` and a number, which the statement around it hands out.
 */
export type DerivedSql = (of: (property: string) => string) => string;

/** A relation from one table to another. */
export type Relation =
  | { readonly kind: 'one'; readonly name: string; readonly target: string; readonly column: string; readonly nullable: boolean }
  | {
      /** The rows of `target` whose to-one relation `by` points here; `single` where at most one can. */
      readonly kind: 'many';
      readonly name: string;
      readonly target: string;
      readonly by: string;
      readonly single: boolean;
    }
  | {
      /** Rows of `target` linked through the rows of a join entity; `where` narrows the links to constant values. */
      readonly kind: 'through';
      readonly name: string;
      readonly target: string;
      readonly join: string;
      readonly own: string;
      readonly other: string;
      readonly where?: Readonly<Record<string, string>>;
      /** A row may be linked more than once, and is there once all the same. */
      readonly distinct?: boolean;
      /** The cell that decides who is in the list: `view` where it names rows that are not to be listed at large. */
      readonly action?: 'list' | 'view';
      readonly single: boolean;
    }
  | {
      /** The rows of `target` whose text in the column `column` is this row's, in whatever case. */
      readonly kind: 'same';
      readonly name: string;
      readonly target: string;
      readonly column: string;
      readonly single: false;
    }
  | {
      /** The one row, of whatever table the column of types names, that the column points to. */
      readonly kind: 'any';
      readonly name: string;
      readonly column: string;
      readonly typeColumn: string;
    };

/** One table. */
export interface Model {
  readonly name: string;
  readonly table: string;
  readonly columns: ReadonlyMap<string, Column>;
  readonly relations: ReadonlyMap<string, Relation>;
  /** The properties that a search looks into. */
  readonly searched: readonly string[];
  /** Whether rows are deleted by setting `deletedAt`. */
  readonly softDeleted: boolean;
}

/** All tables by entity name. */
export type Models = ReadonlyMap<string, Model>;

/** A relation declared on an entity class by `@AnyLink`: two of its properties point to a row of any table. */
export interface DeclaredAny {
  readonly name: string;
  readonly typeProperty: string;
}

/** A relation declared on an entity class by `@Connection` or `@Single`; `target` is a thunk, since entities form cycles. */
export interface DeclaredRelation {
  readonly name: string;
  readonly target: () => { name: string };
  readonly by?: string;
  readonly same?: string;
  readonly through?: {
    readonly join: () => { name: string };
    readonly own: string;
    readonly other: string;
    readonly where?: Record<string, string>;
    readonly action?: 'list' | 'view';
    readonly distinct?: boolean;
  };
  readonly single: boolean;
}

const declared = new Map<object, (DeclaredRelation | DeclaredAny)[]>();
const derived = new Map<object, Column[]>();
const files = new Map<object, Map<string, 'public' | 'private'>>();
const texts = new Map<object, ReadonlyMap<string, TextColumn>>();
const allTexts = new WeakMap<object, ReadonlyMap<string, TextColumn>>();
const searched = new Map<object, readonly string[]>();

/** Records that a column of an entity class holds the address of a file; called by decorators while classes are evaluated. */
export function declareFile(entity: object, property: string, access: 'public' | 'private'): void {
  files.set(entity, (files.get(entity) ?? new Map()).set(property, access));
}

/** Records what text a column of an entity class holds; called by decorators while classes are evaluated. */
export function declareText(entity: object, property: string, column: TextColumn): void {
  texts.set(entity, new Map([...(texts.get(entity) ?? []), [property, column]]));
}

/** The columns of text of an entity class, with those that it inherits, by their properties. */
export function textsOf(entity: object): ReadonlyMap<string, TextColumn> {
  let found = allTexts.get(entity);
  if (!found) {
    const parent = Object.getPrototypeOf(entity) as object | null;
    found = new Map([...(parent ? textsOf(parent) : []), ...(texts.get(entity) ?? [])]);
    allTexts.set(entity, found);
  }
  return found;
}

/**
 * The words of columns as PostgreSQL searches them; the first column counts most. Written one way alone, so that queries
 * use the index over the very same expression. `search_vector` is a function of ours (migrations): without accents, tags and case.
 */
export function searchVector([heading, ...rest]: readonly string[]): string {
  const others = rest.map((column) => `coalesce(${column}, '')`).join(` || ' ' || `) || `''`;
  return `search_vector(coalesce(${heading}, ''), ${others})`;
}

/** Records which columns of an entity class a search looks into; called by decorators while classes are evaluated. */
export function declareSearched(entity: object, properties: readonly string[]): void {
  searched.set(entity, properties);
}

/** Records a relation of an entity class; called by decorators while classes are evaluated. */
export function declareRelation(entity: object, relation: DeclaredRelation | DeclaredAny): void {
  declared.set(entity, [...(declared.get(entity) ?? []), relation]);
}

/** Records a derived column of an entity class; called by decorators while classes are evaluated. */
export function declareDerived(entity: object, column: Column): void {
  derived.set(entity, [...(derived.get(entity) ?? []), column]);
}

/** Builds the model of all entities. Throws when a declaration names a relation that does not exist. */
export function buildModels(metadata: MetadataStorage): Models {
  const models = new Map<string, Model>();
  for (const meta of metadata.getAll().values()) {
    if (meta.abstract || !meta.tableName) continue;
    models.set(meta.className, buildModel(meta));
  }
  for (const model of models.values()) {
    for (const relation of model.relations.values()) check(models, model, relation);
  }
  return models;
}

function buildModel(meta: EntityMetadata): Model {
  const columns = new Map<string, Column>();
  const relations = new Map<string, Relation>();
  for (const property of meta.props) {
    const name = property.fieldNames?.[0];
    if (!name || property.persist === false) continue;
    const nullable = property.nullable === true;
    columns.set(property.name, {
      property: property.name,
      name,
      type: property.columnTypes[0],
      nullable,
      ...(property.defaultRaw === undefined ? {} : { default: property.defaultRaw }),
      ...(files.get(meta.class as object)?.has(property.name) ? { file: files.get(meta.class as object)?.get(property.name) } : {}),
      ...(meta.class && textsOf(meta.class).has(property.name) ? { text: textsOf(meta.class).get(property.name)?.kind } : {}),
    });
    if (property.kind === 'm:1' || property.kind === '1:1') {
      relations.set(property.name, { kind: 'one', name: property.name, target: property.type, column: name, nullable });
    }
  }
  for (const column of inherited(derived, meta.class)) columns.set(column.property, column);
  for (const relation of inherited(declared, meta.class)) {
    if ('typeProperty' in relation) {
      const { name, typeProperty } = relation;
      const [column, typeColumn] = [name, typeProperty].map((property) => columns.get(property)?.name ?? '');
      relations.set(name, { kind: 'any', name, column, typeColumn });
      continue;
    }
    const base = { name: relation.name, target: relation.target().name, single: relation.single };
    if (relation.through) relations.set(relation.name, { ...base, kind: 'through', ...relation.through, join: relation.through.join().name });
    else if (relation.same) relations.set(relation.name, { ...base, kind: 'same', column: relation.same, single: false });
    else relations.set(relation.name, { ...base, kind: 'many', by: relation.by ?? '' });
  }
  return {
    name: meta.className,
    table: meta.tableName,
    columns,
    relations,
    searched: searched.get(meta.class as object) ?? [],
    softDeleted: columns.has('deletedAt'),
  };
}

/** What was declared of a class, after what was declared of those that it extends. */
function inherited<T>(of: ReadonlyMap<object, readonly T[]>, entity: object | null): T[] {
  return entity ? [...inherited(of, Object.getPrototypeOf(entity) as object | null), ...(of.get(entity) ?? [])] : [];
}

function check(models: Models, model: Model, relation: Relation): void {
  if (relation.kind === 'any') return;
  const target = models.get(relation.target);
  const missing = (what: string) => new Error(`${model.name}.${relation.name}: ${what} does not exist`);
  if (!target) throw missing(relation.target);
  if (relation.kind === 'many' && target.relations.get(relation.by)?.kind !== 'one') {
    throw missing(`${relation.target}.${relation.by}`);
  }
  if (relation.kind === 'same') for (const side of [model, target]) columnOf(side, relation.column);
  if (relation.kind === 'through') {
    const join = models.get(relation.join);
    if (!join) throw missing(relation.join);
    if (join.relations.get(relation.own)?.kind !== 'one') throw missing(`${relation.join}.${relation.own}`);
    if (join.relations.get(relation.other)?.kind !== 'one') throw missing(`${relation.join}.${relation.other}`);
  }
}

/** The model of an entity. Throws when there is none: names come from the code, so that is a bug. */
export function modelOf(models: Models, name: string): Model {
  const model = models.get(name);
  if (!model) throw new Error(`No entity is called ${name}`);
  return model;
}

/** The column behind a property. Throws when there is none. */
export function columnOf(model: Model, property: string): Column {
  const column = model.columns.get(property);
  if (!column) throw new Error(`${model.name} has no column for ${property}`);
  return column;
}

/** A to-one relation that a row cannot do without. */
export type ParentRelation = Relation & { readonly kind: 'one' };

/** What a row of a table must hang on: its to-one relations that are never null. */
export function parentsOf(model: Model): ParentRelation[] {
  return [...model.relations.values()].filter((relation) => relation.kind === 'one' && !relation.nullable) as ParentRelation[];
}
