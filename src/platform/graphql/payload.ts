/**
 * Payloads: what mutations answer. The rows in them are read again, for the viewer, by the one reader: in the transaction
 * that wrote them, so that nothing is written whose payload cannot be made.
 */
import type { GraphQLNamedType, GraphQLResolveInfo } from 'graphql';
import { getNamedType, isNonNullType, isObjectType } from 'graphql';
import { getArgumentValues } from 'graphql/execution/values.js';
import { Field, ID, ObjectType } from 'type-graphql';
import { always } from '../../permissions/condition.ts';
import type { Viewer } from '../../permissions/viewer.ts';
import type { Models } from '../data/model.ts';
import type { PlainRow } from '../data/reader/decode.ts';
import type { ListOptions, FieldInfo, Reader } from '../data/reader/reader.ts';
import type { ListArguments } from '../data/reader/request.ts';
import { Lookahead, edgeKey } from '../data/reader/request.ts';
import type { Context } from './context.ts';
import { forbidden } from './errors.ts';
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

/** What a field of a payload shows of the database: read when, and only if, the field is selected. */
abstract class Reference {
  /** What was read of it in the transaction that made it, by field of the document. */
  readonly found = new Map<string, unknown>();
  /** Who reads it, where that is not the operation's viewer: the account that a mutation proved, or the viewer with a role more. */
  readonly reader: Viewer | null = null;

  /** Reads it; `isMade` tells whether the mutation under way has created a row. */
  abstract read(reader: Reader, info: FieldInfo, args: object, isMade: IsMade): Promise<unknown>;
}

/** Whether the mutation under way has created that row. */
type IsMade = (resource: string, id: string) => boolean;

/** A row behind a field of a payload, or of a notice. */
export class RowReference extends Reference {
  constructor(
    readonly resource: string,
    readonly id: string,
    override readonly reader: Viewer | null = null,
  ) {
    super();
  }

  /** Whoever has created the row is shown its open fields, whatever the View cell says; what hangs on it, by its own table. */
  read(reader: Reader, info: FieldInfo, _args: object, isMade: IsMade): Promise<unknown> {
    return reader.single(
      this.resource,
      { id: this.id },
      info,
      isMade(this.resource, this.id) ? { orWhere: always } : {},
    );
  }
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
    return new BatchedRows(
      this,
      ids.filter((id) => id !== null),
      true,
    );
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

  async shown(context: Context, info: GraphQLResolveInfo): Promise<PlainRow | PlainRow[] | null> {
    const rows = await this.batch.rows(context, info);
    const found = this.ids.map((id) => rows.get(id)).filter((row) => row !== undefined);
    return this.isList ? found : (found[0] ?? null);
  }
}

/** A list behind a field of a payload. */
export class ListReference extends Reference {
  constructor(
    readonly resource: string,
    readonly options: ListOptions,
  ) {
    super();
  }

  read(reader: Reader, info: FieldInfo, args: object): Promise<unknown> {
    return reader.list(this.resource, args as ListArguments, info, this.options);
  }
}

/** The payload of a write: `{ event: <the row> }` and the like; `reader` as in Reference. */
export function payload<K extends string>(
  field: K,
  resource: string,
  uuid: string,
  reader: Viewer | null = null,
): Record<K, RowReference> {
  return { [field]: new RowReference(resource, uuid, reader) } as Record<K, RowReference>;
}

/** Shows what a reference of a payload names, or reads it where that was not done; anything else is handed on as it is. */
export function resolveReference(
  parent: Record<string, unknown>,
  args: object,
  context: Context,
  info: GraphQLResolveInfo,
): unknown {
  return shown(parent[info.fieldName], args, context, info);
}

/** What a value of a payload shows: the row or page of a reference, the rows of a batch, and any other value as it is. */
export function shown(value: unknown, args: object, context: Context, info: GraphQLResolveInfo): unknown {
  if (value instanceof BatchedRows) return value.shown(context, info);
  if (!(value instanceof Reference)) return value;
  const reader = value.reader ? context.readAs(value.reader, info) : context.read;
  const key = edgeKey(info);
  return value.found.has(key) ? value.found.get(key) : value.read(reader, info, args, () => false);
}

/** What payloads are read with, in a transaction under way. */
export interface PayloadSource {
  readonly models: Models;
  /** A reader in the transaction for a viewer; null: for the operation's. */
  readonly reader: (viewer: Viewer | null) => Reader;
  readonly isMade: IsMade;
}

/**
 * Reads what a root field selects of a payload, or of a part of one. Throws FORBIDDEN where a row that the payload always
 * has would be hidden from the viewer, and whatever makes a read fail.
 */
export function readPayload(value: unknown, info: FieldInfo, source: PayloadSource): Promise<void> {
  return fill(value, info, {}, source);
}

async function fill(value: unknown, info: FieldInfo, args: object, source: PayloadSource): Promise<void> {
  if (Array.isArray(value)) {
    for (const one of value) await fill(one, info, args, source);
    return;
  }
  if (value instanceof Reference) {
    const found = await value.read(source.reader(value.reader), info, args, source.isMade);
    if (found === null && isNonNullType(info.returnType)) {
      throw forbidden('You could not see afterwards what you have changed: nothing was changed');
    }
    value.found.set(edgeKey(info), found);
    return;
  }
  const type = getNamedType(info.returnType as GraphQLNamedType);
  if (!isObjectType(type) || typeof value !== 'object' || value === null) return;
  for (const fieldNodes of new Lookahead(source.models, info).fields(type)) {
    const field = type.getFields()[fieldNodes[0].name.value];
    const inner = (value as Record<string, unknown>)[field?.name];
    if (typeof inner !== 'object' || inner === null) continue;
    const { schema, fragments, variableValues } = info;
    const at = {
      schema,
      fragments,
      variableValues,
      fieldNodes,
      returnType: field.type,
      fieldName: field.name,
    };
    await fill(
      inner,
      at,
      inner instanceof Reference ? getArgumentValues(field, fieldNodes[0], variableValues) : {},
      source,
    );
  }
}
