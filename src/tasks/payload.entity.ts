/**
 * Payloads: inputs and results that are too large for a row. Sent by PUT /payloads before anything names them, kept as
 * files, and handed out by signed links to whoever may view the result that they belong to.
 */
import type { Rel } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { v7 as uuidv7 } from 'uuid';
import { Result } from './result.entity.ts';

/** A large input or result; not a type of the schema. */
@Entity({ tableName: 'payloads' })
export class Payload {
  @PrimaryKey({ type: 'uuid' })
  id: string = uuidv7();
  /** Who sent it, and who alone may name it: see `identityOf` in permissions/viewer.ts. */
  @Property({ columnType: 'text', type: 'text' })
  uploader!: string;
  @Property({ columnType: 'bigint', type: 'bigint' })
  bytes!: string;
  /** Whether all of it has the shape of ciphertext (ciphertext.ts); judged when it is named. */
  @Property({ columnType: 'boolean', type: 'boolean' })
  isCiphertext!: boolean;
  /** The result whose input it is; null until it is named as one, and once that result is gone. */
  @ManyToOne({ entity: () => Result, nullable: true, deleteRule: 'set null', fieldName: 'input_of_id', unique: true })
  inputOf!: Rel<Result> | null;
  @ManyToOne({ entity: () => Result, nullable: true, deleteRule: 'set null', fieldName: 'result_of_id', unique: true })
  resultOf!: Rel<Result> | null;
  @Property({ columnType: 'timestamptz(3)', type: 'Date', defaultRaw: 'now()' })
  @Index()
  createdAt!: Date;
}
