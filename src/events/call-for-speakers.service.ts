/**
 * The call for speakers of an event: setting it, and entering sessions and speakers by it. Everybody but the team and
 * staff adds to an event only while its call is open, and answers a private one with its hash.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Changes } from '../platform/data/writer.ts';
import { applyInput } from '../platform/data/writer.ts';
import { badInput, forbidden, notFound } from '../platform/graphql/errors.ts';
import { encodeId, uuidOfArgument } from '../platform/graphql/node.ts';
import { Problems, cleanInput } from '../platform/inputs.ts';
import { CallForSpeakers } from './call-for-speakers.entity.ts';
import type { CallForSpeakersInput } from './call-for-speakers.inputs.ts';
import { Event } from './event.entity.ts';

const fields = [
  'startsAt',
  'endsAt',
  'softEndsAt',
  'announcement',
  'privacy',
  'isEnabled',
  'allowsEditsAfterEnd',
] as const;

/**
 * Sets the call for speakers of an event, its first or a changed one. The hash is made once and stays. Throws
 * BAD_USER_INPUT where its times are not in their order, or it would take proposals after the event has ended.
 */
export async function setCallForSpeakers(
  changes: Changes,
  id: string,
  input: CallForSpeakersInput,
): Promise<CallForSpeakers> {
  const eventId = uuidOfArgument('Event', id, 'eventId');
  await changes.authorize('view', { resource: 'Event', id: eventId });
  // Asked of the call to be, whether or not there is one: a private call is not to be told by the refusal.
  await changes.authorize('create', { resource: 'CallForSpeakers', values: { event: eventId } });
  const clean = cleanInput(CallForSpeakers, input, {
    required: ['privacy', 'isEnabled', 'allowsEditsAfterEnd'],
    check: noteDisorder,
  });
  // Two who set the first call at once wait for one another here.
  const [event] = await changes.query('SELECT ends_at AS "endsAt" FROM events WHERE id = $1 FOR UPDATE', [
    eventId,
  ]);
  let call = await changes.em.findOne(CallForSpeakers, { event: eventId });
  if (!call) {
    const made = { event: changes.em.getReference(Event, eventId), hash: newHash() };
    call = changes.em.create(CallForSpeakers, made as never, { partial: true });
    // The first hash comes with the call, whoever sets it.
    changes.coverFields(call, ['hash']);
    changes.em.persist(call);
  }
  applyInput(call, clean, fields);
  const problems = new Problems();
  noteDisorder(call, problems);
  const end = new Date(event.endsAt as string);
  for (const field of ['endsAt', 'softEndsAt'] as const) {
    if ((call[field] ?? end) > end)
      problems.add(field, `must not be after the event ends: ${end.toISOString()}`);
  }
  problems.assertNone();
  await changes.em.flush();
  return call;
}

function noteDisorder(
  { startsAt, endsAt, softEndsAt }: Pick<CallForSpeakersInput, 'startsAt' | 'endsAt' | 'softEndsAt'>,
  problems: Problems,
): void {
  if (endsAt <= startsAt) problems.add('endsAt', 'must be after startsAt');
  if (softEndsAt && softEndsAt <= endsAt) problems.add('softEndsAt', 'must be after endsAt');
}

/**
 * Gives the call of an event a new hash, which its team alone may: the old link is dead. Throws NOT_FOUND where there
 * is no call, FORBIDDEN for staff.
 */
export async function resetCallForSpeakersHash(changes: Changes, eventId: string): Promise<CallForSpeakers> {
  const call = await takeCall(changes, eventId, 'update');
  call.hash = newHash();
  changes.record('RESET_HASH', 'CallForSpeakers', call.id);
  return call;
}

/** Deletes the call of an event: nobody but its team and staff adds to the event any more. Throws NOT_FOUND where there is none. */
export async function deleteCallForSpeakers(changes: Changes, eventId: string): Promise<CallForSpeakers> {
  const call = await takeCall(changes, eventId, 'delete');
  changes.em.remove(call);
  return call;
}

/** The call of an event, locked. Whether there is one is told to nobody who may not set it. */
async function takeCall(changes: Changes, id: string, action: 'update' | 'delete'): Promise<CallForSpeakers> {
  const eventId = uuidOfArgument('Event', id, 'eventId');
  await changes.authorize('view', { resource: 'Event', id: eventId });
  await changes.authorize('create', { resource: 'CallForSpeakers', values: { event: eventId } });
  const call = await changes.em.findOne(CallForSpeakers, { event: eventId });
  if (!call) throw notFound('call for speakers');
  return changes.take(CallForSpeakers, encodeId('CallForSpeakers', call.id), action);
}

/** A hash that nobody guesses. */
export const newHash = (): string => randomBytes(24).toString('base64url');

/** How somebody adds a session or a speaker to an event. */
export interface Entry {
  readonly eventId: string;
  /** As its team or as staff; otherwise as a registered user who answers its call. */
  readonly asTeam: boolean;
}

/**
 * Lets the viewer add a session or a speaker to the event that an input names. Throws NOT_FOUND for an event that the
 * viewer cannot see; FORBIDDEN where its call is closed, the hash of a private one is missing or wrong, or the event
 * takes no sessions and speakers at all (its team and staff still enter them).
 */
export async function authorizeEntry(
  changes: Changes,
  resource: 'Session' | 'Speaker',
  input: { readonly eventId: string; readonly callHash?: string | null },
): Promise<Entry> {
  const eventId = uuidOfArgument('Event', input.eventId, 'input', 'eventId');
  const subject = { resource, values: { event: eventId } };
  await changes.authorize('view', { resource: 'Event', id: eventId });
  const { team, staff } = await changes.grants(subject, 'team', 'staff');
  if (team || staff) {
    await changes.authorize('create', subject);
    return { eventId, asTeam: true };
  }
  const [found] = await changes.query(
    `SELECT e.is_sessions_speakers_enabled AS "isEnabled", c.privacy, c.hash
     FROM events e LEFT JOIN calls_for_speakers c ON c.event_id = e.id WHERE e.id = $1`,
    [eventId],
  );
  if (found?.isEnabled !== true) throw forbidden('This event takes no sessions and speakers');
  const { allowed } = await changes.decide('create', subject);
  if (!allowed || (found.privacy === 'PRIVATE' && !isSameText(String(found.hash), input.callHash ?? ''))) {
    // One sentence for all of it: that there is a private call is for those who know its hash.
    throw forbidden(
      'The event is not published, its call for speakers is not open, or the call asks for its hash: callHash',
    );
  }
  return { eventId, asTeam: false };
}

function isSameText(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Throws BAD_USER_INPUT where an event would end before its call for speakers does. */
export async function assertAfterCall(changes: Changes, { id, endsAt }: Event): Promise<void> {
  const [call] = await changes.query(
    'SELECT greatest(ends_at, soft_ends_at) AS "endsAt" FROM calls_for_speakers WHERE event_id = $1',
    [id],
  );
  if (!call || new Date(call.endsAt as string) <= endsAt) return;
  const until = new Date(call.endsAt as string).toISOString();
  throw badInput([
    {
      path: ['input', 'endsAt'],
      message: `must not be before its call for speakers ends: ${until}; end the call earlier first`,
    },
  ]);
}
