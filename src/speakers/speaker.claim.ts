/**
 * How a profile gets the viewer as its user: the verified owner of its address takes over a profile without a user, or
 * accepts an invite. Equal addresses alone never link anybody.
 */
import { LockMode } from '@mikro-orm/core';
import { User } from '../accounts/user.entity.ts';
import { Event } from '../events/event.entity.ts';
import type { Changes } from '../platform/data/writer.ts';
import { publishSessionsOfSpeaker } from '../sessions/session.topics.ts';
import { assertAddressFree, holdAddress, unclaimedProfile } from './speaker.addresses.ts';
import { Speaker } from './speaker.entity.ts';

/** What a profile is called whose person has chosen no name yet. */
const unnamed = 'Unnamed speaker';

/** The profile without a user under the viewer's proven address, locked; null where there is none. */
export async function profileToTakeOver(
  changes: Changes,
  eventId: string,
  email: string,
): Promise<Speaker | null> {
  await holdAddress(changes, eventId, email);
  const id = await unclaimedProfile(changes, eventId, email);
  return id === null ? null : unclaimed(changes, id);
}

/**
 * The profile that the viewer, whose address is proven, speaks with at an event: the own one, else the one offered
 * (where it has no user), else the one under the own address, else a new one. Throws CONFLICT where somebody else's
 * profile there has the address.
 * @param options.name what a new profile is called; null: the public name of the account
 */
export async function profileToSpeakWith(
  changes: Changes,
  eventId: string,
  { offeredId, name }: { offeredId: string | null; name: string | null },
): Promise<Speaker> {
  const { em, userId } = changes;
  const email = String(changes.viewer.email);
  await holdAddress(changes, eventId, email);
  const own = await em.findOne(Speaker, { event: eventId, user: userId, deletedAt: null });
  if (own) return own;
  const offered = offeredId === null ? null : await unclaimed(changes, offeredId);
  const taken = offered ?? (await profileToTakeOver(changes, eventId, email));
  await assertAddressFree(changes, { id: taken?.id ?? null, eventId, userId, email });
  if (taken) {
    const before = await changes.snapshot('Speaker', taken.id);
    taken.user = em.getReference(User, userId);
    taken.email = email;
    await publishSessionsOfSpeaker(changes, taken.id, before!);
    return taken;
  }
  const user = em.getReference(User, userId);
  const made = {
    event: em.getReference(Event, eventId),
    user,
    creator: user,
    email,
    name: name ?? (await nameToShow(changes)),
  };
  const speaker = em.create(Speaker, made as never, { partial: true });
  await em.persist(speaker).flush();
  return speaker;
}

async function unclaimed(changes: Changes, id: string): Promise<Speaker | null> {
  const speaker = await changes.em.findOne(
    Speaker,
    { id, user: null, deletedAt: null },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (speaker) speaker.version += 1;
  return speaker;
}

/** A profile needs a name, and nothing private is shown for want of one: its owner changes it. */
async function nameToShow(changes: Changes): Promise<string> {
  const [found] = await changes.query('SELECT public_name AS name FROM users WHERE id = $1', [
    changes.userId,
  ]);
  return String(found?.name ?? unnamed);
}
