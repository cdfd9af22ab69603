/** Answering invites, taking them back, sending them again: who may, and when. The same for invites to roles, to sessions and to organizations. */
import { LockMode } from '@mikro-orm/core';
import { ArgsType, Field, ID } from 'type-graphql';
import { loadViewer } from '../accounts/authenticate.ts';
import type { Subject } from '../permissions/decide.ts';
import { digestOf } from '../platform/auth/secrets.ts';
import type { Changes, EntityClass } from '../platform/data/writer.ts';
import { badInput, conflict, forbidden, notFound } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import type { Invite } from './invite.entity.ts';
import { InviteStatus } from './invite.states.ts';

/** How an invite is named: by the token of its mail, or by its id. */
@ArgsType()
export class InviteKey {
  @Field(() => String, { nullable: true, description: 'The token of the mail; exactly one of token and id.' })
  token?: string | null;
  @Field(() => ID, { nullable: true })
  id?: string | null;
}

/**
 * Accepts an invite; what it invites to is the caller's to give. Throws NOT_FOUND for an unknown token (or an id that the
 * viewer cannot see), FORBIDDEN for anybody but the verified owner of its address, CONFLICT where it was answered or
 * canceled or has expired.
 */
export async function acceptInvite<T extends Invite>(
  changes: Changes,
  entity: EntityClass<T>,
  key: InviteKey,
): Promise<T> {
  const invite = await inviteToAnswer(changes, entity, key);
  invite.answer = InviteStatus.ACCEPTED;
  changes.record('ACCEPT', entity.name, invite.id);
  return invite;
}

/**
 * Throws CONFLICT unless whoever sent the invite may still send it: what gives rights does not outlast the rights of
 * its sender. The team then sees it as pending, and may send it again.
 * @param subject the invite as it would be made now
 */
export async function assertSenderMay(
  changes: Changes,
  sender: { readonly id: string } | null,
  subject: Subject,
): Promise<void> {
  const found = sender && (await loadViewer(changes, { userId: sender.id, familyId: null, expiresAt: null }));
  if (found && (await changes.mayAs(found.viewer, 'create', subject))) return;
  throw conflict('The person who sent this invite may not send it any more: ask for a new one');
}

/** Declines an invite. Errors as of `acceptInvite`. */
export async function declineInvite<T extends Invite>(
  changes: Changes,
  entity: EntityClass<T>,
  key: InviteKey,
): Promise<T> {
  const invite = await inviteToAnswer(changes, entity, key);
  invite.answer = InviteStatus.DECLINED;
  changes.record('DECLINE', entity.name, invite.id);
  return invite;
}

/** Takes an invite back: its token is good for nothing any more. Throws CONFLICT where it is not pending. */
export async function cancelInvite<T extends Invite>(
  changes: Changes,
  entity: EntityClass<T>,
  id: string,
): Promise<T> {
  const invite = await changes.take(entity, id, 'delete');
  assertPending(invite);
  invite.answer = InviteStatus.CANCELED;
  changes.record('CANCEL', entity.name, invite.id);
  return invite;
}

/** Deletes an invite, whatever became of it. */
export async function deleteInvite<T extends Invite>(
  changes: Changes,
  entity: EntityClass<T>,
  id: string,
): Promise<T> {
  const invite = await changes.take(entity, id, 'delete');
  changes.em.remove(invite);
  return invite;
}

/** An invite whose mail may be sent again. Throws CONFLICT where it is neither pending nor expired. */
export async function takeToResend<T extends Invite>(
  changes: Changes,
  entity: EntityClass<T>,
  id: string,
): Promise<T> {
  const invite = await changes.take(entity, id, 'update');
  if (![InviteStatus.PENDING, InviteStatus.EXPIRED].includes(invite.answer)) assertPending(invite);
  return invite;
}

/** The invite that the viewer may answer now, locked. */
async function inviteToAnswer<T extends Invite>(
  changes: Changes,
  entity: EntityClass<T>,
  key: InviteKey,
): Promise<T> {
  const invite = await find(changes, entity, key);
  const { invitee, bearer } = await changes.grants(
    { resource: entity.name, id: invite.id },
    'invitee',
    'bearer',
  );
  if (!bearer) throw notFound();
  if (!invitee) {
    const isAddressed = changes.viewer.email?.toLowerCase() === invite.email.toLowerCase();
    throw forbidden(
      isAddressed
        ? 'Verify your e-mail address first; then you can answer this invite'
        : 'This invite is addressed to somebody else',
    );
  }
  assertPending(invite);
  return invite;
}

/** Throws CONFLICT for an invite that was answered or canceled, or has expired. */
export function assertPending({ answer, expiresAt }: Invite): void {
  const status = answer === InviteStatus.PENDING && expiresAt <= new Date() ? InviteStatus.EXPIRED : answer;
  if (status === InviteStatus.PENDING) return;
  throw conflict(`The invite is not pending any more: it is ${status.toLowerCase()}`, { status });
}

async function find<T extends Invite>(
  changes: Changes,
  entity: EntityClass<T>,
  { token, id }: InviteKey,
): Promise<T> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;
  const invites = entity as EntityClass<Invite>;
  if (typeof id === 'string' && typeof token !== 'string') {
    const uuid = uuidOfArgument(entity.name, id, 'id');
    await changes.authorize('view', { resource: entity.name, id: uuid });
    const found = await changes.em.findOne(invites, { id: uuid }, lock);
    if (found) return found as T;
  } else if (typeof token === 'string' && typeof id !== 'string') {
    const found = await changes.em.findOne(invites, { tokenHash: digestOf(token) }, lock);
    if (found) return found as T;
  } else throw badInput([{ path: ['token'], message: 'give exactly one of token and id' }]);
  throw notFound('invite');
}
