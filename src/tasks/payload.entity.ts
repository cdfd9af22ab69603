/**
 * Payloads: inputs and results that are too large for a row. Sent by PUT /payloads before anything names them, kept as
 * files, and handed out by signed links to whoever may view the result that they belong to.
 */
import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { v7 as uuidv7 } from 'uuid';

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
  /** When it was named, which happens once. */
  @Property({ columnType: 'timestamptz(3)', type: 'Date', nullable: true })
  usedAt!: Date | null;
  @Property({ columnType: 'timestamptz(3)', type: 'Date', defaultRaw: 'now()' })
  @Index()
  createdAt!: Date;
}
