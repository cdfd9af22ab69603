/**
 * Limits of one operation: how deep, how many aliases, how many objects its page sizes allow. The first two are
 * validation rules; the last needs the variables and the viewer, and is asked before anything is executed. Those of
 * the arguments are in input-limits.ts.
 */
import type {
  ASTVisitor,
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLObjectType,
  GraphQLSchema,
  InlineFragmentNode,
  OperationDefinitionNode,
  SelectionSetNode,
  ValidationContext,
} from 'graphql';
import { getNamedType, isObjectType } from 'graphql';
import type { Viewer } from '../../permissions/viewer.ts';
import { pageSize } from '../data/reader/list.ts';
import { deepest } from '../depth.ts';
import { badInput, limitExceeded } from './errors.ts';
import type { Conditions } from './input-limits.ts';

/** Most objects that an operation may ask for. */
export interface CostLimits {
  readonly anonymous: number;
  readonly signedIn: number;
}

/** The validation rules for depth, aliases and text; the same over HTTP and sockets. */
export function limitRules(limits: { readonly maxDepth: number; readonly maxAliases: number }) {
  return [
    (context: ValidationContext): ASTVisitor => ({
      OperationDefinition(node) {
        const depth = depthOf(context, node.selectionSet, new Map());
        if (depth > limits.maxDepth && !isIntrospection(node)) {
          context.reportError(
            limitExceeded(`The operation is ${depth} fields deep; at most ${limits.maxDepth} are allowed`),
          );
        }
      },
    }),
    (context: ValidationContext): ASTVisitor => ({
      StringValue(node) {
        const problem = textProblem(node.value);
        if (problem)
          context.reportError(badInput([{ path: [], message: `a text of the document ${problem}` }]));
      },
    }),
    (context: ValidationContext): ASTVisitor => {
      let aliases = 0;
      return {
        Field(node) {
          if (node.alias) aliases += 1;
        },
        Document: {
          leave() {
            if (aliases <= limits.maxAliases) return;
            context.reportError(
              limitExceeded(`The document has ${aliases} aliases; at most ${limits.maxAliases} are allowed`),
            );
          },
        },
      };
    },
  ];
}

/** The most brackets within brackets of a document: those of its fields, and of the values in them. */
export const deepestDocument = ({ maxDepth }: { readonly maxDepth: number }): number => deepest + maxDepth;

/** Why PostgreSQL could not keep a text, or null where it can. */
export function textProblem(text: string): string | null {
  if (text.includes(String.fromCharCode(0))) return 'contains a null character';
  return text.isWellFormed() ? null : 'is not well-formed Unicode';
}

/** Tools ask for the schema with a document deeper than any of ours; introspection is switched by configuration. */
function isIntrospection(node: OperationDefinitionNode): boolean {
  return node.selectionSet.selections.every(
    (selection) =>
      selection.kind === 'Field' && ['__schema', '__type', '__typename'].includes(selection.name.value),
  );
}

function depthOf(context: ValidationContext, set: SelectionSetNode, seen: Map<string, number>): number {
  let deepest = 0;
  for (const selection of set.selections) {
    if (selection.kind === 'Field') {
      deepest = Math.max(
        deepest,
        1 + (selection.selectionSet ? depthOf(context, selection.selectionSet, seen) : 0),
      );
    } else if (selection.kind === 'InlineFragment') {
      deepest = Math.max(deepest, depthOf(context, selection.selectionSet, seen));
    } else {
      const name = selection.name.value;
      if (!seen.has(name)) {
        // A cycle is another rule's to report; here it only must not run for ever.
        seen.set(name, 0);
        const fragment = context.getFragment(name);
        if (fragment) seen.set(name, depthOf(context, fragment.selectionSet, seen));
      }
      deepest = Math.max(deepest, seen.get(name) ?? 0);
    }
  }
  return deepest;
}

/** The operation whose cost is asked. */
export interface CostedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: Viewer;
  readonly conditions: Conditions;
}

/** For how many objects a condition counts, once for each list that it is asked of. */
const conditionCost = 10;

