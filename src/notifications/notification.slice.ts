/** The slice of notifications: what people are told of, and what they want to be told of. */
import { byCell, forSignedIn } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { MessagePreference } from './message-preference.entity.ts';
import { Notification, NotificationActor } from './notification.entity.ts';
import { notificationPermissions } from './notification.permissions.ts';
import { NotificationResolver } from './notification.resolver.ts';

/** Notifications. */
export const notificationSlice: Slice = {
  entities: [Notification, NotificationActor, MessagePreference],
  permissions: [notificationPermissions],
  resolvers: [NotificationResolver],
  operations: {
    Query: { notificationPreferences: forSignedIn },
    Mutation: {
      markNotificationRead: byCell('Notification', 'update'),
      markAllNotificationsRead: forSignedIn,
      deleteNotification: byCell('Notification', 'delete'),
      updateNotificationPreference: forSignedIn,
    },
    Subscription: { notificationReceived: forSignedIn },
  },
  prune: [
    async (database) => {
      await database.query(
        `DELETE FROM notifications WHERE is_read AND created_at < now() - interval '180 days'`,
      );
    },
  ],
};
