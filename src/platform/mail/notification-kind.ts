/**
 * Kinds of notifications: what people are told of inside the application, and perhaps by a mail of the same kind. A
 * slice declares one in `x.notifications.ts`, lists it in its manifest, and tells with `notify` (src/notifications).
 */
import type { MailKind } from './mail-kind.ts';

/** A kind of notification. */
export interface NotificationKind<T = never> {
  /** Unique among notifications, as `slice.whatHappened`; that of its mail, where it has one. */
  readonly name: string;
  /** When people are told, in one sentence for those who may switch it off. */
  readonly description: string;
  /** The mail that goes with it; null where there is none. */
  readonly mail: MailKind<T> | null;
}

/** A kind of notification without a mail. */
export function notificationKind(kind: Pick<NotificationKind, 'name' | 'description'>): NotificationKind {
  return { ...kind, mail: null };
}

/** A kind of notification that sends a mail too: one switch for each of the two, under one name. */
export function notificationWithMail<T>(mail: MailKind<T>): NotificationKind<T> {
  return { name: mail.name, description: mail.description, mail };
}
