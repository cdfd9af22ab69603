/**
 * Activities: the audit of who did what to which object. Every transaction of a viewer collects them from the
 * unit of work (and from services that write by SQL, or that have a better word for it) and writes them beside its
 * rows, so that there is one if and only if its cause committed. Read through src/activities.
 */
import type { ChangeSet, EventSubscriber, FlushEventArgs } from '@mikro-orm/core';
import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../permissions/viewer.ts';
import type { Transaction } from './database.ts';

/** A field that was changed. What it held is told of enums and booleans alone: they cannot hold anything secret. */
export interface FieldChange {
  readonly field: string;
  readonly from?: string | null;
  readonly to?: string | null;
}

/** Where a write comes from. */
export interface Origin {
  readonly requestId: string | null;
  /** The network address of the caller; null where the configuration says not to keep it. */
  readonly address: string | null;
}

/** One object, and what was done to it. */
interface Entry {
  readonly type: string | null;
  readonly id: string | null;
  readonly actions: Set<string>;
  readonly changes: Map<string, FieldChange>;
}

/** Properties that change with every write, and one that the action says in a word. */
const bookkeeping = new Set(['id', 'createdAt', 'updatedAt', 'version', 'deletedAt']);

/** Collects what a transaction does. */
export class ActivityLog implements EventSubscriber {
  private readonly entries = new Map<string, Entry>();
  private taken: { type: string; id: string } | null = null;

  /** @param isObject whether an entity is an object of the schema; join tables and tokens are not */
  constructor(private readonly isObject: (entity: string) => boolean) {}

  /** Called by MikroORM when it is about to write: what the entities say. */
  onFlush({ uow }: FlushEventArgs): void {
    for (const set of uow.getChangeSets()) {
      if (this.isObject(set.meta.className)) this.add(actionOf(set), set.meta.className, String(set.getSerializedPrimaryKey()), fieldsOf(set));
    }
  }

  /** Notes that something was done; to the same object once more it joins what is noted. */
  add(action: string, type: string | null, id: string | null, fields: readonly (string | FieldChange)[] = []): void {
    const key = `${type} ${id}`;
    let entry = this.entries.get(key);
    if (!entry) this.entries.set(key, (entry = { type, id, actions: new Set(), changes: new Map() }));
    entry.actions.add(action);
    for (const given of fields) {
      const change = typeof given === 'string' ? { field: given } : given;
      const earlier = entry.changes.get(change.field);
      entry.changes.set(change.field, earlier?.from === undefined ? change : { ...change, from: earlier.from });
    }
  }

  /** Whether that was done to an object. */
  has(action: string, type: string, id: string): boolean {
    return this.entries.get(`${type} ${id}`)?.actions.has(action) === true;
  }

  /** Notes the object that a mutation is about, for one that finds nothing to change. */
  take(type: string, id: string): void {
    this.taken ??= { type, id };
  }

  /**
   * Writes what was collected, in one statement. A mutation that changed nothing is written down by its own name.
   * @param actorId whoever did it: the viewer, or the account that the mutation proved
   */
  async write({ query }: Pick<Transaction, 'query'>, viewer: Viewer, actorId: string | null, mutation: string | null, origin: Origin): Promise<void> {
    if (this.entries.size === 0 && mutation !== null) this.add(inCapitals(mutation), this.taken?.type ?? null, this.taken?.id ?? null);
    const kind = actorId !== null && viewer.kind === 'anonymous' ? 'user' : viewer.kind;
    const { computeNodeId = null, taskId = null } = viewer.machine ?? {};
    await writeActivities(query, [...this.entries.values()].flatMap(rowsOf), { actorId, computeNodeId, taskId, kind, mutation, ...origin });
  }
}

/** An activity to write. */
export interface NewActivity {
  readonly action: string;
  readonly type: string | null;
  readonly id: string | null;
  readonly changes?: readonly FieldChange[];
}

/** Who did it, and by what. */
export interface Doer extends Origin {
  readonly actorId: string | null;
  /** The compute node that did it, or in which the container ran. */
  readonly computeNodeId: string | null;
  /** The task whose container did it. */
  readonly taskId: string | null;
  /** What the actor is: a viewer's kind, or `server` for what nobody asked for over the API, commands among it. */
  readonly kind: Viewer['kind'];
  readonly mutation: string | null;
}

/** What commands do on the machine, and the server of its own accord. */
export const server: Doer = { actorId: null, computeNodeId: null, taskId: null, kind: 'server', mutation: null, requestId: null, address: null };

/** Writes activities in the transaction that caused them; for writes that go through no `Changes`. */
export async function writeActivities(query: Transaction['query'], activities: readonly NewActivity[], doer: Doer): Promise<void> {
  if (activities.length === 0) return;
  const rows = activities.map(({ action, type, id, changes = [] }) => ({ id: uuidv7(), action, type, object: id, changes }));
  await query(
    `INSERT INTO activities (id, action, object_type, object_id, field_changes, actor_id, actor_kind, mutation, request_id, address, compute_node_id, task_id)
     SELECT a.id, a.action, a.type, a.object, a.changes, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::uuid, $8::uuid
     FROM jsonb_to_recordset($1::jsonb) AS a (id uuid, action text, type text, object uuid, changes jsonb)`,
    [JSON.stringify(rows), doer.actorId, doer.kind, doer.mutation, doer.requestId, doer.address, doer.computeNodeId, doer.taskId],
  );
}

/** A better word than UPDATE takes its place. */
function rowsOf({ type, id, actions, changes }: Entry): NewActivity[] {
  if (actions.size > 1) actions.delete('UPDATE');
  return [...actions].map((action) => ({ action, type, id, changes: [...changes.values()] }));
}

function actionOf({ type, payload }: ChangeSet<object>): string {
  if (type === 'create') return 'CREATE';
  if (type.startsWith('delete')) return 'DELETE';
  if (!('deletedAt' in payload)) return 'UPDATE';
  return payload.deletedAt === null ? 'RESTORE' : 'DELETE';
}

/** The fields of a change; of a new row those alone whose value may be told. */
function fieldsOf(set: ChangeSet<object>): FieldChange[] {
  const payload = set.payload as Record<string, unknown>;
  const original = (set.originalEntity ?? {}) as Record<string, unknown>;
  return Object.keys(payload).flatMap((field) => {
    if (bookkeeping.has(field)) return [];
    const property = set.meta.properties[field as never] as { enum?: boolean; columnTypes?: string[] } | undefined;
    const isTold = property?.enum === true || property?.columnTypes?.[0] === 'boolean';
    if (!isTold) return set.type === 'create' ? [] : [{ field }];
    return [{ field, from: told(original[field]), to: told(payload[field]) }];
  });
}

function told(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** `resendVerification` as RESEND_VERIFICATION. */
function inCapitals(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
