/** The input and the payload of membership invites. */
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { EmailAddressScalar } from '../platform/graphql/scalars.ts';
import { MembershipInvite } from './membership-invite.entity.ts';

/** A new invite to an organization. */
@InputType({ description: 'A new invite to join an organization.' })
export class InviteMemberInput {
  @Field(() => ID)
  organizationId!: string;
  @Field(() => EmailAddressScalar)
  email!: string;
}

/** A membership invite that was written. */
@ObjectType({ simpleResolvers: true })
export class MembershipInvitePayload {
  @Field(() => MembershipInvite)
  membershipInvite!: unknown;
}
