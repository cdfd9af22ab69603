/**
 * Write rules of fields: whatever a viewer's transaction is about to write is judged by the `write` of its field in the
 * permission table, whether or not a service thought of it. Services may judge earlier; nothing is judged twice.
 */
import type { ChangeSet, EventSubscriber, FlushEventArgs } from '@mikro-orm/core';
import type { Subject } from '../../permissions/decide.ts';
import type { Permissions } from '../../permissions/registry.ts';

/** Throws FORBIDDEN where the viewer may not write one of the fields; it must not flush. */
export type FieldJudge = (subject: Subject, fields: readonly string[]) => Promise<void>;

/**
 * Holds the write rules of one transaction. What was judged of a row is remembered by the row's id, which a new row has
 * before it is written: the next new row of the same resource may lie elsewhere, and is judged by itself.
 */
export class WriteRules implements EventSubscriber {
  private readonly settled = new Set<string>();

  constructor(
    private readonly permissions: Permissions,
    private readonly judge: FieldJudge,
  ) {}

  /** Judges the fields of a row and remembers that they were. @param id the row's uuid, which a new row has too */
  async check(subject: Subject, id: string, fields: readonly string[]): Promise<void> {
    await this.judge(subject, fields);
    this.settle(subject.resource, id, fields);
  }

  /** Takes the fields of a row as judged. */
  settle(resource: string, id: string, fields: readonly string[]): void {
    for (const field of fields) this.settled.add(keyOf(resource, id, field));
  }

  /** Called by MikroORM when it is about to write: the database still has the rows as they were. */
  async onFlush({ uow }: FlushEventArgs): Promise<void> {
    for (const set of uow.getChangeSets()) {
      if (set.type !== 'create' && set.type !== 'update') continue;
      await this.checkRow(set);
    }
    for (const collection of uow.getCollectionUpdates()) {
      const owner = collection.owner as { id: string };
      // The links of a row that is created are written with it: its creation was judged with them.
      if (!uow.getOriginalEntityData(owner)) continue;
      const { resource, fields } = this.ruled(collection.owner.constructor.name, [collection.property.name]);
      await this.checkUnsettled({ resource, id: owner.id }, owner.id, fields);
    }
  }

  private async checkRow(set: ChangeSet<object>): Promise<void> {
    const values = set.payload as Record<string, unknown>;
    const isNew = set.type === 'create';
    const given = Object.keys(values).filter((field) => !isNew || isGiven(set, field, values[field]));
    const { resource, fields } = this.ruled(set.meta.className, given);
    const id = String(set.getSerializedPrimaryKey());
    await this.checkUnsettled(isNew ? { resource, values } : { resource, id }, id, fields);
  }

  private async checkUnsettled(subject: Subject, id: string, fields: readonly string[]): Promise<void> {
    const open = fields.filter((field) => !this.settled.has(keyOf(subject.resource, id, field)));
    if (open.length > 0) await this.check(subject, id, open);
  }

  /** The fields that somebody may write and others may not; what no input has (`write: []`) the server writes alone. */
  private ruled(resource: string, fields: readonly string[]): { resource: string; fields: string[] } {
    if (!this.permissions.has(resource)) return { resource, fields: [] };
    const { guarded } = this.permissions.table(resource);
    return { resource, fields: fields.filter((field) => (guarded[field]?.write?.length ?? 0) > 0) };
  }
}

const keyOf = (resource: string, id: string, field: string): string =>
  `${resource} ${id} ${field}`;

/** Whether a row is created with another value than the one it would have anyway. */
function isGiven(set: ChangeSet<object>, field: string, value: unknown): boolean {
  const property = set.meta.properties[field as never] as { default?: unknown } | undefined;
  return value !== null && value !== undefined && value !== property?.default;
}
