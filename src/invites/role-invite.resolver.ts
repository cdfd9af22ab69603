/** The root fields of role invites. Lists of them hang on events and on the invitee. */
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { hangsOnLivingEvent } from '../permissions/notes.ts';
import { withEventRole } from '../permissions/viewer.ts';
import { digestOf } from '../platform/auth/secrets.ts';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { Context } from '../platform/graphql/context.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import { InviteKey, cancelInvite, declineInvite, deleteInvite } from './invite.answers.ts';
import { mailing } from './invite.payloads.ts';
import { RoleInvite } from './role-invite.entity.ts';
import { CreateRoleInviteInput, RoleInvitePayload, UpdateRoleInviteInput } from './role-invite.inputs.ts';
import * as invites from './role-invite.service.ts';

/** Queries and mutations of role invites. */
@Resolver()
export class RoleInviteResolver {
  @Query(() => RoleInvite, {
    nullable: true,
    description: 'The invite that has this token: its event, role, status and end.',
  })
  roleInvite(
    @Arg('token', () => String) token: string,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<PlainRow | null> {
    return read.single('RoleInvite', { tokenHash: digestOf(token) }, info, { orWhere: hangsOnLivingEvent });
  }

  @Mutation(() => RoleInvitePayload, {
    description: 'Invites a person to a role, by mail; good for seven days.',
  })
  createRoleInvite(
    @Arg('input', () => CreateRoleInviteInput) input: CreateRoleInviteInput,
    @Ctx() context: Context,
  ) {
    return mailing(context, 'roleInvite', 'RoleInvite', (changes, limits) =>
      invites.createRoleInvite(changes, limits, input),
    );
  }

  @Mutation(() => RoleInvitePayload, { description: 'Changes the role or the address of a pending invite.' })
  updateRoleInvite(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateRoleInviteInput) input: UpdateRoleInviteInput,
    @Ctx() context: Context,
  ) {
    return mailing(context, 'roleInvite', 'RoleInvite', (changes, limits) =>
      invites.updateRoleInvite(changes, limits, id, input),
    );
  }

  @Mutation(() => RoleInvitePayload, {
    description: 'Sends a new mail for seven days more; the token of the old one is dead.',
  })
  resendRoleInvite(@Arg('id', () => ID) id: string, @Ctx() context: Context) {
    return mailing(context, 'roleInvite', 'RoleInvite', (changes, limits) =>
      invites.resendRoleInvite(changes, limits, id),
    );
  }

  @Mutation(() => RoleInvitePayload, { description: 'Takes a pending invite back.' })
  cancelRoleInvite(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('roleInvite', 'RoleInvite', (await cancelInvite(changes, RoleInvite, id)).id),
    );
  }

  @Mutation(() => DeletePayload)
  deleteRoleInvite(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('RoleInvite', (await deleteInvite(changes, RoleInvite, id)).id),
    );
  }

  @Mutation(() => RoleInvitePayload, { description: 'Takes the role, by the verified owner of the address.' })
  acceptRoleInvite(@Args(() => InviteKey) key: InviteKey, @Ctx() { write, viewer }: Context) {
    return write.transaction(async (changes) => {
      const invite = await invites.acceptRoleInvite(changes, key);
      return payload(
        'roleInvite',
        'RoleInvite',
        invite.id,
        withEventRole(viewer, invite.role, invite.event.id),
      );
    });
  }

  @Mutation(() => RoleInvitePayload, {
    description: 'Says no to the role, by the verified owner of the address.',
  })
  declineRoleInvite(@Args(() => InviteKey) key: InviteKey, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('roleInvite', 'RoleInvite', (await declineInvite(changes, RoleInvite, key)).id),
    );
  }
}