/** Throws LIMIT_EXCEEDED where the page sizes of an operation allow more objects than the viewer may ask for, its conditions counted in. */
export function assertCost(costed: CostedOperation, limits: CostLimits): void {
  const root = costed.schema.getRootType(costed.operation.operation);
  if (!root) return;
  const most = costed.viewer.kind === 'anonymous' ? limits.anonymous : limits.signedIn;
  if (new Cost(costed, most).below(root, [costed.operation.selectionSet], 1) > most) {
    throw limitExceeded(
      `The page sizes and conditions of the operation allow more than ${most} objects; ask for smaller pages or with fewer conditions`,
    );
  }
}

/** Counts the objects that the page sizes of an operation allow. Stops soon after the limit. */
class Cost {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(
    private readonly costed: CostedOperation,
    private readonly most: number,
  ) {
    const { definitions } = costed.document;
    this.fragments = new Map(
      definitions.flatMap((node) => (node.kind === 'FragmentDefinition' ? [[node.name.value, node]] : [])),
    );
  }

  /** The objects below the selections of so many objects of a type. */
  below(type: GraphQLObjectType, sets: readonly SelectionSetNode[], times: number): number {
    let cost = 0;
    for (const [on, field] of this.fields(type, sets)) {
      if (cost > this.most) return cost;
      cost += this.field(on, field, times);
    }
    return cost;
  }

  private field(type: GraphQLObjectType, node: FieldNode, times: number): number {
    const field = type.getFields()[node.name.value];
    if (!field || !node.selectionSet) return 0;
    const named = getNamedType(field.type);
    const target = isObjectType(named) ? named : type;
    if (!target.name.endsWith('Connection')) return times + this.below(target, [node.selectionSet], times);
    const rows = times * this.sizeOf(node);
    const conditions = times * (this.costed.conditions.get(node) ?? 0) * conditionCost;
    return rows + conditions + this.rows(target, node.selectionSet, rows);
  }

  /** A page counts its rows once, whether they are asked for as nodes, as edges or as both. */
  private rows(connection: GraphQLObjectType, set: SelectionSetNode, rows: number): number {
    let cost = 0;
    for (const [, field] of this.fields(connection, [set])) {
      const name = field.name.value;
      if (!field.selectionSet || (name !== 'nodes' && name !== 'edges')) continue;
      const type = getNamedType(connection.getFields()[name].type) as GraphQLObjectType;
      if (name === 'nodes') cost += this.below(type, [field.selectionSet], rows);
      else {
        const nodes = this.fields(type, [field.selectionSet]).filter(
          ([, inner]) => inner.name.value === 'node',
        );
        for (const [edge, inner] of nodes) {
          const row = getNamedType(edge.getFields().node.type) as GraphQLObjectType;
          if (inner.selectionSet) cost += this.below(row, [inner.selectionSet], rows);
        }
      }
    }
    return cost;
  }

  /** The fields of selections, fragments opened, each with the type that it is asked of. */
  private fields(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    seen = new Set<string>(),
  ): [GraphQLObjectType, FieldNode][] {
    const found: [GraphQLObjectType, FieldNode][] = [];
    for (const selection of sets.flatMap((set) => set.selections)) {
      if (selection.kind === 'Field') found.push([type, selection]);
      else {
        if (selection.kind === 'FragmentSpread') {
          if (seen.has(selection.name.value)) continue;
          seen.add(selection.name.value);
        }
        const fragment =
          selection.kind === 'FragmentSpread' ? this.fragments.get(selection.name.value) : selection;
        if (fragment) found.push(...this.fields(this.typeOn(type, fragment), [fragment.selectionSet], seen));
      }
    }
    return found;
  }

  private typeOn(
    type: GraphQLObjectType,
    { typeCondition }: FragmentDefinitionNode | InlineFragmentNode,
  ): GraphQLObjectType {
    const named = typeCondition && this.costed.schema.getType(typeCondition.name.value);
    return isObjectType(named) ? named : type;
  }

  private sizeOf(node: FieldNode): number {
    for (const name of ['first', 'last']) {
      const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
      if (!value) continue;
      const given =
        value.kind === 'Variable'
          ? this.costed.variables[value.name.value]
          : value.kind === 'IntValue' && Number(value.value);
      // Sizes out of range are refused with their own words by the list itself.
      if (typeof given === 'number') return Math.min(Math.max(given, 0), pageSize.most);
    }
    return pageSize.default;
  }
}
