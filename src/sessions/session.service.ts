/** The verbs of sessions but their states: create, update, lock, delete. */
import { User } from '../accounts/user.entity.ts';
import { authorizeEntry } from '../events/call-for-speakers.service.ts';
import { Event } from '../events/event.entity.ts';
import { holdRow } from '../events/event.restore.ts';
import { FormKind } from '../forms/form.kinds.ts';
import { judgeByForm } from '../forms/form.rules.ts';
import type { Changes } from '../platform/data/writer.ts';
import { applyInput, assertVersion } from '../platform/data/writer.ts';
import { forbidden } from '../platform/graphql/errors.ts';
import { uuidOf } from '../platform/graphql/node.ts';
import { cleanInput, withoutNulls, writtenFields } from '../platform/inputs.ts';
import { Room } from '../programme/room.entity.ts';
import { SessionType } from '../programme/session-type.entity.ts';
import { Track } from '../programme/track.entity.ts';
import { Session } from './session.entity.ts';
import type { CreateSessionInput, UpdateSessionInput } from './session.inputs.ts';
import { linkedRow, setSpeakers } from './session.links.ts';
import { tellOfConflicts, tellOfSubmission } from './session.news.ts';
import { assertSchedule, noteDisorder } from './session.schedule.ts';
import { SessionState } from './session.states.ts';
import { publishSessionChange, speakersBefore } from './session.topics.ts';
import { giveState } from './session.transitions.ts';

const fields = [
  'title',
  'subtitle',
  'level',
  'language',
  'shortAbstract',
  'longAbstract',
  'comments',
  'website',
  'twitter',
  'facebook',
  'github',
  'linkedin',
  'instagram',
  'gitlab',
  'mastodon',
  'slidesUrl',
  'videoUrl',
  'audioUrl',
  'signupUrl',
  'startsAt',
  'endsAt',
  'order',
] as const;
const renamed = {
  eventId: null,
  callHash: null,
  state: null,
  version: null,
  trackId: 'track',
  roomId: 'room',
  sessionTypeId: 'sessionType',
  speakerIds: 'speakers',
} as const;
const links = [
  ['trackId', 'track', Track],
  ['roomId', 'room', Room],
  ['sessionTypeId', 'sessionType', SessionType],
] as const;
type LinkInput = { readonly [K in (typeof links)[number][0]]?: string | null };

/**
 * Enters a session into an event; its creator is the viewer. Throws FORBIDDEN for a state or field that is the team's
 * to set; see `authorizeEntry` for who enters sessions at all.
 */
export async function createSession(changes: Changes, input: CreateSessionInput): Promise<Session> {
  const { eventId, asTeam } = await authorizeEntry(changes, 'Session', input);
  const state = input.state ?? SessionState.PENDING;
  if (!asTeam && state !== SessionState.PENDING && state !== SessionState.DRAFT) {
    throw forbidden(`Only the team of the event enters a session as ${state}`);
  }
  await changes.authorizeFields(
    { resource: 'Session', values: { event: eventId } },
    writtenFields(input, renamed),
  );
  const clean = cleanInput(Session, input, { check: noteDisorder });
  const made = {
    event: changes.em.getReference(Event, eventId),
    creator: changes.em.getReference(User, changes.userId),
    enteredByTeam: asTeam,
  };
  const session = changes.em.create(Session, made as never, { partial: true });
  applyInput(session, withoutNulls(clean), fields);
  await assertSchedule(changes, session, eventId, input);
  giveState(session, state);
  await applyLinks(changes, session, input);
  const asking = asTeam || state === SessionState.DRAFT ? 'nothing' : 'whole';
  await judgeByForm(changes, { form: FormKind.SESSION, eventId, row: session, input, asking });
  changes.em.persist(session);
  await changes.em.flush();
  if (input.speakerIds) await setSpeakers(changes, session, input.speakerIds);
  await publishSessionChange(changes, 'CREATED', session.id, eventId, null);
  if (!asTeam && state !== SessionState.DRAFT) await tellOfSubmission(changes, session.id, eventId);
  if (isScheduled(input)) await tellOfConflicts(changes, session.id, eventId);
  return session;
}

