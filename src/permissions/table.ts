/**
 * Permission tables: rows of actors, cells of notes, rules of fields, as one value per resource.
 *
 * A table is written to lie beside its namesake in the documentation, row for row and note for note. What no cell
 * grants is denied. Everything else in this folder is compiled from these values and never decides by itself.
 */
import type { Condition } from './condition.ts';
import { all, always, any, never, viewerIs } from './condition.ts';

/** What a cell can grant on any resource. */
export const commonActions = ['list', 'view', 'create', 'update', 'delete'] as const;
/** Columns that only some tables have: an operation of their own, or what hears and stops what is live. */
export const otherActions: readonly Action[] = ['publish', 'lock', 'receive', 'send', 'run'];
/** One column of a table. */
export type Action = (typeof commonActions)[number] | 'publish' | 'lock' | 'receive' | 'send' | 'run';
/** Every column, in their order. */
export const actions: readonly Action[] = [...commonActions, ...otherActions];

/** Who a row speaks of. `roles` are the event roles that the row's note of ownership asks for. */
export interface Actor {
  readonly name: string;
  readonly who: Condition;
  readonly roles?: readonly string[];
}

/** A named condition with its sentence for people. A function where it depends on the row's actor, or on the column. */
export interface Note {
  readonly text: string;
  readonly holds: Condition | ((actor: Actor, action: Action) => Condition);
}

/** Allowed, or allowed where all the notes named hold. A missing cell denies. */
export type Cell<N extends string | number> = true | readonly N[];

/** One row of a table: an actor, and what the actor may do. */
export type Row<N extends string | number = string | number> = { readonly actor: Actor } & {
  readonly [A in Action]?: Cell<N>;
};

/** Who may read or write a field of a row that they see: names of grants of the table; empty for nobody. */
export interface FieldRule<G extends string = string> {
  readonly read?: readonly G[];
  readonly write?: readonly G[];
  /** Instead of `read`, for a JSON object: who reads all of it, and which entries everybody reads who sees the row. */
  readonly entries?: EntriesRule<G>;
}

/** Which entries of a JSON object are for whom. An entry that is not is absent: nobody is told that it is there. */
export interface EntriesRule<G extends string = string> {
  /** Who reads all entries: names of grants of the table. */
  readonly all: readonly G[];
  /** Which entries everybody reads who sees the row, in words. */
  readonly text: string;
  /** These: their key is the property `key` of a row of `resource` that satisfies `where` and shares the relation `sharing` with the row. */
  readonly keyed: {
    readonly resource: string;
    readonly key: string;
    readonly sharing: string;
    readonly where: Condition;
  };
}

/** A permission table. `N` names its notes, `G` its grants for fields. */
export interface PermissionTable<N extends string | number = string | number, G extends string = string> {
  /** The GraphQL type and entity that the table governs. */
  readonly resource: string;
  /** The condition under which a row exists for anybody: not deleted, nor what it hangs on. */
  readonly exists: Condition;
  readonly notes: Readonly<Record<N, Note>>;
  readonly rows: readonly Row<NoInfer<N>>[];
  /** Groups of people that field rules name, each as a condition on the row. */
  readonly grants: Readonly<Record<G, Note>>;
  /** Fields that everybody reads who sees the row. */
  readonly open: readonly string[];
  /** Fields with a rule of their own. */
  readonly guarded: Readonly<Record<string, FieldRule<NoInfer<G>>>>;
  /** To-one relations that name what a row is created in, where that is not simply those that are never null. */
  readonly createdIn?: readonly string[];
  /** What to add to list in lists of the resource itself (not of what hangs on another row); see Events, privacy. */
  readonly rootList?: Note;
  /** Which state may follow which, by whom, where the rows have states. */
  readonly steps?: StepTable;
  /** What no cell can say, since it is about more than the row: kept by the resource's services, told with its table. */
  readonly remarks?: readonly string[];
}

/** The steps between the states of a row. The services that take them read the same values. */
export interface StepTable {
  /** Who takes steps, in words. */
  readonly parties: readonly string[];
  /** For each state that is not the last: the states that each party may give next. */
  readonly next: readonly (readonly [from: string, ...to: (readonly string[])[]])[];
}

/** Checks and returns a table. Throws on a cell or rule that names a note or grant that the table does not have. */
export function permissionTable<N extends string | number, G extends string>(
  table: PermissionTable<N, G>,
): PermissionTable {
  const fail = (what: string): never => {
    throw new Error(`Permission table ${table.resource}: ${what}`);
  };
  for (const row of table.rows) {
    for (const action of actions) {
      const cell = row[action];
      if (cell === undefined || cell === true) continue;
      if (cell.length === 0) fail(`${row.actor.name}, ${action}: an empty list of notes; write true`);
      for (const note of cell) if (!table.notes[note]) fail(`${row.actor.name}, ${action}: no note ${note}`);
    }
  }
  for (const [field, rule] of Object.entries<FieldRule<G>>(table.guarded)) {
    if (table.open.includes(field)) fail(`${field} is open and guarded`);
    if (rule.read && rule.entries) fail(`${field} has readers of the whole and of entries`);
    for (const grant of [...(rule.read ?? []), ...(rule.write ?? []), ...(rule.entries?.all ?? [])]) {
      if (!table.grants[grant]) fail(`${field}: no grant ${grant}`);
    }
  }
  return table as unknown as PermissionTable;
}

/** The condition of a note in one cell: for the actor of its row, in its column. */
export function noteCondition(note: Note, actor: Actor, action: Action): Condition {
  return typeof note.holds === 'function' ? note.holds(actor, action) : note.holds;
}

/** The condition of one cell: the actor is the viewer and every note holds; never where the cell is empty. */
export function cellCondition(table: PermissionTable, row: Row, action: Action): Condition {
  const cell = row[action];
  if (cell === undefined) return never;
  const notes = cell === true ? [] : cell.map((key) => noteCondition(table.notes[key], row.actor, action));
  return all(row.actor.who, ...notes);
}

/** The union of the cells of a column: what anybody needs to be allowed the action on an existing row. */
export function actionCondition(table: PermissionTable, action: Action): Condition {
  return all(table.exists, any(...table.rows.map((row) => cellCondition(table, row, action))));
}

/** Staff, signed-in people and everybody: the actors that most tables share. */
export const staff: Actor = { name: 'super admin, admin', who: viewerIs('staff') };
/** Anybody with an account, verified or not. */
export const registered: Actor = { name: 'registered user', who: viewerIs('signedIn') };
/** A compute node of an organization. Holds no rules: only rows that name it speak of it. */
export const computeNode: Actor = { name: 'compute node', who: viewerIs('computeNode') };
/** A container, while it works on its task. Holds no rules either. */
export const container: Actor = { name: 'container', who: viewerIs('container') };
/** Anybody at all. */
export const everyone: Actor = { name: 'everyone else', who: always };
