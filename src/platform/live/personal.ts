/**
 * Where persons matter to a document: the columns by which the tables tell one person from another (creator, speaker),
 * in what the document selects. Whom none of these columns names in a place (an event) is a stranger there, and what
 * strangers are told is the same for all of them.
 */
import type { DocumentNode, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { TypeInfo, isAbstractType, isObjectType, visit, visitWithTypeInfo } from 'graphql';
import type { Condition } from '../../permissions/condition.ts';
import type { Permissions } from '../../permissions/registry.ts';
import { actions } from '../../permissions/table.ts';
import type { Viewer } from '../../permissions/viewer.ts';
import type { ComputedNeeds } from '../data/entity.ts';
import type { Model, Models } from '../data/model.ts';
import { columnOf, modelOf } from '../data/model.ts';
import { Statement, quote } from '../data/sql.ts';
import type { Place } from './watch.ts';

/** How many to-one relations may lie between a row and its place. */
const farthest = 3;

/** Most persons who are looked for in the rows of a place; where there are more, everybody whom they name is listed. */
const mostSought = 200;

/** A column that names persons by id or address. */
interface PersonalColumn {
  readonly model: Model;
  readonly column: string;
  readonly isAddress: boolean;
}

/** A statement that finds whom the rows of a place name, of those who listen. */
export interface NamedStatement {
  readonly text: string;
  /** Its parameters, given the ids of those who listen. */
  readonly values: (userIds: readonly string[]) => readonly unknown[];
}

/** Whether strangers at a place are left only the roles that they hold there; elsewhere they have all of theirs. */
export const keepsOnlyRolesOfPlace = (place: Place): boolean => place.resource === 'Event';

/** What a document selects: the fields of each type of the schema that has a permission table. */
export interface Selected {
  readonly fields: ReadonlyMap<string, ReadonlySet<string>>;
  /** Lists that are filtered or ordered ask fields that are not selected. */
  readonly narrowed: boolean;
  /** Cursors are sealed for one viewer. */
  readonly hasCursors: boolean;
}

/** Reads what a document selects, all fragments included. */
export function selectedBy(
  schema: GraphQLSchema,
  document: DocumentNode,
  permissions: Permissions,
): Selected {
  const fields = new Map<string, Set<string>>();
  let [narrowed, hasCursors] = [false, false];
  const info = new TypeInfo(schema);
  const note = (type: GraphQLObjectType, field: string) => {
    if (type.name === 'PageInfo' || (type.name.endsWith('Edge') && field === 'cursor')) hasCursors = true;
    if (!permissions.has(type.name)) return;
    fields.set(type.name, (fields.get(type.name) ?? new Set()).add(field));
  };
  visit(
    document,
    visitWithTypeInfo(info, {
      Field(node) {
        const parent = info.getParentType();
        if (isObjectType(parent)) note(parent, node.name.value);
        else if (isAbstractType(parent))
          schema.getPossibleTypes(parent).forEach((type) => note(type, node.name.value));
      },
      Argument(node) {
        if (node.name.value === 'filter' || node.name.value === 'orderBy') narrowed = true;
      },
    }),
  );
  return { fields, narrowed, hasCursors };
}

/** Finds the persons of a place who matter to a document. */
export class PersonalColumns {
  private readonly columns = new Map<string, PersonalColumn>();
  private isKnown = true;
  /** Something leads on from rows of no place, or to rows of any. */
  private readonly leaves: boolean;

  /** @param viewer the viewer as a stranger: with an id that no row has, in the place of their own */
  constructor(
    private readonly permissions: Permissions,
    private readonly schema: GraphQLSchema,
    private readonly place: Place,
    private readonly viewer: Viewer,
    { fields, narrowed, hasCursors }: Selected,
  ) {
    if (hasCursors) this.isKnown = false;
    const selected = [...fields].map(([resource, names]) => ({
      model: modelOf(this.models, resource),
      names,
    }));
    this.leaves = selected.some(({ model, names }) => {
      const followed = [...names].flatMap((name) => model.relations.get(name) ?? []);
      return (
        followed.some(({ kind }) => kind === 'any') || (followed.length > 0 && this.pathOf(model) === null)
      );
    });
    for (const { model, names } of selected) {
      const isPlaced = this.pathOf(model) !== null && !this.leaves;
      for (const condition of this.conditionsOf(model.name, narrowed ? null : names))
        this.collect(condition, model, isPlaced);
    }
  }

  /** Finds the ids and addresses that rows of the place name; null where strangers cannot be told from others by the place. */
  statement(): NamedStatement | null {
    if (!this.isKnown) return null;
    const columns = [...this.columns.values()];
    if (columns.length === 0) return { text: '', values: () => [] };
    const statement = new Statement();
    const id = statement.param(this.place.id, 'uuid');
    const asked = columns.some(({ isAddress }) => !isAddress);
    // Places may have very many rows: where few listen, only they are looked for.
    const ids = asked ? statement.param([], 'uuid[]') : '';
    const parts = columns.map((column) => this.listed(statement, column, id, ids));
    return {
      text: parts.join(' UNION '),
      values: (userIds) => [this.place.id, ...(asked ? [userIds.length > mostSought ? null : userIds] : [])],
    };
  }

  private get models(): Models {
    return this.permissions.models;
  }

  /** What decides about rows of a resource and these of their fields; all fields where lists may ask for any. */
  private conditionsOf(resource: string, names: ReadonlySet<string> | null): Condition[] {
    const type = this.schema.getType(resource) as GraphQLObjectType;
    const rows = (['view', 'list'] as const).map((action) =>
      this.permissions.action(resource, action, this.viewer),
    );
    const fields = [...(names ?? Object.keys(type.getFields()))].flatMap((name) => {
      if (name === 'viewerCan')
        return actions.map((action) => this.permissions.action(resource, action, this.viewer));
      if (!this.permissions.isField(resource, name)) return [];
      const computed = type.getFields()[name]?.extensions.computed as { needs: ComputedNeeds } | undefined;
      const grants = (computed?.needs.grants ?? []).map((grant) =>
        this.permissions.grant(resource, grant, this.viewer),
      );
      const entries = this.permissions.entries(resource, name, this.viewer);
      return [
        this.permissions.fieldCondition(resource, name, 'read', this.viewer),
        ...(entries ? [entries.all] : []),
        ...grants,
      ];
    });
    return [...rows, ...fields];
  }

  /** @param isPlaced the row is of the place, not of any place that persons lead to */
  private collect(condition: Condition, model: Model, isPlaced: boolean): void {
    switch (condition.kind) {
      case 'all':
      case 'any':
        condition.of.forEach((part) => this.collect(part, model, isPlaced));
        return;
      case 'not':
        this.collect(condition.of, model, isPlaced);
        return;
      case 'via':
      case 'some': {
        const relation = model.relations.get(condition.relation);
        if (!relation || relation.kind === 'any')
          throw new Error(`${model.name}.${condition.relation} leads to no table of its own`);
        const target = modelOf(this.models, relation.target);
        this.collect(condition.where, target, isPlaced && this.pathOf(target) !== null);
        return;
      }
      case 'ids':
      case 'address': {
        const isAddress = condition.kind === 'address';
        const isPersonal = isAddress || condition.ids.includes(this.viewer.userId!);
        if (isPersonal && isPlaced) {
          this.columns.set(`${model.table}.${condition.property}`, {
            model,
            column: columnOf(model, condition.property).name,
            isAddress,
          });
        } else if (!isPlaced && (isPersonal || keepsOnlyRolesOfPlace(this.place))) {
          // The viewer's own rows and, for who is left the roles of the place alone, roles held elsewhere: there may be any.
          this.isKnown = false;
        }
      }
    }
  }

  private listed(
    statement: Statement,
    { model, column, isAddress }: PersonalColumn,
    id: string,
    ids: string,
  ): string {
    const path = this.pathOf(model)!;
    let alias = statement.alias();
    const who = `${alias}.${quote(column)}`;
    const from = [`${quote(model.table)} ${alias}`];
    for (const { link, target } of path.slice(0, -1)) {
      const next = statement.alias();
      from.push(`JOIN ${quote(target.table)} ${next} ON ${next}.id = ${alias}.${quote(link)}`);
      alias = next;
    }
    const isNamed = isAddress
      ? `${who} IS NOT NULL`
      : `(${ids} IS NULL AND ${who} IS NOT NULL OR ${who} = ANY(${ids}))`;
    return `SELECT ${who}::text AS who FROM ${from.join(' ')} WHERE ${alias}.${quote(path.at(-1)?.link ?? 'id')} = ${id} AND ${isNamed}`;
  }

  /** The shortest way from a table to the place over to-one relations; empty for the place itself, null without one. */
  private pathOf(model: Model): { link: string; target: Model }[] | null {
    if (model.name === this.place.resource) return [];
    let ways: { at: Model; path: { link: string; target: Model }[] }[] = [{ at: model, path: [] }];
    for (let depth = 0; depth < farthest; depth += 1) {
      ways = ways.flatMap(({ at, path }) =>
        [...at.relations.values()].flatMap((relation) => {
          if (relation.kind !== 'one') return [];
          const target = modelOf(this.models, relation.target);
          return [{ at: target, path: [...path, { link: relation.column, target }] }];
        }),
      );
      const found = ways.find(({ at }) => at.name === this.place.resource);
      if (found) return found.path;
    }
    return null;
  }
}