/** Changes a session, its state apart. Throws BAD_USER_INPUT where the result makes no sense, CONFLICT for an old version. */
export async function updateSession(
  changes: Changes,
  id: string,
  input: UpdateSessionInput,
): Promise<Session> {
  const session = await changes.take(Session, id, 'update');
  await changes.authorizeFields({ resource: 'Session', id: session.id }, writtenFields(input, renamed));
  assertVersion(session, input.version);
  const clean = cleanInput(Session, input, { required: ['title', 'order'], check: noteDisorder });
  const before = await changes.snapshot('Session', session.id);
  const beside = input.speakerIds === undefined ? [] : await speakersBefore(changes, session.id);
  applyInput(session, clean, fields);
  await assertSchedule(changes, session, session.event.id, input);
  await applyLinks(changes, session, input);
  await judgeByForm(changes, {
    form: FormKind.SESSION,
    eventId: session.event.id,
    row: session,
    input,
    asking:
      session.state === SessionState.DRAFT || (await entersForOthers(changes, session.id))
        ? 'nothing'
        : 'named',
  });
  session.version += 1;
  await changes.em.flush();
  await changes.authorizeAfter('update', 'Session', session.id);
  // After the judgement above: a speaker who takes the own profile away may not update the session any more.
  if (input.speakerIds !== undefined) await setSpeakers(changes, session, input.speakerIds ?? []);
  await publishSessionChange(changes, 'UPDATED', session.id, session.event.id, before, beside);
  if (isScheduled(input)) await tellOfConflicts(changes, session.id, session.event.id);
  return session;
}

/** Whether an input says when, where or with whom the session takes place. */
const isScheduled = ({ startsAt, endsAt, roomId, speakerIds }: UpdateSessionInput): boolean =>
  Boolean(startsAt ?? endsAt ?? roomId ?? speakerIds);

/** Locks a session, so that only owner, organizers and staff change it, or unlocks it. The present state again is no change. */
export async function lockSession(changes: Changes, id: string, locked: boolean): Promise<Session> {
  const session = await changes.take(Session, id, 'lock');
  if (session.isLocked === locked) return session;
  const before = await changes.snapshot('Session', session.id);
  session.isLocked = locked;
  changes.record(locked ? 'LOCK' : 'UNLOCK', 'Session', session.id);
  session.version += 1;
  await publishSessionChange(changes, 'UPDATED', session.id, session.event.id, before);
  return session;
}

/** Deletes a session; staff can restore it. */
export async function deleteSession(changes: Changes, id: string): Promise<Session> {
  const session = await changes.take(Session, id, 'delete');
  const before = await changes.snapshot('Session', session.id);
  session.deletedAt = new Date();
  await publishSessionChange(changes, 'REMOVED', session.id, session.event.id, before);
  return session;
}

/** Brings a deleted session back, with its speakers, as staff; returns its uuid. Not deleted: no change. Errors as of `holdRow`. */
export async function restoreSession(changes: Changes, id: string): Promise<string> {
  const { uuid, eventId, isDeleted } = await holdRow(changes, 'Session', id);
  if (!isDeleted) return uuid;
  await changes.query(
    'UPDATE sessions SET deleted_at = NULL, version = version + 1, updated_at = now() WHERE id = $1',
    [uuid],
  );
  changes.record('RESTORE', 'Session', uuid);
  await publishSessionChange(changes, 'CREATED', uuid, eventId, null);
  return uuid;
}

/** Points the session to the track, room and type that the input names; the ones that stand may be repeated. */
async function applyLinks(changes: Changes, session: Session, input: LinkInput): Promise<void> {
  for (const [key, property, entity] of links) {
    const id = input[key];
    if (id === undefined) continue;
    if (id === null) session[property] = null;
    else if (session[property]?.id !== uuidOf(entity.name, id, 'input', key)) {
      const uuid = await linkedRow(changes, entity.name, id, session.event.id, 'view', [key]);
      session[property] = changes.em.getReference<any>(entity, uuid);
    }
  }
}

/** The team of the event and staff, whom the form does not hold to what is required. */
async function entersForOthers(changes: Changes, id: string): Promise<boolean> {
  const { team, staff } = await changes.grants({ resource: 'Session', id }, 'team', 'staff');
  return team || staff;
}
