/** The root fields of membership invites. Lists of them hang on organizations and on the invitee. */
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { InviteKey, cancelInvite, declineInvite } from '../invites/invite.answers.ts';
import { mailing } from '../invites/invite.payloads.ts';
import { always } from '../permissions/condition.ts';
import { digestOf } from '../platform/auth/secrets.ts';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { Context } from '../platform/graphql/context.ts';
import { payload } from '../platform/graphql/payload.ts';
import { MembershipInvite } from './membership-invite.entity.ts';
import { InviteMemberInput, MembershipInvitePayload } from './membership-invite.inputs.ts';
import * as invites from './membership-invite.service.ts';

/** Queries and mutations of membership invites. */
@Resolver()
export class MembershipInviteResolver {
  @Query(() => MembershipInvite, {
    nullable: true,
    description: 'The invite that has this token: its organization, status and end.',
  })
  membershipInvite(
    @Arg('token', () => String) token: string,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<PlainRow | null> {
    return read.single('MembershipInvite', { tokenHash: digestOf(token) }, info, { orWhere: always });
  }

  @Mutation(() => MembershipInvitePayload, {
    description: 'Invites a person to join an organization, by mail; good for seven days.',
  })
  inviteMember(@Arg('input', () => InviteMemberInput) input: InviteMemberInput, @Ctx() context: Context) {
    return mailing(context, 'membershipInvite', 'MembershipInvite', (changes, limits) =>
      invites.inviteMember(changes, limits, input),
    );
  }

  @Mutation(() => MembershipInvitePayload, { description: 'Takes a pending invite back.' })
  cancelMembershipInvite(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('membershipInvite', 'MembershipInvite', (await cancelInvite(changes, MembershipInvite, id)).id),
    );
  }

  @Mutation(() => MembershipInvitePayload, {
    description: 'Joins the organization, by the verified owner of the address.',
  })
  acceptMembership(@Args(() => InviteKey) key: InviteKey, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('membershipInvite', 'MembershipInvite', (await invites.acceptMembership(changes, key)).id),
    );
  }

  @Mutation(() => MembershipInvitePayload, {
    description: 'Says no to the organization, by the verified owner of the address.',
  })
  declineMembership(@Args(() => InviteKey) key: InviteKey, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload(
        'membershipInvite',
        'MembershipInvite',
        (await declineInvite(changes, MembershipInvite, key)).id,
      ),
    );
  }
}
