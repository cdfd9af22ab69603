/**
 * Limits of the arguments of an operation, by the kind of each value, over the values as the schema coerced them: no
 * argument is without one. Filters have the contract's limits; whatever an operation passes of them is LIMIT_EXCEEDED.
 */
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLArgument,
  GraphQLField,
  GraphQLInputField,
  GraphQLInputType,
  GraphQLNamedType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
  ValueNode,
} from 'graphql';
import { getArgumentValues } from 'graphql/execution/values.js';
import {
  GraphQLError,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { badInput, limitExceeded } from './errors.ts';

/** The most of everything. Texts in characters. */
export const mostOf = {
  /** Of filters: the contract's. */
  conditionText: 200,
  conditionList: 100,
  conditions: 50,
  conditionLevels: 8,
  /** An id, and any other text. */
  id: 200,
  text: 200_000,
  /** The entries of a list, and all values in the arguments of an operation. */
  list: 1000,
  values: 10_000,
  /** The fields that an operation selects once its fragments are opened. */
  fields: 5000,
} as const;

/**
 * The key of an extension (`@Extensions`) that gives a text another limit: on a field of an input its most characters,
 * on a field of the schema those of its arguments by name.
 */
export const longestKey = 'longest';

/** What the arguments of an operation ask for beside their page sizes: how many conditions each field has. */
export type Conditions = ReadonlyMap<FieldNode, number>;

/** A field of an operation that has arguments. */
interface Asked {
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  /** Without variables it is measured once for all runs of the document. */
  readonly isFixed: boolean;
}

interface Opened {
  readonly asked: readonly Asked[];
  readonly fixed: Measure;
}

/** Operations whose documents are kept are opened once. */
const opened = new WeakMap<OperationDefinitionNode, Opened>();

/** What is measured. */
export interface MeasuredOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Measures the arguments of an operation. Throws LIMIT_EXCEEDED where one of them, or all together, pass a limit, and
 * BAD_USER_INPUT where a variable leaves an argument without a value that fits.
 */
export function assertArguments({ schema, document, operation, variables }: MeasuredOperation): Conditions {
  let known = opened.get(operation);
  if (!known) {
    const asked = new Opener(document, schema).open(operation);
    const fixed = new Measure();
    for (const one of asked) if (one.isFixed) fixed.field(one, {});
    opened.set(operation, (known = { asked: asked.filter(({ isFixed }) => !isFixed), fixed }));
  }
  if (known.asked.length === 0) return known.fixed.conditions;
  const measure = new Measure(known.fixed);
  for (const one of known.asked) measure.field(one, variables);
  return measure.conditions;
}

/** Finds the fields of an operation that have arguments, and refuses fragments that multiply without end. */
class Opener {
  private readonly asked: Asked[] = [];
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private count = 0;

  constructor(
    document: DocumentNode,
    private readonly schema: GraphQLSchema,
  ) {
    this.fragments = new Map(
      document.definitions.flatMap((node) =>
        node.kind === 'FragmentDefinition' ? [[node.name.value, node]] : [],
      ),
    );
  }

  open({ operation, selectionSet }: OperationDefinitionNode): readonly Asked[] {
    this.visit(this.schema.getRootType(operation), selectionSet, new Set());
    return this.asked;
  }

  private visit(
    type: GraphQLNamedType | null | undefined,
    { selections }: SelectionSetNode,
    seen: Set<string>,
  ): void {
    for (const selection of selections) {
      if (selection.kind === 'Field') {
        this.count += 1;
        if (this.count > mostOf.fields) {
          throw limitExceeded(
            `The operation selects more than ${mostOf.fields} fields once its fragments are opened; ask for fewer`,
          );
        }
        const field =
          isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined;
        if (!field) continue;
        if (field.args.length > 0)
          this.asked.push({
            field,
            node: selection,
            isFixed: !selection.arguments?.some(({ value }) => hasVariable(value)),
          });
        if (selection.selectionSet) this.visit(getNamedType(field.type), selection.selectionSet, new Set());
        continue;
      }
      if (selection.kind === 'FragmentSpread') {
        // As executors do: a fragment counts once in one selection.
        if (seen.has(selection.name.value)) continue;
        seen.add(selection.name.value);
      }
      const fragment =
        selection.kind === 'FragmentSpread' ? this.fragments.get(selection.name.value) : selection;
      if (!fragment) continue;
      const on = fragment.typeCondition ? this.schema.getType(fragment.typeCondition.name.value) : type;
      this.visit(on, fragment.selectionSet, seen);
    }
  }
}

function hasVariable(value: ValueNode): boolean {
  if (value.kind === 'Variable') return true;
  if (value.kind === 'ListValue') return value.values.some(hasVariable);
  return value.kind === 'ObjectValue' && value.fields.some((field) => hasVariable(field.value));
}

/** Counts what the arguments of one operation hold. */
class Measure {
  readonly conditions: Map<FieldNode, number>;
  private values: number;
  private allConditions: number;

  constructor(before?: Measure) {
    this.conditions = new Map(before?.conditions);
    this.values = before?.values ?? 0;
    this.allConditions = before?.allConditions ?? 0;
  }

  field({ field, node }: Asked, variables: Readonly<Record<string, unknown>>): void {
    const given = argumentsOf(field, node, variables);
    const own = field.extensions[longestKey] as Readonly<Record<string, number>> | undefined;
    const before = this.allConditions;
    for (const argument of field.args) {
      this.value(
        argument.type,
        given[argument.name],
        `${field.name}.${argument.name}`,
        own?.[argument.name] ?? mostOf.text,
      );
    }
    if (this.allConditions > before)
      this.conditions.set(node, (this.conditions.get(node) ?? 0) + this.allConditions - before);
  }

  private value(type: GraphQLInputType, value: unknown, place: string, longest: number): void {
    if (value === null || value === undefined) return;
    this.countOne();
    const inner = isNonNullType(type) ? type.ofType : type;
    if (isListType(inner)) {
      const list = value as unknown[];
      this.assertList(list, mostOf.list, place);
      for (const one of list) this.value(inner.ofType, one, place, longest);
    } else if (!isInputObjectType(inner)) {
      if (inner.name === 'JSON') this.json(value, place);
      else this.assertText(value, inner.name === 'ID' ? mostOf.id : longest, place);
    } else if (isFilter(inner)) this.filter(value as Record<string, unknown>, place, 0);
    else {
      for (const field of Object.values(inner.getFields())) {
        this.value(
          field.type,
          (value as Record<string, unknown>)[field.name],
          `${place}.${field.name}`,
          longestOf(field),
        );
      }
    }
  }

  /** JSON is measured as it is: nothing says what is in it. Its depth was measured as text. */
  private json(value: unknown, place: string): void {
    if (typeof value !== 'object' || value === null) return this.assertText(value, mostOf.text, place);
    for (const [key, one] of Object.entries(value)) {
      this.countOne();
      this.assertText(key, mostOf.text, place);
      this.json(one, place);
    }
  }

  private filter(filter: Readonly<Record<string, unknown>>, place: string, level: number): void {
    if (level > mostOf.conditionLevels) {
      throw limitExceeded(
        `${place} has more than ${mostOf.conditionLevels} levels of and, or and not; ask for less at once`,
      );
    }
    for (const [key, value] of Object.entries(filter)) {
      if (value === undefined) continue;
      this.countOne();
      if (key === 'and' || key === 'or') {
        const parts = (value ?? []) as Record<string, unknown>[];
        this.assertList(parts, mostOf.conditionList, `${place}.${key}`);
        for (const part of parts) this.filter(part, place, level + 1);
      } else if (key === 'not') {
        if (value !== null) this.filter(value as Record<string, unknown>, place, level + 1);
      } else if (key === 'search') this.condition(value, `${place}.search`);
      else
        for (const [operator, operand] of Object.entries(value ?? {}))
          this.condition(operand, `${place}.${key}.${operator}`);
    }
  }

  private condition(operand: unknown, place: string): void {
    this.countOne();
    this.allConditions += 1;
    if (this.allConditions > mostOf.conditions)
      throw limitExceeded(
        `The operation has more than ${mostOf.conditions} conditions; ask for less at once`,
      );
    if (!Array.isArray(operand)) return this.assertText(operand, mostOf.conditionText, place);
    this.assertList(operand, mostOf.conditionList, place);
    for (const one of operand) {
      this.countOne();
      this.assertText(one, mostOf.conditionText, place);
    }
  }

  private countOne(): void {
    this.values += 1;
    if (this.values > mostOf.values)
      throw limitExceeded(
        `The arguments of the operation have more than ${mostOf.values} values; send less at once`,
      );
  }

  private assertText(value: unknown, longest: number, place: string): void {
    if (typeof value === 'string' && value.length > longest)
      throw limitExceeded(`${place} is longer than ${longest} characters; shorten it`);
  }

  private assertList(list: readonly unknown[], most: number, place: string): void {
    if (list.length > most) throw limitExceeded(`${place} has more than ${most} values; send less at once`);
  }
}

/** Whether this is an input of `filterType` (connection.ts). */
function isFilter({ name }: GraphQLNamedType): boolean {
  return name.endsWith('Filter');
}

function longestOf({ extensions }: GraphQLInputField | GraphQLArgument): number {
  return (extensions[longestKey] as number | undefined) ?? mostOf.text;
}

/** The values of a field's arguments. What does not fit is told by its name: the value may be a secret. */
function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  try {
    return getArgumentValues(field, node, variables);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const name = /^Argument "(\w+)"/.exec(error.message)?.[1] ?? '';
    const type = field.args.find((argument) => argument.name === name)?.type;
    throw badInput([{ path: [field.name, name], message: `needs a value of type ${type}` }]);
  }
}
