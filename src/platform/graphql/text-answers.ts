/**
 * Text answers: queries whose answers the reader writes as text, so that nothing is decoded, executed and made JSON of
 * again. An operation is one where each root field's resolver is `@Verbatim()` and everything below are columns, links
 * and pages of rows; it is answered so for viewers to whom every field of it is open on every row. All others, and
 * every operation with GUARDS=shield, whose rules stand on the fields, take the executor's way; the answers are equal.
 */
import type {
  DocumentNode,
  FieldNode,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import {
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  getNamedType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Permissions } from '../../permissions/registry.ts';
import type { Viewer } from '../../permissions/viewer.ts';
import { NotTranscribable } from '../data/reader/transcribe.ts';
import { JsonText } from './json-text.ts';

/** A guarded field that an operation reads. */
type GuardedField = readonly [resource: string, field: string];

/** An operation that can be answered as text. */
export interface TextOperation {
  /** The document without what is below its root fields. */
  readonly document: DocumentNode;
  /** The fields that decide for whom. */
  readonly guarded: readonly GuardedField[];
}

/** Whether every field of the operation is open to the viewer on every row. */
export function isOpen(
  { guarded }: TextOperation,
  { viewer, permissions }: { viewer: Viewer; permissions: Permissions },
): boolean {
  return guarded.every(
    ([resource, field]) => permissions.field(resource, field, 'read', viewer) === 'always',
  );
}

// What an operation asks for, by the root field without it.
const fullNodes = new WeakMap<FieldNode, FieldNode>();

/** The operation as one that is answered as text, or null where it cannot be. */
export function textOperation(
  schema: GraphQLSchema,
  permissions: Permissions,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): TextOperation | null {
  const query = schema.getQueryType();
  if (operation.operation !== 'query' || !query) return null;
  const survey = new Survey(permissions, document);
  const selections: FieldNode[] = [];
  for (const node of operation.selectionSet.selections) {
    const field = node.kind === 'Field' ? query.getFields()[node.name.value] : undefined;
    if (node.kind !== 'Field' || !field?.extensions.verbatim) return null;
    if (!survey.covers(getNamedType(field.type), node)) return null;
    const bare: FieldNode = { ...node, selectionSet: undefined };
    fullNodes.set(bare, node);
    selections.push(bare);
  }
  const bareOperation = { ...operation, selectionSet: { ...operation.selectionSet, selections } };
  const definitions = document.definitions.map((definition) =>
    definition === operation ? bareOperation : definition,
  );
  return { document: { ...document, definitions }, guarded: survey.guarded };
}

/** Looks through what is asked below a root field. */
class Survey {
  readonly guarded: GuardedField[] = [];

  constructor(
    private readonly permissions: Permissions,
    private readonly document: DocumentNode,
  ) {}

  /** Whether a field's object can be written, as far as the document tells. */
  covers(type: unknown, node: FieldNode): boolean {
    if (!isObjectType(type) || !node.selectionSet) return false;
    if (!type.name.endsWith('Connection'))
      return this.permissions.has(type.name) && this.row(type, node.selectionSet);
    // The last rows are read backwards; without rows there is nothing to gain.
    if (node.arguments?.some(({ name }) => name.value === 'last')) return false;
    return this.fields(
      type,
      node.selectionSet,
      (name, inner) => {
        if (name === 'nodes') return this.covers(getNamedType(type.getFields().nodes.type), inner);
        return name === 'totalCount';
      },
      'nodes',
    );
  }

  private row(type: GraphQLObjectType, set: SelectionSetNode): boolean {
    const model = this.permissions.models.get(type.name)!;
    const table = this.permissions.table(type.name);
    return this.fields(type, set, (name, node) => {
      if (table.guarded[name]?.read) this.guarded.push([type.name, name]);
      if (model.relations.has(name)) return this.covers(getNamedType(type.getFields()[name].type), node);
      return model.columns.has(name) && type.getFields()[name].extensions.computed === undefined;
    });
  }

  private fields(
    type: GraphQLObjectType,
    set: SelectionSetNode,
    covers: (name: string, node: FieldNode) => boolean,
    once?: string,
  ): boolean {
    const keys = new Set<string>();
    const each = ({ selections }: SelectionSetNode): boolean =>
      selections.every((selection) => {
        if (selection.kind === 'Field') {
          const name = selection.name.value;
          if (name === once) keys.add(selection.alias?.value ?? name);
          return name === '__typename' || covers(name, selection);
        }
        const fragment =
          selection.kind === 'FragmentSpread' ? this.fragment(selection.name.value) : selection;
        const on = fragment?.typeCondition?.name.value ?? type.name;
        return fragment !== undefined && on === type.name && each(fragment.selectionSet);
      });
    return each(set) && (once === undefined || keys.size === 1);
  }

  private fragment(name: string) {
    return this.document.definitions.find(
      (node) => node.kind === 'FragmentDefinition' && node.name.value === name,
    ) as
      | {
          readonly selectionSet: SelectionSetNode;
          readonly typeCondition: { readonly name: { readonly value: string } };
        }
      | undefined;
  }
}

/** The type of a root field that is answered as text; not a type of the schema. */
const textScalar = new GraphQLScalarType({ name: '_Text', serialize: (value) => value });

/** The schema in which the fields of `textOperation` are leaves, resolved by the very resolvers that they have. */
export function textSchema(schema: GraphQLSchema): GraphQLSchema {
  const query = schema.getQueryType();
  if (!query) return schema;
  const fields = { ...query.getFields() };
  for (const [name, field] of Object.entries(fields)) {
    if (!field.extensions.verbatim) continue;
    fields[name] = {
      ...field,
      type: isNonNullType(field.type) ? new GraphQLNonNull(textScalar) : textScalar,
      async resolve(source, args, context, info) {
        const fieldNodes = info.fieldNodes.map((node) => fullNodes.get(node) ?? node);
        const whole = { ...info, fieldNodes, returnType: field.type, asText: true };
        const answer: unknown = await field.resolve!(source, args, context, whole);
        if (answer === null || answer instanceof JsonText) return answer;
        // The shield hands errors on as values.
        throw answer instanceof Error
          ? answer
          : new NotTranscribable(`${name} does not hand on what it read`);
      },
    };
  }
  const text = Object.create(query, { getFields: { value: () => fields } }) as GraphQLObjectType;
  return Object.create(schema, {
    getQueryType: { value: () => text },
    getRootType: { value: () => text },
  }) as GraphQLSchema;
}
