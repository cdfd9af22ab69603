/** The verbs of speakers: create (or take over), update, delete. */
import { User } from '../accounts/user.entity.ts';
import type { Entry } from '../events/call-for-speakers.service.ts';
import { authorizeEntry } from '../events/call-for-speakers.service.ts';
import { Event } from '../events/event.entity.ts';
import { holdRow } from '../events/event.restore.ts';
import { FormKind } from '../forms/form.kinds.ts';
import { judgeByForm } from '../forms/form.rules.ts';
import { setPictures } from '../images/index.ts';
import type { Changes } from '../platform/data/writer.ts';
import { applyInput, assertVersion } from '../platform/data/writer.ts';
import { conflict } from '../platform/graphql/errors.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { cleanInput, withoutNulls, writtenFields } from '../platform/inputs.ts';
import { setSessions } from '../sessions/session.links.ts';
import { publishSessionsOfSpeaker } from '../sessions/session.topics.ts';
import { assertAddressFree, assertMayAddress, assertNoProfile } from './speaker.addresses.ts';
import { profileToTakeOver } from './speaker.claim.ts';
import { Speaker } from './speaker.entity.ts';
import type { CreateSpeakerInput, UpdateSpeakerInput } from './speaker.inputs.ts';

const fields = [
  'name',
  'organisation',
  'position',
  'country',
  'city',
  'address',
  'gender',
  'heardFrom',
  'sponsorshipRequired',
  'speakingExperience',
  'mobile',
  'shortBiography',
  'longBiography',
  'website',
  'twitter',
  'facebook',
  'github',
  'linkedin',
  'instagram',
  'mastodon',
  'isFeatured',
  'order',
] as const;
/** For another person's profile its creator leaves the address empty, whatever the form requires. */
const spared = { spared: ['email'] };
const renamed = {
  eventId: null,
  callHash: null,
  forOther: null,
  version: null,
  sessionIds: 'sessions',
} as const;

/**
 * Enters a profile into an event: the viewer's own, or somebody else's. A verified viewer whose address stands on a
 * profile without a user takes that one over. See `authorizeEntry` for who enters profiles at all.
 */
export async function createSpeaker(changes: Changes, input: CreateSpeakerInput): Promise<Speaker> {
  const entry = await authorizeEntry(changes, 'Speaker', input);
  await changes.authorizeFields(
    { resource: 'Speaker', values: { event: entry.eventId } },
    writtenFields(input, renamed),
  );
  const clean = withoutNulls(cleanInput(Speaker, input));
  const isOwn = !(input.forOther ?? entry.asTeam);
  const speaker = isOwn ? await enterOwn(changes, entry, clean) : await enterOther(changes, entry, clean);
  await changes.em.flush();
  await setPictures(changes, speaker, clean);
  await judgeByForm(changes, {
    form: FormKind.SPEAKER,
    eventId: entry.eventId,
    row: speaker,
    input,
    asking: entry.asTeam ? 'nothing' : 'whole',
    ...(isOwn ? {} : spared),
  });
  await changes.em.flush();
  if (input.sessionIds)
    await setSessions(changes, speaker, await withStanding(changes, speaker, input.sessionIds));
  return speaker;
}

async function enterOwn(
  changes: Changes,
  entry: Entry,
  input: Partial<CreateSpeakerInput>,
): Promise<Speaker> {
  const { viewer, userId } = changes;
  const email = input.email ?? viewer.email;
  const addressee = { id: null, eventId: entry.eventId, userId, email: null };
  assertMayAddress(changes, addressee, email, entry.asTeam);
  await assertNoProfile(changes, entry.eventId);
  const taken =
    viewer.isVerified && viewer.email !== null
      ? await profileToTakeOver(changes, entry.eventId, viewer.email)
      : null;
  await assertAddressFree(changes, { ...addressee, id: taken?.id ?? null, email });
  const before = taken && (await changes.snapshot('Speaker', taken.id));
  const speaker = taken ?? newSpeaker(changes, entry);
  speaker.user = changes.em.getReference(User, userId);
  speaker.email = email;
  applyInput(speaker, input, fields);
  // Whoever takes a profile over sees its sessions from now on.
  if (before) await publishSessionsOfSpeaker(changes, speaker.id, before);
  return speaker;
}

