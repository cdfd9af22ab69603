/**
 * The table of operations: who may call each root field. What depends on a row is decided by the row's own table,
 * in the service, against the database; this table says so by naming the table and the column.
 */
import type { Viewer } from './viewer.ts';
import { isStaff } from './viewer.ts';
import type { Action } from './table.ts';

/** Who may call a root field. */
export type OperationRule =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'signedIn' }
  | { readonly kind: 'staff' }
  /** Whoever holds the token that the arguments name; it shows what the table of its row leaves open. */
  | { readonly kind: 'bearer' }
  /** The person whom the invite that the arguments name is addressed to. */
  | { readonly kind: 'invitee' }
  /** Staff, and who may do the action to the object that the arguments name, whatever its type. */
  | { readonly kind: 'object'; readonly action: Action }
  /** The cell of a resource's table decides; `also`: a second cell has to allow it too. */
  | { readonly kind: 'cell'; readonly resource: string; readonly action: Action; readonly also?: Action };

/** Everybody; the rows behind the field by their own tables. */
export const forEveryone: OperationRule = { kind: 'everyone' };
/** Any signed-in person. */
export const forSignedIn: OperationRule = { kind: 'signedIn' };
/** Admins and super admins. */
export const forStaff: OperationRule = { kind: 'staff' };
/** The bearer of the token. */
export const forBearer: OperationRule = { kind: 'bearer' };
/** The invitee, signed in with the address of the invite. */
export const forInvitee: OperationRule = { kind: 'invitee' };
/** As the cell of a table says for the row that is named. @param also a second cell of it that has to allow it too */
export const byCell = (resource: string, action: Action, also?: Action): OperationRule => ({
  kind: 'cell',
  resource,
  action,
  ...(also ? { also } : {}),
});

/** Staff, and who may do the action to the object that is named. */
export const byObject = (action: Action): OperationRule => ({ kind: 'object', action });

/** Root fields by name, each with its rule: `{ Query: { events: forEveryone … } }`. */
export interface OperationsTable {
  readonly Query: Readonly<Record<string, OperationRule>>;
  readonly Mutation: Readonly<Record<string, OperationRule>>;
  readonly Subscription: Readonly<Record<string, OperationRule>>;
}

/** What a rule comes to for a viewer before any row is known. */
export type OperationDecision = 'allowed' | 'UNAUTHENTICATED' | 'FORBIDDEN';

/** Decides a root field; what a cell says of the row itself is decided later, in the database. */
export function decideOperation(rule: OperationRule | undefined, viewer: Viewer): OperationDecision {
  if (!rule) return 'FORBIDDEN';
  if (rule.kind === 'everyone' || rule.kind === 'bearer') return 'allowed';
  // No cell but View lets anybody in who is not signed in, and reads are for everyone.
  if (viewer.kind === 'anonymous') return 'UNAUTHENTICATED';
  // Machines are let to the cells of tables, which have rows for them; what is people's they may not do.
  if ((rule.kind === 'signedIn' || rule.kind === 'invitee') && viewer.machine !== null) return 'FORBIDDEN';
  return rule.kind === 'staff' && !isStaff(viewer) ? 'FORBIDDEN' : 'allowed';
}

/** The sentence of a rule, for documents. */
export function describeOperation(rule: OperationRule): string {
  if (rule.kind === 'cell')
    return `requires \`${[rule.action, rule.also].filter(Boolean).join('` and `')}\` on ${rule.resource}`;
  if (rule.kind === 'object') return `staff and anyone who may ${rule.action} the object`;
  return {
    everyone: 'everyone',
    signedIn: 'any signed-in user',
    staff: 'staff',
    bearer: 'the bearer of the token',
    invitee: 'the invitee',
  }[rule.kind];
}

/** Joins the operations of the slices. Throws when two slices name the same root field. */
export function joinOperations(tables: readonly Partial<OperationsTable>[]): OperationsTable {
  const joined = { Query: {}, Mutation: {}, Subscription: {} } as Record<
    keyof OperationsTable,
    Record<string, OperationRule>
  >;
  for (const table of tables) {
    for (const root of ['Query', 'Mutation', 'Subscription'] as const) {
      for (const [field, rule] of Object.entries(table[root] ?? {})) {
        if (joined[root][field]) throw new Error(`Two slices name the operation ${root}.${field}`);
        joined[root][field] = rule;
      }
    }
  }
  return joined;
}
