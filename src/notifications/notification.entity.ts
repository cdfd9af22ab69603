/** Notifications: what a person is told of, kept until they have read it. Written by `notify` alone. */
import type { Rel } from '@mikro-orm/core';
import { Entity, Index, ManyToOne } from '@mikro-orm/decorators/legacy';
import { User, UserArgs, UserConnection } from '../accounts/user.entity.ts';
import { AnyLink, Column, Connection, EntityBase, Link, Resource } from '../platform/data/entity.ts';
import { conditions, connectionType, filterType, listArgs } from '../platform/graphql/connection.ts';

/** Something that one person is told of. */
@Resource('notifications', 'Something that a person is told of.', 'createdAt DESC')
@Index({
  name: 'notifications_unread_index',
  expression:
    'create index notifications_unread_index on notifications (user_id, created_at, id) where not is_read',
})
export class Notification extends EntityBase {
  @Link(() => User, { onDelete: 'cascade', api: false })
  user!: Rel<User>;
  @Column('code', { description: 'What happened, as in MessageSetting.kind.' })
  kind!: string;
  @Column('boolean', { default: 'false' })
  isRead: boolean = false;
  @Column('code', { nullable: true, api: false })
  subjectType!: string | null;
  @AnyLink({
    type: 'subjectType',
    description: 'What it happened to; null where it is gone, or the reader may not see it any more.',
  })
  subject!: string | null;

  @Connection(
    () => User,
    () => ({ connection: UserConnection, args: UserArgs }),
    { through: () => NotificationActor, own: 'notification', other: 'user', action: 'view' },
    { description: 'Who did it: those of them whom the reader may see.' },
  )
  actors!: unknown;
}

/** A person who did what a notification tells of; not a type of the schema. */
@Entity({ tableName: 'notification_actors' })
export class NotificationActor {
  @ManyToOne({
    entity: () => Notification,
    primary: true,
    deleteRule: 'cascade',
    fieldName: 'notification_id',
  })
  notification!: Rel<Notification>;
  @ManyToOne({ entity: () => User, primary: true, deleteRule: 'cascade', fieldName: 'user_id', index: true })
  user!: Rel<User>;
}

/** A page of notifications. */
export const NotificationConnection = connectionType('Notification', () => Notification);
/** Conditions on notifications. */
export const NotificationFilter = filterType('Notification', {
  id: conditions.id,
  kind: conditions.text,
  isRead: conditions.boolean,
  createdAt: conditions.time,
});
/** The arguments of lists of notifications. */
export const NotificationArgs = listArgs(() => NotificationFilter);