async function enterOther(
  changes: Changes,
  entry: Entry,
  input: Partial<CreateSpeakerInput>,
): Promise<Speaker> {
  const addressee = { id: null, eventId: entry.eventId, userId: null, email: null };
  const email = input.email ?? null;
  assertMayAddress(changes, addressee, email, entry.asTeam);
  await assertAddressFree(changes, { ...addressee, email });
  const speaker = newSpeaker(changes, entry);
  speaker.email = email;
  applyInput(speaker, input, fields);
  return speaker;
}

function newSpeaker(changes: Changes, { eventId, asTeam }: Entry): Speaker {
  const made = {
    event: changes.em.getReference(Event, eventId),
    creator: changes.em.getReference(User, changes.userId),
    enteredByTeam: asTeam,
  };
  return changes.em.create(Speaker, made as never, { partial: true });
}

/** A profile that was taken over keeps its sessions: an input that creates only adds. */
async function withStanding(changes: Changes, speaker: Speaker, ids: readonly string[]): Promise<string[]> {
  const standing = await changes.query('SELECT session_id FROM session_speakers WHERE speaker_id = $1', [
    speaker.id,
  ]);
  return [...ids, ...standing.map((row) => encodeId('Session', String(row.session_id)))];
}

/** Changes a profile. Throws CONFLICT for an old version or an address that another profile of the event has. */
export async function updateSpeaker(
  changes: Changes,
  id: string,
  input: UpdateSpeakerInput,
): Promise<Speaker> {
  const speaker = await changes.take(Speaker, id, 'update');
  const subject = { resource: 'Speaker', id: speaker.id };
  await changes.authorizeFields(subject, writtenFields(input, renamed));
  assertVersion(speaker, input.version);
  const clean = cleanInput(Speaker, input, { required: ['name', 'isFeatured', 'order'] });
  const { team, staff } = await changes.grants(subject, 'team', 'staff');
  const asTeam = team || staff;
  if (clean.email !== undefined && clean.email !== speaker.email) {
    const addressee = {
      id: speaker.id,
      eventId: speaker.event.id,
      userId: speaker.user?.id ?? null,
      email: speaker.email,
    };
    assertMayAddress(changes, addressee, clean.email, asTeam);
    await assertAddressFree(changes, { ...addressee, email: clean.email });
    speaker.email = clean.email;
  }
  applyInput(speaker, clean, fields);
  await setPictures(changes, speaker, clean);
  await judgeByForm(changes, {
    form: FormKind.SPEAKER,
    eventId: speaker.event.id,
    row: speaker,
    input,
    asking: asTeam ? 'nothing' : 'named',
    ...(speaker.user ? {} : spared),
  });
  speaker.version += 1;
  await changes.em.flush();
  await changes.authorizeAfter('update', 'Speaker', speaker.id);
  if (input.sessionIds !== undefined) await setSessions(changes, speaker, input.sessionIds ?? []);
  return speaker;
}

/** Deletes a profile; staff can restore it. Its sessions are told of: they have a speaker less. */
export async function deleteSpeaker(changes: Changes, id: string): Promise<Speaker> {
  const speaker = await changes.take(Speaker, id, 'delete');
  const before = await changes.snapshot('Speaker', speaker.id);
  speaker.deletedAt = new Date();
  await publishSessionsOfSpeaker(changes, speaker.id, before!);
  return speaker;
}

/**
 * Brings a deleted profile back, with its sessions, as staff; returns its uuid. Not deleted: no change. Throws CONFLICT where
 * the person, or somebody with the address, has another profile at the event by now; else errors as of `holdRow`.
 */
export async function restoreSpeaker(changes: Changes, id: string): Promise<string> {
  const { uuid, eventId, isDeleted } = await holdRow(changes, 'Speaker', id);
  if (!isDeleted) return uuid;
  const before = await changes.snapshot('Speaker', uuid);
  const [userId, email] = [before!.user_id, before!.email] as (string | null)[];
  const others = await changes.query(
    'SELECT FROM speakers WHERE event_id = $1 AND user_id = $2 AND deleted_at IS NULL',
    [eventId, userId],
  );
  if (others.length > 0)
    throw conflict('The person has another profile at this event by now: delete that first');
  await assertAddressFree(changes, { id: uuid, eventId, userId, email });
  await changes.query(
    'UPDATE speakers SET deleted_at = NULL, version = version + 1, updated_at = now() WHERE id = $1',
    [uuid],
  );
  changes.record('RESTORE', 'Speaker', uuid);
  await publishSessionsOfSpeaker(changes, uuid, before!);
  return uuid;
}
