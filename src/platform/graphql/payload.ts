/** Payloads: what mutations answer. The row in them is read again, for the viewer, by the one reader. */
import type { GraphQLResolveInfo } from 'graphql';
import { Field, ID, ObjectType } from 'type-graphql';
import type { Viewer } from '../../permissions/viewer.ts';
import type { PlainRow } from '../data/reader/decode.ts';
import type { Context } from './context.ts';
import { encodeId } from './node.ts';

/** A row that was deleted. */
@ObjectType({ simpleResolvers: true, description: 'The id of what was deleted.' })
export class DeletePayload {
  @Field(() => ID)
  deletedId!: string;
}

/** The payload of a deletion. */
export function deleted(resource: string, uuid: string): DeletePayload {
  return { deletedId: encodeId(resource, uuid) };
}

/** A row behind a field of a payload: read when, and only if, the field is selected. */
export class RowReference {
  constructor(
    readonly resource: string,
    readonly id: string,
    /** Who reads the row, where that is not the operation's viewer: the account that a mutation proved, or the viewer with a role more. */
    readonly reader: Viewer | null = null,
  ) {}
}

/** Rows behind a field of many objects of one answer, such as the sessions of all conflicts: read in one statement for each field of the document. */
export class RowBatch {
  private readonly ids: readonly string[];
  private readonly read = new WeakMap<object, Promise<ReadonlyMap<string, PlainRow>>>();

  /** @param ids uuids, repeated ones too */
  constructor(
    private readonly resource: string,
    ids: readonly string[],
  ) {
    this.ids = [...new Set(ids)];
  }

  /** The one of these rows that an object shows; null for none. */
  one(id: string | null): BatchedRows | null {
    return id === null ? null : new BatchedRows(this, [id], false);
  }

  /** The ones of these rows that an object lists; those that the viewer may not see are left out. */
  list(ids: readonly (string | null)[]): BatchedRows {
    return new BatchedRows(this, ids.filter((id) => id !== null), true);
  }

  /** All of them, as a field of the document asks. */
  rows({ read }: Context, info: GraphQLResolveInfo): Promise<ReadonlyMap<string, PlainRow>> {
    const [field] = info.fieldNodes;
    let rows = this.read.get(field);
    if (!rows) this.read.set(field, (rows = read.many(this.resource, this.ids, info)));
    return rows;
  }
}

/** Some rows of a batch, behind a field. */
class BatchedRows {
  constructor(
    readonly batch: RowBatch,
    readonly ids: readonly string[],
    readonly isList: boolean,
  ) {}
}

/** The payload of a write: `{ event: <the row> }` and the like; `reader` as in RowReference. */
export function payload<K extends string>(field: K, resource: string, uuid: string, reader: Viewer | null = null): Record<K, RowReference> {
  return { [field]: new RowReference(resource, uuid, reader) } as Record<K, RowReference>;
}

/** Reads the row of a reference for the viewer; anything else is handed on as it is. */
export function resolveReference(
  parent: Record<string, unknown>,
  _args: unknown,
  context: Context,
  info: GraphQLResolveInfo,
): unknown {
  const value = parent[info.fieldName];
  if (value instanceof BatchedRows) {
    return value.batch.rows(context, info).then((rows) => {
      const found = value.ids.flatMap((id) => rows.get(id) ?? []);
      return value.isList ? found : (found[0] ?? null);
    });
  }
  if (!(value instanceof RowReference)) return value;
  const reader = value.reader ? context.readAs(value.reader, info) : context.read;
  return reader.single(value.resource, { id: value.id }, info);
}
