/** The notices of events. Every verb that changes an event publishes one in its transaction. Subscribers: event.live.ts. */
import type { QueryRow } from '../platform/data/database.ts';
import type { Changes, Notice } from '../platform/data/writer.ts';
import { topicOf } from '../platform/live/watch.ts';

/**
 * Tells of a change of an event. REMOVED is for one that is deleted: it ends all subscriptions at the event.
 * @param before `changes.snapshot('Event', id)` from before the change; null where there was no such event
 */
export async function publishEventChange(
  changes: Changes,
  kind: Notice['kind'],
  id: string,
  before: QueryRow | null,
): Promise<void> {
  await changes.publish({ topic: topicOf('Event', id), kind, resource: 'Event', id, before });
}
