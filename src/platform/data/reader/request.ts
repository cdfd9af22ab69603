/**
 * Look-ahead: what a GraphQL selection asks of rows, as plain data. The planner reads the document once, so that one
 * SQL statement can answer the whole subtree below a root field.
 */
import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLNamedType,
  GraphQLObjectType,
  GraphQLResolveInfo,
  SelectionSetNode,
} from 'graphql';
import { getNamedType, isAbstractType, isInterfaceType, isNonNullType, typeFromAST } from 'graphql';
import { getArgumentValues, getDirectiveValues } from 'graphql/execution/values.js';
import { GraphQLIncludeDirective, GraphQLSkipDirective } from 'graphql';
import type { ComputedNeeds, CountOf } from '../entity.ts';
import type { Model, Models, Relation } from '../model.ts';
import { modelOf } from '../model.ts';

/** The arguments of a list, as the schema coerced them. */
export interface ListArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
  readonly filter?: Readonly<Record<string, unknown>> | null;
  readonly orderBy?: string | null;
}

/** A field of an object of the answer. */
export interface Output {
  /** Its name there: the alias or the field's own. */
  readonly as: string;
  /** Where its value comes from: a property, an edge's key, a part of a connection, or `__typename`. */
  readonly key: string;
  readonly isNullable: boolean;
}

/** What is asked of a list: which parts of the connection, and what of its rows. */
export interface ListRequest {
  readonly args: ListArguments;
  readonly rows: RowRequest | null;
  readonly wantsNodes: boolean;
  readonly wantsEdges: boolean;
  readonly wantsPageInfo: boolean;
  readonly wantsTotal: boolean;
  readonly type: string;
  readonly outputs: readonly Output[];
}

/** What is asked behind one relation of a row. */
export interface EdgeRequest {
  readonly key: string;
  readonly field: string;
  readonly relation: Relation;
  readonly list: ListRequest | null;
  readonly row: RowRequest | null;
  /** Behind a relation to any table: what is asked of a row of each type that there may be. */
  readonly choices: readonly RowRequest[];
}

/** What is asked of a row. */
export interface RowRequest {
  readonly model: Model;
  readonly columns: Set<string>;
  /** Fields that are computed of the row, by name, each with what it needs. */
  readonly computed: Map<string, ComputedNeeds>;
  readonly edges: EdgeRequest[];
  wantsActions: boolean;
  /** The fields of the row's object in their order; null where one row is shown as several objects, such as node and edge. */
  outputs: Output[] | null;
}

/** The part of the executor's info that look-ahead needs. */
export type SelectionInfo = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues' | 'fieldNodes'>;

/** The key under which the rows behind a field of the document are kept: unique in the document, the same for both executors. */
export function edgeKey(info: { readonly fieldNodes: readonly FieldNode[] }): string {
  return `@${info.fieldNodes[0].loc?.start}`;
}

/** Reads what one root field asks. */
export class Lookahead {
  constructor(
    private readonly models: Models,
    private readonly info: SelectionInfo,
  ) {}

  /** What is asked of a row of this type by these selection sets. */
  row(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): RowRequest {
    return this.addTo(this.empty(type), type, sets);
  }

  /** What is asked of a connection by these selection sets. */
  list(type: GraphQLObjectType, sets: readonly SelectionSetNode[], args: ListArguments): ListRequest {
    const fields = this.collect(type, sets);
    let rows: RowRequest | null = null;
    const wants = { nodes: false, edges: false, pageInfo: false, total: false };
    const outputs = outputsOf(type, fields);
    const rowType = getNamedType(type.getFields().nodes.type) as GraphQLObjectType;
    const add = (nodes: readonly FieldNode[]) => {
      rows = this.addTo(rows ?? this.empty(rowType), rowType, selections(nodes));
    };
    for (const nodes of fields.values()) {
      switch (nodes[0].name.value) {
        case 'nodes':
          wants.nodes = true;
          add(nodes);
          break;
        case 'edges': {
          wants.edges = true;
          rows ??= this.empty(rowType);
          const edgeType = getNamedType(type.getFields().edges.type) as GraphQLObjectType;
          for (const inner of this.collect(edgeType, selections(nodes)).values()) {
            if (inner[0].name.value === 'node') add(inner);
          }
          break;
        }
        case 'pageInfo':
          wants.pageInfo = true;
          rows ??= this.empty(rowType);
          break;
        case 'totalCount':
          wants.total = true;
      }
    }
    return {
      args,
      rows,
      wantsNodes: wants.nodes,
      wantsEdges: wants.edges,
      wantsPageInfo: wants.pageInfo,
      wantsTotal: wants.total,
      type: type.name,
      outputs,
    };
  }

  /** The fields that are selected of an object at the field that the executor is at: the nodes of each. */
  fields(type: GraphQLObjectType): IterableIterator<FieldNode[]> {
    return this.collect(type, this.selections).values();
  }

  /** The selection sets of the field that the executor is at. */
  get selections(): SelectionSetNode[] {
    return selections(this.info.fieldNodes);
  }

  private empty(type: GraphQLObjectType): RowRequest {
    const model = modelOf(this.models, type.name);
    return { model, columns: new Set(), computed: new Map(), edges: [], wantsActions: false, outputs: [] };
  }

