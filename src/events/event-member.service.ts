/**
 * The roles of people at events: giving one (for accepted invites), changing one, ending one. An event has one owner
 * at every moment; whoever's role changes holds their sockets with the new rights at once.
 */
import { LockMode } from '@mikro-orm/core';
import { User } from '../accounts/user.entity.ts';
import type { Changes } from '../platform/data/writer.ts';
import { conflict, forbidden } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import { Event } from './event.entity.ts';
import { EventMember } from './event-member.entity.ts';
import { EventRole } from './event.states.ts';

/** Makes others who would change the roles of the same event wait until this transaction ends. */
export async function holdRoles(changes: Changes, eventId: string): Promise<void> {
  await changes.query('SELECT 1 FROM events WHERE id = $1 FOR NO KEY UPDATE', [eventId]);
}

/**
 * Gives a person a role at an event, in place of the one that they hold. A new owner takes the place of the owner, who
 * becomes an organizer. Nothing is judged here: an accepted invite is the right to it. Throws CONFLICT where the
 * person owns the event and would not any more, or has deleted their account meanwhile.
 */
export async function giveEventRole(
  changes: Changes,
  eventId: string,
  userId: string,
  role: EventRole,
): Promise<void> {
  const { em } = changes;
  await assertAccountStays(changes, userId);
  await holdRoles(changes, eventId);
  const member = await em.findOne(
    EventMember,
    { event: eventId, user: userId },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (member?.role === role) return;
  if (member?.role === EventRole.OWNER)
    throw conflict('You own this event: hand it over to another person first');
  if (role === EventRole.OWNER) await demoteOwner(changes, eventId);
  if (member) member.role = role;
  else {
    const made = { event: em.getReference(Event, eventId), user: em.getReference(User, userId), role };
    em.persist(em.create(EventMember, made as never, { partial: true }));
  }
}

/** Makes whoever deletes the account wait until this transaction ends: a deleted account owns nothing. */
async function assertAccountStays(changes: Changes, userId: string): Promise<void> {
  const there = await changes.query('SELECT FROM users WHERE id = $1 AND deleted_at IS NULL FOR SHARE', [
    userId,
  ]);
  if (there.length === 0) throw conflict('The account was deleted meanwhile');
}

async function demoteOwner(changes: Changes, eventId: string): Promise<void> {
  const { em } = changes;
  const owner = await em.findOne(
    EventMember,
    { event: eventId, role: EventRole.OWNER },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (!owner) return;
  owner.role = EventRole.ORGANIZER;
  // Now: there is one owner at any time, and new rows are written before changed ones.
  await em.flush();
}

/** Gives a member another role. Throws FORBIDDEN for the owner's, and for OWNER: that is an accepted owner invite. */
export async function updateEventMember(changes: Changes, id: string, role: EventRole): Promise<EventMember> {
  const member = await changes.take(EventMember, id, 'update');
  if (role === EventRole.OWNER)
    throw forbidden('Nobody is made owner by this: invite the person as OWNER, and let them accept');
  if (member.role === role) return member;
  member.role = role;
  return member;
}

/** Ends a role: takes it from a member, or leaves the event. Throws CONFLICT for the owner's: an event keeps one. */
export async function removeEventMember(changes: Changes, id: string): Promise<EventMember> {
  await assertNotOwners(changes, uuidOfArgument('EventMember', id, 'id'));
  const member = await changes.take(EventMember, id, 'delete');
  changes.em.remove(member);
  return member;
}

/** The table only says no; whoever may take others away is told what to do about it. */
async function assertNotOwners(changes: Changes, uuid: string): Promise<void> {
  const owners = await changes.query(`SELECT 1 FROM event_members WHERE id = $1 AND role = 'OWNER'`, [uuid]);
  const subject = { resource: 'EventMember', id: uuid };
  if (owners.length === 0 || !(await changes.decide('view', subject)).allowed) return;
  const { organizers, staff } = await changes.grants(subject, 'organizers', 'staff');
  if (organizers || staff)
    throw conflict('An event keeps its owner: invite another person as OWNER first, and let them accept');
}
