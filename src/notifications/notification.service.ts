/** The verbs of notifications: reading them, deleting them, and choosing what to be told of. */
import type { Changes } from '../platform/data/writer.ts';
import { invalid, notFound } from '../platform/graphql/errors.ts';
import type { NotificationPreference, UpdateNotificationPreferenceInput } from './notification.inputs.ts';
import { Notification } from './notification.entity.ts';

/** Marks a notification as read, or as unread again. */
export async function markNotificationRead(
  changes: Changes,
  id: string,
  isRead: boolean,
): Promise<Notification> {
  const notification = await changes.take(Notification, id, 'update');
  notification.isRead = isRead;
  return notification;
}

/** Marks all notifications of the viewer as read. */
export async function markAllNotificationsRead(changes: Changes): Promise<void> {
  await changes.query(
    'UPDATE notifications SET is_read = true, updated_at = now() WHERE user_id = $1 AND NOT is_read',
    [changes.userId],
  );
}

/** Deletes a notification for good. */
export async function deleteNotification(changes: Changes, id: string): Promise<Notification> {
  const notification = await changes.take(Notification, id, 'delete');
  changes.em.remove(notification);
  return notification;
}

/** The choices of a person for every kind of message that the installation sends. */
export const preferencesSql = `
  SELECT s.kind, s.description, s.is_essential AS "isEssential",
    CASE WHEN s.is_mail_enabled IS NOT NULL THEN s.is_essential OR coalesce(p.is_mail_wanted, true) END AS "isMailWanted",
    CASE WHEN s.is_notice_enabled IS NOT NULL THEN coalesce(p.is_notice_wanted, true) END AS "isNoticeWanted"
  FROM message_settings s LEFT JOIN message_preferences p ON p.kind = s.kind AND p.user_id = $1
  WHERE $2::text IS NULL OR s.kind = $2 ORDER BY s.kind`;

/**
 * Chooses whether the viewer gets mails and notices of a kind. Throws NOT_FOUND for an unknown kind, BAD_USER_INPUT
 * for switching off what the kind does not have or what is essential.
 */
export async function updateNotificationPreference(
  changes: Changes,
  kind: string,
  input: UpdateNotificationPreferenceInput,
): Promise<NotificationPreference> {
  const [found] = await changes.query(preferencesSql, [changes.userId, kind]);
  if (!found) throw notFound('kind of notification');
  const { isMailWanted, isNoticeWanted } = input;
  if (isMailWanted === false && found.isEssential)
    throw invalid('is essential: you could not get into your account without it', 'input', 'isMailWanted');
  for (const [key, value] of Object.entries({ isMailWanted, isNoticeWanted })) {
    if (value === null) throw invalid('cannot be cleared', 'input', key);
    if (value !== undefined && found[key] === null)
      throw invalid('is nothing that this kind has', 'input', key);
  }
  await changes.query(
    `INSERT INTO message_preferences (user_id, kind, is_mail_wanted, is_notice_wanted)
     VALUES ($1, $2, coalesce($3, true), coalesce($4, true))
     ON CONFLICT (user_id, kind) DO UPDATE SET is_mail_wanted = coalesce($3, message_preferences.is_mail_wanted),
       is_notice_wanted = coalesce($4, message_preferences.is_notice_wanted)`,
    [changes.userId, kind, isMailWanted ?? null, isNoticeWanted ?? null],
  );
  const [changed] = await changes.query(preferencesSql, [changes.userId, kind]);
  return changed as unknown as NotificationPreference;
}
