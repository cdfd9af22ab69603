/** The root fields of membership invites. Lists of them hang on organizations and on the invitee. */
import { Arg, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { byInviter } from '../invites/invite.mails.ts';
import { always } from '../permissions/condition.ts';
import { attempt } from '../platform/auth/rate-limit.ts';
import { digestOf } from '../platform/auth/secrets.ts';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { Context } from '../platform/graphql/context.ts';
import { payload } from '../platform/graphql/payload.ts';
import { MembershipInvite } from './membership-invite.entity.ts';
import { InviteMemberInput, MembershipInvitePayload } from './membership-invite.inputs.ts';
import * as invites from './membership-invite.service.ts';

const byToken = { description: 'The token of the mail; exactly one of token and id.', nullable: true };

/** Queries and mutations of membership invites. */
@Resolver()
export class MembershipInviteResolver {
  @Query(() => MembershipInvite, { nullable: true, description: 'The invite that has this token: its organization, status and end.' })
  membershipInvite(@Arg('token', () => String) token: string, @Ctx() { read }: Context, @Info() info: FieldInfo): Promise<PlainRow | null> {
    return read.single('MembershipInvite', { tokenHash: digestOf(token) }, info, { orWhere: always });
  }

  @Mutation(() => MembershipInvitePayload, { description: 'Invites a person to join an organization, by mail; good for seven days.' })
  async inviteMember(@Arg('input', () => InviteMemberInput) input: InviteMemberInput, @Ctx() { write, viewer }: Context) {
    await attempt(write.database, byInviter, String(viewer.userId));
    return write.transaction(async (changes) => payload('membershipInvite', 'MembershipInvite', (await invites.inviteMember(changes, input)).id));
  }

  @Mutation(() => MembershipInvitePayload, { description: 'Takes a pending invite back.' })
  cancelMembershipInvite(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('membershipInvite', 'MembershipInvite', (await invites.cancelMembershipInvite(changes, id)).id),
    );
  }

  @Mutation(() => MembershipInvitePayload, { description: 'Joins the organization, by the verified owner of the address.' })
  acceptMembership(
    @Arg('token', () => String, byToken) token: string | null,
    @Arg('id', () => ID, { nullable: true }) id: string | null,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('membershipInvite', 'MembershipInvite', (await invites.acceptMembership(changes, { token, id })).id),
    );
  }

  @Mutation(() => MembershipInvitePayload, { description: 'Says no to the organization, by the verified owner of the address.' })
  declineMembership(
    @Arg('token', () => String, byToken) token: string | null,
    @Arg('id', () => ID, { nullable: true }) id: string | null,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('membershipInvite', 'MembershipInvite', (await invites.declineMembership(changes, { token, id })).id),
    );
  }
}
