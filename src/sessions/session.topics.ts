/** The live topic of the sessions of an event: every change of a session is told here, once its transaction commits. */
import type { QueryRow } from '../platform/data/database.ts';
import type { Changes, Notice } from '../platform/data/writer.ts';

/** Tells the subscribers of an event of a change to a session; `before` is the row as it was, null for a new one. */
export function publishSessionChange(
  changes: Changes,
  kind: Notice['kind'],
  sessionId: string,
  eventId: string,
  before: QueryRow | null,
): Promise<void> {
  return changes.publish({ topic: `session:${eventId}`, kind, resource: 'Session', id: sessionId, before });
}
