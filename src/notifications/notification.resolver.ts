/** The root fields of notifications. Lists of them hang on the viewer: `User.notifications`. */
import { Arg, Ctx, ID, Info, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { UserPayload } from '../accounts/user.inputs.ts';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { Context } from '../platform/graphql/context.ts';
import { unauthenticated } from '../platform/graphql/errors.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import type { Change } from '../platform/live/judge.ts';
import { watching } from '../platform/live/watch.ts';
import type { Watch } from '../platform/live/watch.ts';
import { Notification } from './notification.entity.ts';
import {
  NotificationPayload,
  NotificationPreference,
  NotificationPreferencePayload,
  UpdateNotificationPreferenceInput,
} from './notification.inputs.ts';
import {
  deleteNotification,
  markAllNotificationsRead,
  markNotificationRead,
  preferencesSql,
  updateNotificationPreference,
} from './notification.service.ts';
import { notificationTopic } from './notify.ts';

/** Queries, mutations and the subscription of notifications. */
@Resolver()
export class NotificationResolver {
  @Query(() => [NotificationPreference], {
    description: 'What the viewer wants to be told of, for every kind that there is.',
  })
  notificationPreferences(@Ctx() { viewer, write }: Context): Promise<object[]> {
    return write.database.query(preferencesSql, [viewer.userId, null]);
  }

  @Mutation(() => NotificationPreferencePayload)
  updateNotificationPreference(
    @Arg('kind', () => String) kind: string,
    @Arg('input', () => UpdateNotificationPreferenceInput) input: UpdateNotificationPreferenceInput,
    @Ctx() { write }: Context,
  ): Promise<NotificationPreferencePayload> {
    return write.transaction(async (changes) => ({
      notificationPreference: await updateNotificationPreference(changes, kind, input),
    }));
  }

  @Mutation(() => NotificationPayload)
  markNotificationRead(
    @Arg('id', () => ID) id: string,
    @Arg('isRead', () => Boolean, { nullable: true, defaultValue: true }) isRead: boolean | null,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('notification', 'Notification', (await markNotificationRead(changes, id, isRead !== false)).id),
    );
  }

  @Mutation(() => UserPayload, { description: "Marks all of the viewer's notifications as read." })
  markAllNotificationsRead(@Ctx() { write }: Context) {
    return write.transaction(async (changes) => {
      await markAllNotificationsRead(changes);
      return payload('user', 'User', changes.userId);
    });
  }

  @Mutation(() => DeletePayload)
  deleteNotification(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('Notification', (await deleteNotification(changes, id)).id),
    );
  }

  @Subscription(() => Notification, {
    subscribe: watching(watchNotifications),
    description: 'Tells the viewer of each notification of their own as it comes.',
  })
  notificationReceived(
    @Root() { id }: Change,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<PlainRow | null> {
    return read.single('Notification', { id }, info);
  }
}

function watchNotifications(_args: unknown, { viewer }: Context): Watch {
  if (viewer.userId === null) throw unauthenticated();
  return { topic: notificationTopic(viewer.userId), message: (change) => change };
}
