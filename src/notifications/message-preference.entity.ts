/** What a person wants to be told of, where it differs from everything. Shown as NotificationPreference. */
import type { Rel } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { User } from '../accounts/user.entity.ts';

/** A person's choice about one kind of message. */
@Entity({ tableName: 'message_preferences' })
export class MessagePreference {
  @ManyToOne({ entity: () => User, primary: true, deleteRule: 'cascade', fieldName: 'user_id' })
  user!: Rel<User>;
  @PrimaryKey({ columnType: 'text', type: 'text' })
  kind!: string;
  @Property({ columnType: 'boolean', type: 'boolean', defaultRaw: 'true' })
  isMailWanted: boolean = true;
  @Property({ columnType: 'boolean', type: 'boolean', defaultRaw: 'true' })
  isNoticeWanted: boolean = true;
}
