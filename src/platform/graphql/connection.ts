/**
 * Relay connections, filters and orders as types of the schema, made once per resource. The classes here only
 * describe; what they mean is compiled by platform/data/reader.ts from the very same names.
 */
import type { ClassType } from 'type-graphql';
import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from './scalars.ts';

/** Where a page lies in its list. */
@ObjectType({ simpleResolvers: true, description: 'Where a page lies in its list.' })
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;
  @Field(() => Boolean)
  hasPreviousPage!: boolean;
  @Field(() => String, { nullable: true })
  startCursor!: string | null;
  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}

/** A type's name as a noun: `session type`. Nouns stay as they are. */
const nounOf = (name: string): string =>
  name.replace(/(?<!^)[A-Z](?=[a-z])/g, (letter) => ` ${letter}`).toLowerCase();

const uncounted = new Set(['feedback']);

/** The plural: `activities`, `types of events`. */
function plural(noun: string): string {
  const [head, ...rest] = noun.split(/ (?=of |who )/);
  if (uncounted.has(head)) return noun;
  const many =
    head === 'person' ? 'people' : /[^aeiou]y$/.test(head) ? head.replace(/y$/, 'ies') : `${head}s`;
  return [many, ...rest].join(' ');
}

/** The noun with its article: `an event`, `a user`. */
const withArticle = (noun: string): string =>
  uncounted.has(noun) ? noun : `${/^(?!user)[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);

/** The connection type of a resource: `XConnection { edges { cursor node } nodes pageInfo totalCount }`. */
export function connectionType(name: string, node: () => ClassType, noun = name): ClassType {
  @ObjectType(`${name}Edge`, {
    simpleResolvers: true,
    description: `${capital(withArticle(nounOf(noun)))} and its cursor.`,
  })
  class Edge {
    @Field(() => String, { description: 'Sealed: good for this viewer, filter and order only.' })
    cursor!: string;
    @Field(node)
    node!: unknown;
  }
  @ObjectType(`${name}Connection`, {
    simpleResolvers: true,
    description: `A page of ${plural(nounOf(noun))}.`,
  })
  class ConnectionPage {
    @Field(() => [Edge])
    edges!: Edge[];
    @Field(() => [node()])
    nodes!: unknown[];
    @Field(() => PageInfo)
    pageInfo!: PageInfo;
    @Field(() => Int, { description: 'How many the viewer may see; computed only when selected.' })
    totalCount!: number;
  }
  return ConnectionPage;
}

const isNull = { description: 'True: has no value. False: has one.', nullable: true };

function condition(
  name: string,
  type: () => unknown,
  keys: { single?: string[]; list?: string[] },
): ClassType {
  class Condition {}
  InputType(name)(Condition);
  for (const key of keys.single ?? [])
    Field(type as () => ClassType, { nullable: true })(Condition.prototype, key);
  for (const key of keys.list ?? []) {
    Field(() => [type() as ClassType], { nullable: true })(Condition.prototype, key);
  }
  Field(() => Boolean, isNull)(Condition.prototype, 'isNull');
  return Condition;
}

/** The conditions of the contract, one per kind of value. */
export const conditions = {
  id: condition('IDCondition', () => ID, { single: ['equals'], list: ['in'] }),
  text: condition('StringCondition', () => String, {
    single: ['equals', 'contains', 'startsWith'],
    list: ['in'],
  }),
  time: condition('DateTimeCondition', () => DateTimeScalar, { single: ['equals', 'before', 'after'] }),
  int: condition('IntCondition', () => Int, { single: ['equals', 'lt', 'gt'] }),
  boolean: condition('BooleanCondition', () => Boolean, { single: ['equals'] }),
  /** Words, each of which begins a word of the columns of `@Searched`, whatever its accents; the key of the filter is `search`. */
  search: String as unknown as ClassType,
} as const;

const enumConditions = new Map<string, ClassType>();

/** The condition on an enum: `EventStateCondition { equals in isNull }`, one for all filters that have it. */
export function enumCondition(name: string, type: () => unknown): ClassType {
  const made =
    enumConditions.get(name) ?? condition(`${name}Condition`, type, { single: ['equals'], list: ['in'] });
  enumConditions.set(name, made);
  return made;
}

/** The filter of a resource: a typed condition per field, and `and`, `or`, `not`. */
export function filterType(name: string, fields: Record<string, ClassType>): ClassType {
  class Filter {}
  InputType(`${name}Filter`, {
    description: `Filter for ${plural(nounOf(name))}: all the conditions that you give must hold.`,
  })(Filter);
  for (const [field, type] of Object.entries(fields))
    Field(() => type, { nullable: true })(Filter.prototype, field);
  Field(() => [Filter], { nullable: true, description: 'All of these hold.' })(Filter.prototype, 'and');
  Field(() => [Filter], { nullable: true, description: 'One of these holds.' })(Filter.prototype, 'or');
  Field(() => Filter, { nullable: true, description: 'This does not hold.' })(Filter.prototype, 'not');
  return Filter;
}

/** The order of a resource: `STARTS_AT_ASC`, `STARTS_AT_DESC` and so on for each field; ties are broken by id. */
export function orderType(name: string, fields: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const field of fields) {
    const key = field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    for (const direction of ['ASC', 'DESC']) values[`${key}_${direction}`] = `${field} ${direction}`;
  }
  registerEnumType(values, {
    name: `${name}Order`,
    description: 'Ties are broken by id; rows without a value come last.',
  });
  return values;
}

/** The arguments of every list. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: 'The first so many: default 20, at most 100.' })
  first?: number | null;
  @Field(() => String, { nullable: true, description: 'After this cursor.' })
  after?: string | null;
  @Field(() => Int, { nullable: true, description: 'The last so many, at most 100.' })
  last?: number | null;
  @Field(() => String, { nullable: true, description: 'Before this cursor.' })
  before?: string | null;
  filter?: object | null;
  orderBy?: string | null;
}

/** The arguments of the lists of a resource. */
export function listArgs(filter: () => ClassType, order?: () => object): ClassType<PageArgs> {
  @ArgsType()
  class ListArgs extends PageArgs {}
  Field(filter, { nullable: true })(ListArgs.prototype, 'filter');
  if (order) Field(order as () => ClassType, { nullable: true })(ListArgs.prototype, 'orderBy');
  return ListArgs;
}
