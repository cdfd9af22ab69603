/**
 * The roles of people at events: giving one (for accepted invites), changing one, ending one. An event has one owner
 * at every moment; whoever's role changes holds their sockets with the new rights at once.
 */
import { User } from '../accounts/user.entity.ts';
import type { Changes } from '../platform/data/writer.ts';
import { conflict, forbidden } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import { Event } from './event.entity.ts';
import { EventMember } from './event-member.entity.ts';
import { EventRole } from './event.states.ts';

/** How high a role stands: the more, the higher. */
const ranks: Readonly<Record<EventRole, number>> = {
  OWNER: 3,
  ORGANIZER: 2,
  COORGANIZER: 1,
  TRACK_ORGANIZER: 0,
  MODERATOR: 0,
  REGISTRAR: 0,
};

/** Makes others who would change the roles of the same event wait until this transaction ends. */
export async function holdRoles(changes: Changes, eventId: string): Promise<void> {
  await changes.query('SELECT 1 FROM events WHERE id = $1 FOR NO KEY UPDATE', [eventId]);
}

/**
 * Gives a person a role at an event; who holds it already keeps the one. A new owner takes the place of the owner,
 * who is an organizer from then on. Nothing is judged here: an accepted invite is the right to it.
 */
export async function giveEventRole(changes: Changes, eventId: string, userId: string, role: EventRole): Promise<void> {
  const { em } = changes;
  await holdRoles(changes, eventId);
  if (await em.findOne(EventMember, { event: eventId, user: userId, role })) return;
  if (role === EventRole.OWNER) await demoteOwner(changes, eventId);
  const made = { event: em.getReference(Event, eventId), user: em.getReference(User, userId), role };
  em.persist(em.create(EventMember, made as never, { partial: true }));
}

async function demoteOwner(changes: Changes, eventId: string): Promise<void> {
  const { em } = changes;
  const owner = await em.findOne(EventMember, { event: eventId, role: EventRole.OWNER });
  if (!owner) return;
  const isOrganizer = await em.findOne(EventMember, { event: eventId, user: owner.user, role: EventRole.ORGANIZER });
  if (isOrganizer) em.remove(owner);
  else owner.role = EventRole.ORGANIZER;
  // Now: there is one owner at any time, and new rows are written before changed ones.
  await em.flush();
}

/**
 * Gives a member another role. Throws FORBIDDEN for the owner's, for OWNER (that is an accepted owner invite), and for
 * the own to a higher one; CONFLICT where the person holds that role too.
 */
export async function updateEventMember(changes: Changes, id: string, role: EventRole): Promise<EventMember> {
  const member = await changes.take(EventMember, id, 'update');
  if (role === EventRole.OWNER) throw forbidden('Nobody is made owner by this: invite the person as OWNER, and let them accept');
  if (member.role === role) return member;
  const { staff } = await changes.grants({ resource: 'EventMember', id: member.id }, 'staff');
  if (!staff && member.user.id === changes.userId && ranks[role] > ranks[member.role]) {
    throw forbidden('Nobody gives themselves a higher role');
  }
  await holdRoles(changes, member.event.id);
  if (await changes.em.findOne(EventMember, { event: member.event, user: member.user, role })) {
    throw conflict('The person holds this role at the event already');
  }
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
  if (organizers || staff) throw conflict('An event keeps its owner: invite another person as OWNER first, and let them accept');
}
