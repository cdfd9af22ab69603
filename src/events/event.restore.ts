/**
 * What staff do to deleted events: bring one back, or remove it for good. Deleting only hides an event
 * (event.service.ts); neither is done by itself after a time.
 */
import { removeFiles } from '../images/index.ts';
import { quote } from '../platform/data/sql.ts';
import type { Changes } from '../platform/data/writer.ts';
import { conflict, notFound } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import { giveEventRole } from './event-member.service.ts';
import { EventRole } from './event.states.ts';

/**
 * Brings a deleted event back with everything in it; returns its uuid. Where its owner has deleted their account, whoever
 * restores it becomes the owner. A published event comes back as a draft then, and where its owner is not verified.
 * Throws CONFLICT where it was imported once more meanwhile. Not deleted: no change.
 */
export async function restoreEvent(changes: Changes, id: string): Promise<string> {
  const { uuid, isDeleted } = await holdEvent(changes, id);
  if (!isDeleted) return uuid;
  const again = await changes.query(
    `SELECT FROM events e JOIN events o ON (o.source_owner_id, o.source_identifier) = (e.source_owner_id, e.source_identifier)
     WHERE e.id = $1 AND o.id <> e.id AND o.deleted_at IS NULL`,
    [uuid],
  );
  if (again.length > 0)
    throw conflict('The event was imported once more since it was deleted: delete that one first');
  const [owner] = await changes.query(
    `SELECT u.is_verified AS "isVerified" FROM event_members m JOIN users u ON u.id = m.user_id
     WHERE m.event_id = $1 AND m.role = 'OWNER' AND u.deleted_at IS NULL FOR SHARE OF u`,
    [uuid],
  );
  // An event has one owner at every moment; whoever takes the place may hand it on.
  if (!owner) await giveEventRole(changes, uuid, changes.userId, EventRole.OWNER);
  await changes.query(
    `UPDATE events SET deleted_at = NULL, version = version + 1, updated_at = now(), state = CASE WHEN $2 THEN state ELSE 'DRAFT' END WHERE id = $1`,
    [uuid, owner?.isVerified === true],
  );
  changes.record('RESTORE', 'Event', uuid);
  return uuid;
}

/** Removes a deleted event for good, with all that hangs on it and the files of that; returns its uuid. Throws CONFLICT for one that is not deleted. */
export async function purgeEvent(changes: Changes, id: string): Promise<string> {
  const { uuid, isDeleted } = await holdEvent(changes, id);
  if (!isDeleted) throw conflict('The event is not deleted: delete it first');
  const files = await filesOf(changes, uuid);
  await changes.query(
    `UPDATE jobs SET url = NULL WHERE starts_with(url, '/files/exports/') AND payload->>'eventId' = $1`,
    [uuid],
  );
  await changes.query('DELETE FROM events WHERE id = $1', [uuid]);
  await removeFiles(changes, files);
  changes.record('PURGE', 'Event', uuid);
  return uuid;
}

/** A deleted row that hangs on an event, locked for staff who restore it. */
export interface HeldRow {
  readonly uuid: string;
  readonly eventId: string;
  readonly isDeleted: boolean;
}

/**
 * A session or a speaker by its id, deleted or not, locked for staff who restore it. Throws NOT_FOUND where there is none,
 * CONFLICT where its event is deleted.
 */
export async function holdRow(
  changes: Changes,
  resource: 'Session' | 'Speaker',
  id: string,
): Promise<HeldRow> {
  const uuid = uuidOfArgument(resource, id, 'id');
  const [found] = await changes.query(
    `SELECT r.event_id AS "eventId", r.deleted_at IS NOT NULL AS "isDeleted", e.deleted_at IS NOT NULL AS "isGone"
     FROM ${resource === 'Session' ? 'sessions' : 'speakers'} r JOIN events e ON e.id = r.event_id WHERE r.id = $1 FOR UPDATE OF r FOR SHARE OF e`,
    [uuid],
  );
  if (!found) throw notFound(resource.toLowerCase());
  if (found.isGone === true) throw conflict('Its event is deleted: restore that first');
  return { uuid, eventId: String(found.eventId), isDeleted: found.isDeleted === true };
}

async function holdEvent(
  changes: Changes,
  id: string,
): Promise<{ readonly uuid: string; readonly isDeleted: boolean }> {
  const uuid = uuidOfArgument('Event', id, 'id');
  const [found] = await changes.query(
    'SELECT deleted_at IS NOT NULL AS "isDeleted" FROM events WHERE id = $1 FOR UPDATE',
    [uuid],
  );
  if (!found) throw notFound('event');
  return { uuid, isDeleted: found.isDeleted === true };
}

/** The files that an event, what hangs on it and its exports name. */
async function filesOf(changes: Changes, uuid: string): Promise<string[]> {
  const named = [...changes.models.values()].flatMap(({ table, columns }) => {
    const key = table === 'events' ? columns.get('id') : columns.get('event');
    const files = [...columns.values()].filter(({ file }) => file !== undefined);
    return key
      ? files.map(
          ({ name }) => `SELECT ${quote(name)} AS path FROM ${quote(table)} WHERE ${quote(key.name)} = $1`,
        )
      : [];
  });
  const exported = `SELECT url FROM jobs WHERE starts_with(url, '/files/exports/') AND payload->>'eventId' = $1::text`;
  const rows = await changes.query(
    `SELECT DISTINCT path FROM (${[...named, exported].join(' UNION ALL ')}) named WHERE path IS NOT NULL`,
    [uuid],
  );
  return rows.map(({ path }) => String(path));
}
