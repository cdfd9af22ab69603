/**
 * The links of sessions: track, room, type, and who speaks. All are of the session's own event. A link that stands
 * may be repeated by whoever may write; a new one needs rights on what it points to.
 */
import type { Action } from '../permissions/table.ts';
import type { Changes } from '../platform/data/writer.ts';
import { badInput, forbidden, notFound } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import type { Session } from './session.entity.ts';
import { publishSessionChange, speakersBefore } from './session.topics.ts';

/** The most links that one input may name. */
const mostLinks = 100;

/**
 * The uuid of the row that an input links to. Throws BAD_USER_INPUT where it is of another event and the viewer may
 * update it; NOT_FOUND where it is none, or of the same event and the viewer may not do `needs` to it.
 */
export async function linkedRow(
  changes: Changes,
  resource: string,
  id: string,
  eventId: string,
  needs: Action,
  path: readonly (string | number)[],
): Promise<string> {
  const uuid = uuidOfArgument(resource, id, 'input', ...path);
  const row = await changes.snapshot(resource, uuid);
  const isSameEvent = row?.event_id === eventId;
  const { allowed } = await changes.decide(isSameEvent ? needs : 'update', { resource, id: uuid });
  if (!row || !allowed) throw notFound();
  if (!isSameEvent) throw badInput([{ path: ['input', ...path], message: 'belongs to another event' }]);
  return uuid;
}

/** One side of the links between a session and its speakers, as the other side's input sets it. */
interface LinkSide {
  readonly own: 'session' | 'speaker';
  readonly id: string;
  readonly eventId: string;
  /** The key of the input that names the other side. */
  readonly key: 'speakerIds' | 'sessionIds';
}

/** Makes these the speakers of a session that the viewer may update. */
export async function setSpeakers(changes: Changes, session: Session, ids: readonly string[]): Promise<void> {
  const side: LinkSide = { own: 'session', id: session.id, eventId: session.event.id, key: 'speakerIds' };
  const { added, removed } = await difference(changes, side, ids);
  for (const speakerId of removed) await assertMayUnlink(changes, session.id, speakerId);
  await write(changes, session.id, added, removed);
}

/**
 * Makes these the sessions of a speaker that the viewer may update. Sessions that the viewer does not see are left as
 * they are; each session that changes is told of.
 */
export async function setSessions(
  changes: Changes,
  speaker: { readonly id: string; readonly event: { readonly id: string } },
  ids: readonly string[],
): Promise<void> {
  const side: LinkSide = { own: 'speaker', id: speaker.id, eventId: speaker.event.id, key: 'sessionIds' };
  const { added, removed } = await difference(changes, side, ids);
  for (const sessionId of [...added, ...removed].sort()) {
    const isRemoved = removed.includes(sessionId);
    if (isRemoved) {
      const { reason } = await changes.decide('update', { resource: 'Session', id: sessionId });
      if (reason === 'NOT_FOUND') continue;
      if (reason !== 'ALLOWED')
        throw forbidden('You may not take a speaker off a session that you may not update');
      await assertMayUnlink(changes, sessionId, speaker.id);
    }
    const before = await changes.snapshot('Session', sessionId);
    const beside = await speakersBefore(changes, sessionId);
    await write(changes, sessionId, isRemoved ? [] : [speaker.id], isRemoved ? [speaker.id] : []);
    await publishSessionChange(changes, 'UPDATED', sessionId, speaker.event.id, before, beside);
  }
}

async function difference(changes: Changes, side: LinkSide, ids: readonly string[]) {
  if (ids.length > mostLinks)
    throw badInput([{ path: ['input', side.key], message: `names at most ${mostLinks}` }]);
  const other = side.own === 'session' ? 'speaker' : 'session';
  const standing = await changes.query(
    `SELECT o.id FROM session_speakers l JOIN ${other}s o ON o.id = l.${other}_id AND o.deleted_at IS NULL WHERE l.${side.own}_id = $1`,
    [side.id],
  );
  const stands = new Set(standing.map((row) => String(row.id)));
  const resource = other === 'speaker' ? 'Speaker' : 'Session';
  const wanted = new Set<string>();
  for (const [index, id] of ids.entries()) {
    const path = [side.key, index];
    const uuid = uuidOfArgument(resource, id, 'input', ...path);
    if (!wanted.has(uuid) && !stands.has(uuid))
      await assertMayLink(changes, resource, id, side.eventId, path);
    wanted.add(uuid);
  }
  return {
    added: [...wanted].filter((uuid) => !stands.has(uuid)),
    removed: [...stands].filter((uuid) => !wanted.has(uuid)),
  };
}

/** New links go to rows that the viewer may update; only team and staff make any before the event is published. */
async function assertMayLink(
  changes: Changes,
  resource: string,
  id: string,
  eventId: string,
  path: (string | number)[],
): Promise<void> {
  await linkedRow(changes, resource, id, eventId, 'update', path);
  const { team, staff } = await changes.grants(
    { resource: 'Session', values: { event: eventId } },
    'team',
    'staff',
  );
  if (team || staff) return;
  const published = await changes.query(`SELECT 1 FROM events WHERE id = $1 AND state = 'PUBLISHED'`, [
    eventId,
  ]);
  if (published.length === 0) throw notFound();
}

/** Whoever may update a session only because they speak in it takes away nobody but themselves. */
async function assertMayUnlink(changes: Changes, sessionId: string, speakerId: string): Promise<void> {
  const { creator, team, staff } = await changes.grants(
    { resource: 'Session', id: sessionId },
    'creator',
    'team',
    'staff',
  );
  if (creator || team || staff) return;
  const own = await changes.query('SELECT 1 FROM speakers WHERE id = $1 AND user_id = $2', [
    speakerId,
    changes.userId,
  ]);
  if (own.length === 0) throw forbidden('A speaker takes only the own profile off a session');
}

async function write(
  changes: Changes,
  sessionId: string,
  added: readonly string[],
  removed: readonly string[],
): Promise<void> {
  if (added.length + removed.length > 0) changes.record('UPDATE', 'Session', sessionId, ['speakers']);
  if (removed.length > 0) {
    await changes.query(
      'DELETE FROM session_speakers WHERE session_id = $1 AND speaker_id = ANY($2::uuid[])',
      [sessionId, removed],
    );
  }
  if (added.length > 0) {
    await changes.query(
      `INSERT INTO session_speakers (session_id, speaker_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING`,
      [sessionId, added],
    );
  }
}