  private addTo(request: RowRequest, type: GraphQLObjectType, sets: readonly SelectionSetNode[]): RowRequest {
    const fields = this.collect(type, sets);
    request.outputs = request.outputs?.length === 0 ? outputsOf(type, fields) : null;
    for (const nodes of fields.values()) {
      const name = nodes[0].name.value;
      if (name === '__typename') continue;
      const field = type.getFields()[name];
      const computed = field.extensions.computed as { needs: ComputedNeeds } | undefined;
      const count = field.extensions.count as CountOf | undefined;
      const relation = request.model.relations.get(name);
      if (name === 'viewerCan') {
        request.wantsActions = true;
      } else if (computed) {
        request.computed.set(name, computed.needs);
      } else if (count) {
        request.edges.push(countEdge(nodes, name, request.model, count));
      } else if (relation) {
        request.edges.push(this.edge(nodes, name, relation, getNamedType(field.type) as GraphQLObjectType, type));
      } else {
        request.columns.add(name);
      }
    }
    return request;
  }

  private edge(
    nodes: readonly FieldNode[],
    field: string,
    relation: Relation,
    type: GraphQLObjectType,
    parent: GraphQLObjectType,
  ): EdgeRequest {
    const sets = selections(nodes);
    const base = { key: edgeKey({ fieldNodes: nodes }), field, relation };
    if (relation.kind === 'any') return { ...base, list: null, row: null, choices: this.choices(type, sets) };
    const isList = relation.kind !== 'one' && !relation.single;
    const args = isList ? getArgumentValues(parent.getFields()[field], nodes[0], this.info.variableValues) : {};
    return {
      ...base,
      list: isList ? this.list(type, sets, args) : null,
      row: isList ? null : this.row(type, sets),
      choices: [],
    };
  }

  private choices(type: GraphQLNamedType, sets: readonly SelectionSetNode[]): RowRequest[] {
    if (!isInterfaceType(type)) return [];
    return this.info.schema
      .getPossibleTypes(type)
      .filter(({ name }) => this.models.has(name))
      .map((possible) => this.row(possible, sets));
  }

  private collect(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Map<string, FieldNode[]> {
    const fields = new Map<string, FieldNode[]>();
    const visited = new Set<FragmentDefinitionNode>();
    const visit = (set: SelectionSetNode): void => {
      for (const selection of set.selections) {
        if (!this.isIncluded(selection)) continue;
        if (selection.kind === 'Field') {
          const key = selection.alias?.value ?? selection.name.value;
          const nodes = fields.get(key);
          if (nodes) nodes.push(selection);
          else fields.set(key, [selection]);
          continue;
        }
        const fragment = selection.kind === 'FragmentSpread' ? this.info.fragments[selection.name.value] : selection;
        if (fragment.kind === 'FragmentDefinition') {
          if (visited.has(fragment)) continue;
          visited.add(fragment);
        }
        if (this.applies(type, fragment.typeCondition)) visit(fragment.selectionSet);
      }
    };
    sets.forEach(visit);
    return fields;
  }

  private applies(type: GraphQLObjectType, condition: FragmentDefinitionNode['typeCondition'] | undefined): boolean {
    if (!condition) return true;
    const conditioned = typeFromAST(this.info.schema, condition);
    if (conditioned === type) return true;
    return isAbstractType(conditioned) && this.info.schema.isSubType(conditioned, type);
  }

  private isIncluded(node: FieldNode | SelectionSetNode['selections'][number]): boolean {
    const values = this.info.variableValues;
    if (getDirectiveValues(GraphQLSkipDirective, node, values)?.if === true) return false;
    return getDirectiveValues(GraphQLIncludeDirective, node, values)?.if !== false;
  }
}

/** What the object of these fields has; relations by the key of their edge. */
function outputsOf(type: GraphQLObjectType, fields: ReadonlyMap<string, FieldNode[]>): Output[] {
  return [...fields].map(([as, nodes]) => {
    const field = type.getFields()[nodes[0].name.value];
    const key = nodes[0].selectionSet && !type.name.endsWith('Connection') ? edgeKey({ fieldNodes: nodes }) : nodes[0].name.value;
    // An empty page leaves PostgreSQL as null.
    const isNullable = !isNonNullType(field?.type) || getNamedType(field.type).name.endsWith('Connection');
    return { as, key, isNullable };
  });
}

/** A count of the rows of a relation: the list of them, without the rows. */
function countEdge(nodes: readonly FieldNode[], field: string, model: Model, { relation: name, filter }: CountOf): EdgeRequest {
  const relation = model.relations.get(name);
  if (!relation) throw new Error(`${model.name}.${field} counts no relation: ${name}`);
  const wants = { wantsNodes: false, wantsEdges: false, wantsPageInfo: false, wantsTotal: true, type: '', outputs: [] };
  return { key: edgeKey({ fieldNodes: nodes }), field, relation, list: { args: { filter }, rows: null, ...wants }, row: null, choices: [] };
}

function selections(nodes: readonly FieldNode[]): SelectionSetNode[] {
  return nodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []));
}
