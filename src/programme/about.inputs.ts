/** The inputs of what the team tells about the event as a whole: social links, FAQs, copyright. */
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { UrlScalar } from '../platform/graphql/scalars.ts';
import { Copyright } from './copyright.entity.ts';
import { Faq } from './faq.entity.ts';
import { Arranged, html, partial, version } from './programme.inputs.ts';
import { SocialLink } from './social-link.entity.ts';

const year = 'The year of the copyright, 1900 to 2200.';

/** A new social link. */
@InputType({ description: 'A new social link of an event.' })
export class CreateSocialLinkInput extends Arranged {
  @Field(() => ID)
  eventId!: string;
  @Field(() => String, { description: 'What the place is called.' })
  name!: string;
  @Field(() => UrlScalar)
  link!: string;
}

/** Changes to a social link. */
@InputType({ description: `Changes to a social link: ${partial}` })
export class UpdateSocialLinkInput extends Arranged {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  link?: string | null;
  @Field(() => Int, { nullable: true, description: version })
  version?: number | null;
}

/** A new FAQ. */
@InputType({ description: 'A new question of an event, with its answer.' })
export class CreateFaqInput extends Arranged {
  @Field(() => ID)
  eventId!: string;
  @Field(() => String)
  question!: string;
  @Field(() => String, { description: html })
  answer!: string;
}

/** Changes to a FAQ. */
@InputType({ description: `Changes to a question: ${partial}` })
export class UpdateFaqInput extends Arranged {
  @Field(() => String, { nullable: true })
  question?: string | null;
  @Field(() => String, { nullable: true, description: html })
  answer?: string | null;
  @Field(() => Int, { nullable: true, description: version })
  version?: number | null;
}

@InputType()
abstract class CopyrightDetails {
  @Field(() => UrlScalar, { nullable: true })
  holderUrl?: string | null;
  @Field(() => String, { nullable: true, description: 'Such as CC BY 4.0.' })
  licence?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  licenceUrl?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  logoUrl?: string | null;
  @Field(() => Int, { nullable: true, description: year })
  year?: number | null;
}

/** The copyright of an event that has none yet. */
@InputType({ description: 'The copyright of an event that has none yet.' })
export class CreateCopyrightInput extends CopyrightDetails {
  @Field(() => ID)
  eventId!: string;
  @Field(() => String)
  holder!: string;
}

/** Changes to a copyright. */
@InputType({ description: `Changes to a copyright: ${partial}` })
export class UpdateCopyrightInput extends CopyrightDetails {
  @Field(() => String, { nullable: true })
  holder?: string | null;
  @Field(() => Int, { nullable: true, description: version })
  version?: number | null;
}

/** A social link that was written. */
@ObjectType({ simpleResolvers: true })
export class SocialLinkPayload {
  @Field(() => SocialLink)
  socialLink!: unknown;
}

/** A FAQ that was written. */
@ObjectType({ simpleResolvers: true })
export class FaqPayload {
  @Field(() => Faq)
  faq!: unknown;
}

/** A copyright that was written. */
@ObjectType({ simpleResolvers: true })
export class CopyrightPayload {
  @Field(() => Copyright)
  copyright!: unknown;
}
