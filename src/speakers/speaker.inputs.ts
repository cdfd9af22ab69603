/** The inputs of speakers. Names and nullability are the contract's. */
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { EmailAddressScalar, JsonScalar, UrlScalar } from '../platform/graphql/scalars.ts';
import { Speaker } from './speaker.entity.ts';

const html = 'HTML; what is not allowed in it is removed.';

/** What a profile's creator and its editors may say alike. */
@InputType()
abstract class SpeakerDetails {
  @Field(() => EmailAddressScalar, {
    nullable: true,
    description:
      "The own profile has the viewer's address; for somebody else's only the team of the event and staff set one.",
  })
  email?: string | null;
  @Field(() => String, { nullable: true, description: "The person's employer, as free text." })
  organisation?: string | null;
  @Field(() => String, { nullable: true })
  position?: string | null;
  @Field(() => String, { nullable: true })
  country?: string | null;
  @Field(() => String, { nullable: true })
  city?: string | null;
  @Field(() => String, { nullable: true })
  address?: string | null;
  @Field(() => String, { nullable: true })
  gender?: string | null;
  @Field(() => String, { nullable: true })
  heardFrom?: string | null;
  @Field(() => String, { nullable: true, description: html })
  sponsorshipRequired?: string | null;
  @Field(() => String, { nullable: true, description: html })
  speakingExperience?: string | null;
  @Field(() => String, { nullable: true })
  mobile?: string | null;
  @Field(() => String, { nullable: true, description: html })
  shortBiography?: string | null;
  @Field(() => String, { nullable: true, description: html })
  longBiography?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  photoUrl?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  website?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  twitter?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  facebook?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  github?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  linkedin?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  instagram?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  mastodon?: string | null;
  @Field(() => JsonScalar, {
    nullable: true,
    description:
      'Answers to the custom fields of the form, by fieldIdentifier: an absent key is left alone, null clears it.',
  })
  answers?: unknown;
  @Field(() => Boolean, { nullable: true, description: 'Set by the team of the event and staff only.' })
  isFeatured?: boolean | null;
  @Field(() => Int, {
    nullable: true,
    description: 'The place among the speakers. Set by the team of the event and staff only.',
  })
  order?: number | null;
  @Field(() => [ID], {
    nullable: true,
    description:
      'The sessions that the person speaks in: those of the same event that the viewer may update, and those that stand.',
  })
  sessionIds?: string[] | null;
}

/** A new profile. */
@InputType({ description: 'A new profile of a speaker at an event.' })
export class CreateSpeakerInput extends SpeakerDetails {
  @Field(() => ID)
  eventId!: string;
  @Field(() => String)
  name!: string;
  @Field(() => String, { nullable: true, description: 'The hash of a private call for speakers.' })
  callHash?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      'A profile of somebody else. False when not given; true for the team of the event and staff.',
  })
  forOther?: boolean | null;
}

/** Changes to a profile. */
@InputType({ description: 'Changes to a profile: an absent key is left alone, null clears it.' })
export class UpdateSpeakerInput extends SpeakerDetails {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Fails with CONFLICT if the stored version differs.',
  })
  version?: number | null;
}

/** A profile that was written. */
@ObjectType({ simpleResolvers: true })
export class SpeakerPayload {
  @Field(() => Speaker)
  speaker!: unknown;
}
