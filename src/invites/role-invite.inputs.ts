/** The inputs of role invites. Names and nullability are the contract's. */
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { EventRole } from '../events/event.states.ts';
import { EmailAddressScalar } from '../platform/graphql/scalars.ts';
import { RoleInvite } from './role-invite.entity.ts';

/** A new invite to a role. */
@InputType({ description: 'A new invite to a role at an event.' })
export class CreateRoleInviteInput {
  @Field(() => ID)
  eventId!: string;
  @Field(() => EmailAddressScalar)
  email!: string;
  @Field(() => EventRole, {
    description: 'OWNER is for the owner alone to give: who accepts takes their place.',
  })
  role!: EventRole;
}

/** Changes to a pending invite to a role. */
@InputType({
  description:
    'Changes to a pending invite: an absent key is left alone. Another address gets a mail with a new token.',
})
export class UpdateRoleInviteInput {
  @Field(() => EmailAddressScalar, { nullable: true })
  email?: string | null;
  @Field(() => EventRole, { nullable: true })
  role?: EventRole | null;
}

/** A role invite that was written. */
@ObjectType({ simpleResolvers: true })
export class RoleInvitePayload {
  @Field(() => RoleInvite)
  roleInvite!: unknown;
}
