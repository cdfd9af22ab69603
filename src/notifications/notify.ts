/**
 * Telling people: the one way in which anything in the application notifies somebody. In the transaction of what
 * happened it writes a notification for each recipient, tells their open sockets, and queues the mail of the kind;
 * message settings and the recipient's own preferences decide which of these there are.
 */
import { v7 as uuidv7 } from 'uuid';
import type { Changes } from '../platform/data/writer.ts';
import type { NotificationKind } from '../platform/mail/notification-kind.ts';

/** What to tell whom. */
export interface News<T> {
  readonly kind: NotificationKind<T>;
  /** User ids; repeated ones are told once, and those who did it themselves are not told. */
  readonly recipients: readonly string[];
  /** Who did it: user ids; the viewer unless told. */
  readonly actors?: readonly string[];
  /** What it happened to; readers see it by the table of its own type. */
  readonly subject?: { readonly resource: string; readonly id: string };
  /** The payload of the mail to a recipient; needed where the kind has a mail, null for no mail to this one. */
  readonly mail?: (recipient: string) => NoInfer<T> | null;
}

/** The topic of a person's notifications. */
export const notificationTopic = (userId: string): string => `notification:${userId}`;

/** Tells people of something, when and if the transaction commits. */
export async function notify<T>(changes: Changes, news: News<T>): Promise<void> {
  const { kind, subject, mail } = news;
  const actors = news.actors ?? (changes.viewer.userId === null ? [] : [changes.viewer.userId]);
  const recipients = [...new Set(news.recipients)].filter((id) => !actors.includes(id));
  if (recipients.length === 0) return;
  const stored = await changes.query(
    `WITH stored AS (
       INSERT INTO notifications (id, user_id, kind, subject_type, subject_id)
       SELECT given.id, u.id, $3, $4, $5
       FROM unnest($1::uuid[], $2::uuid[]) AS given (id, user_id) JOIN users u ON u.id = given.user_id
       LEFT JOIN message_settings s ON s.kind = $3
       LEFT JOIN message_preferences p ON p.kind = $3 AND p.user_id = u.id
       WHERE u.deleted_at IS NULL AND NOT u.is_blocked
         AND coalesce(s.is_notice_enabled, true) AND coalesce(p.is_notice_wanted, true)
       RETURNING id, user_id),
     acted AS (
       INSERT INTO notification_actors (notification_id, user_id)
       SELECT stored.id, actor FROM stored CROSS JOIN unnest($6::uuid[]) AS actor)
     SELECT id, user_id FROM stored`,
    [
      recipients.map(() => uuidv7()),
      recipients,
      kind.name,
      subject?.resource ?? null,
      subject?.id ?? null,
      actors,
    ],
  );
  await changes.publish(
    ...stored.map(
      ({ id, user_id: userId }) =>
        ({
          topic: notificationTopic(String(userId)),
          kind: 'CREATED',
          resource: 'Notification',
          id: String(id),
        }) as const,
    ),
  );
  if (!kind.mail || !mail) return;
  // The job asks the settings and preferences: what counts is what they say when the mail would go out.
  await changes.enqueueAll(
    kind.mail,
    recipients.flatMap((id) => mail(id) ?? []),
  );
}
