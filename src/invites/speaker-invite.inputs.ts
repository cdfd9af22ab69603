/** The inputs of speaker invites. Names and nullability are the contract's. */
import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { EmailAddressScalar } from '../platform/graphql/scalars.ts';
import { InviteKey } from './invite.answers.ts';
import { SpeakerInvite } from './speaker-invite.entity.ts';

/** A new invite to a session. */
@InputType({ description: 'A new invite to speak in a session.' })
export class CreateSpeakerInviteInput {
  @Field(() => ID)
  sessionId!: string;
  @Field(() => EmailAddressScalar)
  email!: string;
  @Field(() => ID, {
    nullable: true,
    description: 'A profile without a user, of the same event, that becomes the invitee’s on acceptance.',
  })
  speakerId?: string | null;
}

/** Changes to a pending invite to a session. */
@InputType({
  description:
    'Changes to a pending invite: an absent key is left alone. Another address gets a mail with a new token.',
})
export class UpdateSpeakerInviteInput {
  @Field(() => EmailAddressScalar, { nullable: true })
  email?: string | null;
}

/** The acceptance of a speaker invite. */
@ArgsType()
export class SpeakerInviteAnswer extends InviteKey {
  @Field(() => String, {
    nullable: true,
    description:
      'The name of your new profile at the event, where you have none there; without one, the public name of your account.',
  })
  name?: string | null;
}

/** A speaker invite that was written. */
@ObjectType({ simpleResolvers: true })
export class SpeakerInvitePayload {
  @Field(() => SpeakerInvite)
  speakerInvite!: unknown;
}
