/** The verbs of role invites that are theirs alone: create, update, resend; accept by the invitee. */
import { User } from '../accounts/user.entity.ts';
import { Event } from '../events/event.entity.ts';
import { giveEventRole, holdRoles } from '../events/event-member.service.ts';
import { EventRole } from '../events/event.states.ts';
import type { Changes } from '../platform/data/writer.ts';
import { assertNotCleared } from '../platform/data/writer.ts';
import { conflict } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import type { InviteKey } from './invite.answers.ts';
import { acceptInvite, assertPending, assertSenderMay, takeToResend } from './invite.answers.ts';
import type { InviteLimits } from './invite.mails.ts';
import { sendInvite } from './invite.mails.ts';
import { InviteStatus } from './invite.states.ts';
import { RoleInvite } from './role-invite.entity.ts';
import type { CreateRoleInviteInput, UpdateRoleInviteInput } from './role-invite.inputs.ts';
import { roleInviteMail } from './role-invite.mail.ts';

/** Invites a person to a role, by mail. Throws CONFLICT where they hold the role, or a pending invite to it. */
export async function createRoleInvite(
  changes: Changes,
  limits: InviteLimits,
  input: CreateRoleInviteInput,
): Promise<RoleInvite> {
  const { email, role } = input;
  const eventId = uuidOfArgument('Event', input.eventId, 'input', 'eventId');
  await changes.authorize('view', { resource: 'Event', id: eventId });
  await changes.authorize('create', { resource: 'RoleInvite', values: { event: eventId, email, role } });
  await assertFree(changes, { eventId, email, role });
  const { em } = changes;
  const made = {
    event: em.getReference(Event, eventId),
    email,
    role,
    invitedBy: em.getReference(User, changes.userId),
  };
  const invite = em.create(RoleInvite, made as never, { partial: true });
  await send(changes, limits, invite);
  return invite;
}

/** Changes a pending invite; another address gets a mail with a new token. Throws CONFLICT where it is not pending. */
export async function updateRoleInvite(
  changes: Changes,
  limits: InviteLimits,
  id: string,
  input: UpdateRoleInviteInput,
): Promise<RoleInvite> {
  const invite = await changes.take(RoleInvite, id, 'update');
  assertNotCleared(input, ['email', 'role']);
  const email = input.email ?? invite.email;
  const role = input.role ?? invite.role;
  // Judged before anything is told of the state of things: who may not make owners learns of no conflict either.
  await changes.authorize('update', {
    resource: 'RoleInvite',
    values: { event: invite.event.id, email, role },
  });
  assertPending(invite);
  const isMoved = email !== invite.email;
  if (isMoved || role !== invite.role)
    await assertFree(changes, { eventId: invite.event.id, email, role }, invite.id);
  invite.role = role;
  invite.email = email;
  invite.invitedBy = changes.em.getReference(User, changes.userId);
  if (isMoved) await send(changes, limits, invite);
  await changes.em.flush();
  return invite;
}

/** Sends the mail again, with a new token, for seven days more; the old token is dead. For pending and expired invites. */
export async function resendRoleInvite(
  changes: Changes,
  limits: InviteLimits,
  id: string,
): Promise<RoleInvite> {
  const invite = await takeToResend(changes, RoleInvite, id);
  await assertFree(changes, { eventId: invite.event.id, email: invite.email, role: invite.role }, invite.id);
  invite.invitedBy = changes.em.getReference(User, changes.userId);
  await send(changes, limits, invite);
  changes.record('RESEND', 'RoleInvite', invite.id);
  return invite;
}

function send(changes: Changes, limits: InviteLimits, invite: RoleInvite): Promise<void> {
  return sendInvite(changes, roleInviteMail, invite, {
    place: { resource: 'Event', id: invite.event.id },
    limits,
  });
}

/** Accepts an invite: writes the role, and nothing else. Errors as of `acceptInvite`, `assertSenderMay` and `giveEventRole`. */
export async function acceptRoleInvite(changes: Changes, key: InviteKey): Promise<RoleInvite> {
  const invite = await acceptInvite(changes, RoleInvite, key);
  const { event, email, role } = invite;
  await assertSenderMay(changes, invite.invitedBy, {
    resource: 'RoleInvite',
    values: { event: event.id, email, role },
  });
  await giveEventRole(changes, invite.event.id, changes.userId, invite.role);
  // The other owner invites were the previous owner's to give.
  if (invite.role === EventRole.OWNER) await cancelOwnerInvites(changes, invite.event.id);
  await changes.em.flush();
  return invite;
}

async function cancelOwnerInvites(changes: Changes, eventId: string): Promise<void> {
  const others = await changes.em.find(RoleInvite, {
    event: eventId,
    role: EventRole.OWNER,
    answer: InviteStatus.PENDING,
  });
  for (const other of others) other.answer = InviteStatus.CANCELED;
}

/** Throws CONFLICT where the person has the role, or another pending invite to it; expired ones give way. */
async function assertFree(
  changes: Changes,
  { eventId, email, role }: { eventId: string; email: string; role: EventRole },
  id: string | null = null,
): Promise<void> {
  await holdRoles(changes, eventId);
  const expired = await changes.em.find(RoleInvite, {
    event: eventId,
    role,
    answer: InviteStatus.PENDING,
    expiresAt: { $lte: new Date() },
  });
  for (const one of expired) if (one.id !== id) one.answer = InviteStatus.EXPIRED;
  const [found] = await changes.query(
    `SELECT
       EXISTS (SELECT FROM event_members m JOIN users u ON u.id = m.user_id
               WHERE m.event_id = $1 AND lower(u.email) = lower($2) AND u.deleted_at IS NULL AND m.role = $3) AS "isHeld",
       EXISTS (SELECT FROM role_invites i
               WHERE i.event_id = $1 AND lower(i.email) = lower($2) AND i.role = $3 AND i.answer = 'PENDING'
                 AND i.id IS DISTINCT FROM $4::uuid) AS "isInvited"`,
    [eventId, email, role, id],
  );
  if (found.isHeld === true) throw conflict('This person holds the role already');
  if (found.isInvited === true)
    throw conflict('There is a pending invite of this address to the role: resend or cancel that one');
}
