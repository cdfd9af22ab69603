/**
 * The registry: all permission tables of the application, and the conditions that they come to for a viewer.
 * Made once at start; whatever enforces or explains permissions asks it and nothing else.
 */
import type { Models } from '../platform/data/model.ts';
import type { ParentRelation } from '../platform/data/model.ts';
import { modelOf, parentsOf } from '../platform/data/model.ts';
import type { Condition } from './condition.ts';
import { all, any, always, never } from './condition.ts';
import { plan } from './plan.ts';
import type { Action, EntriesRule, PermissionTable, Row } from './table.ts';
import { actionCondition, cellCondition, noteCondition } from './table.ts';
import type { EachPerson, Viewer } from './viewer.ts';

/** What a field rule comes to for a viewer: everybody's, nobody's, or the grants to ask of each row. */
export type FieldPlan = 'always' | 'never' | readonly string[];

/** All tables, planned for viewers. */
export class Permissions {
  private readonly tables: ReadonlyMap<string, PermissionTable>;
  private readonly fieldPlans = new WeakMap<object, Map<string, FieldPlan>>();
  private readonly actionPlans = new WeakMap<object, Map<string, Condition>>();

  constructor(
    readonly all: readonly PermissionTable[],
    readonly models: Models,
  ) {
    this.tables = new Map(all.map((table) => [table.resource, table]));
    for (const table of all) modelOf(models, table.resource);
  }

  /** Whether a type has a table of its own. */
  has(resource: string): boolean {
    return this.tables.has(resource);
  }

  /** The table of a resource. Throws when there is none: deny by default. */
  table(resource: string): PermissionTable {
    const table = this.tables.get(resource);
    if (!table) throw new Error(`No permission table is called ${resource}`);
    return table;
  }

  /** The to-one relations that name what a row of a resource is created in. */
  parents(resource: string): ParentRelation[] {
    const model = modelOf(this.models, resource);
    const { createdIn } = this.table(resource);
    return createdIn
      ? createdIn.map((name) => model.relations.get(name) as ParentRelation)
      : parentsOf(model);
  }

  /** The planned condition under which the viewer may do the action to an existing row. */
  action(resource: string, action: Action, viewer: Viewer | EachPerson): Condition {
    return this.cached(this.actionPlans, viewer, `${resource}.${action}`, () =>
      this.plan(actionCondition(this.table(resource), action), viewer),
    );
  }

  /** The planned condition of a list of the resource, privacy included. */
  rootList(resource: string, viewer: Viewer): Condition {
    const { rootList } = this.table(resource);
    const listed = this.action(resource, 'list', viewer);
    return rootList ? this.plan(all(listed, rootList.holds as Condition), viewer) : listed;
  }

  /** The planned condition of one cell. */
  cell(resource: string, row: Row, action: Action, viewer: Viewer | EachPerson): Condition {
    return this.plan(cellCondition(this.table(resource), row, action), viewer);
  }

  /** The planned condition of one note of a cell. */
  note(
    resource: string,
    row: Row,
    action: Action,
    key: string | number,
    viewer: Viewer | EachPerson,
  ): Condition {
    return this.plan(noteCondition(this.table(resource).notes[key], row.actor, action), viewer);
  }

  /** Whether the table says who reads a field; a column that is no field is never shown. */
  isField(resource: string, field: string): boolean {
    const table = this.table(resource);
    return table.open.includes(field) || field in table.guarded;
  }

  /** The planned condition of a grant of a table. */
  grant(resource: string, name: string, viewer: Viewer | EachPerson): Condition {
    const note = this.table(resource).grants[name];
    if (!note) throw new Error(`Table ${resource} has no grant ${name}`);
    return this.plan(note.holds as Condition, viewer);
  }

  /** What reading (or writing) a field comes to for the viewer, before any row is known. */
  field(resource: string, field: string, verb: 'read' | 'write', viewer: Viewer): FieldPlan {
    return this.cached(this.fieldPlans, viewer, `${resource}.${field}.${verb}`, () => {
      const table = this.table(resource);
      if (table.open.includes(field)) return 'always';
      const rule = table.guarded[field];
      if (!rule) return 'never';
      const grants = rule[verb];
      if (!grants) return 'always';
      const open: string[] = [];
      for (const name of grants) {
        const planned = this.grant(resource, name, viewer);
        if (planned.kind === 'always') return 'always';
        if (planned.kind !== 'never') open.push(name);
      }
      return open.length > 0 ? open : 'never';
    });
  }

  /** The planned condition on the row under which the viewer may read (or write) the field. */
  fieldCondition(resource: string, field: string, verb: 'read' | 'write', viewer: Viewer): Condition {
    const planned = this.field(resource, field, verb, viewer);
    if (planned === 'always') return always;
    if (planned === 'never') return never;
    return this.plan(
      any(...planned.map((name) => this.table(resource).grants[name].holds as Condition)),
      viewer,
    );
  }

  /** The rule of the entries of a field, and the planned condition on the row under which the viewer reads all of them; null where the field has none. */
  entries(resource: string, field: string, viewer: Viewer): { rule: EntriesRule; all: Condition } | null {
    const { grants, guarded } = this.table(resource);
    const rule = guarded[field]?.entries;
    return rule
      ? { rule, all: this.plan(any(...rule.all.map((name) => grants[name].holds as Condition)), viewer) }
      : null;
  }

  /** Folds the viewer into any condition. */
  plan(condition: Condition, viewer: Viewer | EachPerson): Condition {
    return plan(condition, viewer, (resource) => actionCondition(this.table(resource), 'view'));
  }

  private cached<T>(cache: WeakMap<object, Map<string, T>>, viewer: object, key: string, make: () => T): T {
    let plans = cache.get(viewer);
    if (!plans) cache.set(viewer, (plans = new Map()));
    let planned = plans.get(key);
    if (planned === undefined) plans.set(key, (planned = make()));
    return planned;
  }
}
