/**
 * Uploads: pictures that somebody has sent and not named yet. Not a type of the schema: whoever sent one knows its
 * address, nobody else does. Written by upload.service.ts; gone after a day.
 */
import type { Rel } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { v7 as uuidv7 } from 'uuid';
import { User } from '../accounts/user.entity.ts';

/** A picture that waits to be named. */
@Entity({ tableName: 'uploads' })
export class Upload {
  @PrimaryKey({ type: 'uuid' })
  id: string = uuidv7();
  /** Who sent it; null once they are gone, and the file is still to be removed. */
  @ManyToOne({
    entity: () => User,
    deleteRule: 'set null',
    nullable: true,
    fieldName: 'user_id',
    index: true,
  })
  user!: Rel<User> | null;
  /** Where it is in the storage (platform/files/keys.ts). */
  @Property({ columnType: 'text', type: 'text' })
  key!: string;
  @Property({ columnType: 'timestamptz(3)', type: 'Date', defaultRaw: 'now()' })
  @Index()
  createdAt: Date = new Date();
}
