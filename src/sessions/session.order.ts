/** The order of the sessions and the speakers of an event, as its team arranges it. */
import type { Changes } from '../platform/data/writer.ts';
import { badInput, notFound } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import { publishSessionChange } from './session.topics.ts';

/** The most rows of one call. */
const mostAtOnce = 1000;

/** Numbers sessions of an event from 1; returns the event's uuid. Throws FORBIDDEN for anybody but team and staff. */
export async function reorderSessions(
  changes: Changes,
  eventId: string,
  ids: readonly string[],
): Promise<string> {
  const uuid = uuidOfArgument('Event', eventId, 'eventId');
  const moved = await reorder(changes, 'Session', uuid, ids);
  for (const { id, row } of moved) await publishSessionChange(changes, 'UPDATED', id, uuid, row);
  return uuid;
}

/** Numbers speakers of an event from 1; returns the event's uuid. Throws FORBIDDEN for anybody but team and staff. */
export async function reorderSpeakers(
  changes: Changes,
  eventId: string,
  ids: readonly string[],
): Promise<string> {
  const uuid = uuidOfArgument('Event', eventId, 'eventId');
  await reorder(changes, 'Speaker', uuid, ids);
  return uuid;
}

/** Writes the numbers; returns the rows that have another now, as they were before. */
async function reorder(
  changes: Changes,
  resource: 'Session' | 'Speaker',
  eventId: string,
  ids: readonly string[],
): Promise<{ id: string; row: Record<string, unknown> }[]> {
  await changes.authorize('view', { resource: 'Event', id: eventId });
  await changes.authorizeFields({ resource, values: { event: eventId } }, ['order']);
  if (ids.length > mostAtOnce) throw badInput([{ path: ['ids'], message: `names at most ${mostAtOnce}` }]);
  const uuids = ids.map((id, index) => uuidOfArgument(resource, id, 'ids', index));
  if (new Set(uuids).size < uuids.length)
    throw badInput([{ path: ['ids'], message: 'names something twice' }]);
  const table = resource === 'Session' ? 'sessions' : 'speakers';
  const found = await changes.query(
    `SELECT t.id, to_jsonb(t) AS row, t.sort_order AS "order" FROM ${table} t
     WHERE t.id = ANY($1::uuid[]) AND t.event_id = $2 AND t.deleted_at IS NULL ORDER BY t.id FOR UPDATE`,
    [uuids, eventId],
  );
  if (found.length < uuids.length) throw notFound();
  const moved = found.filter(({ id, order }) => order !== uuids.indexOf(String(id)) + 1);
  // Who may not touch a locked session does not move it either.
  for (const { id } of moved) await changes.authorize('update', { resource, id: String(id) });
  await changes.query(
    `UPDATE ${table} t SET sort_order = given.place, version = version + 1, updated_at = now()
     FROM unnest($1::uuid[]) WITH ORDINALITY AS given (id, place) WHERE t.id = given.id AND t.sort_order <> given.place`,
    [uuids],
  );
  for (const { id } of moved) changes.record('UPDATE', resource, String(id), ['order']);
  return moved.map(({ id, row }) => ({ id: String(id), row: row as Record<string, unknown> }));
}
