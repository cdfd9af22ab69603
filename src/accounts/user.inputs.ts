/** The inputs and payloads of users. */
import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { UrlScalar } from '../platform/graphql/scalars.ts';
import { User } from './user.entity.ts';

/** Changes to an account. */
@InputType({ description: 'Changes to an account: an absent key is left alone, null clears it.' })
export class UpdateUserInput {
  @Field(() => String, {
    nullable: true,
    description: '3 to 40 letters, digits, dots, dashes and underscores.',
  })
  username?: string | null;
  @Field(() => String, { nullable: true })
  firstName?: string | null;
  @Field(() => String, { nullable: true })
  lastName?: string | null;
  @Field(() => String, { nullable: true })
  publicName?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  avatarUrl?: string | null;
  @Field(() => String, { nullable: true, description: 'A language as BCP 47 names it: de, en-GB.' })
  locale?: string | null;
  @Field(() => String, { nullable: true, description: 'An IANA time zone such as Europe/Berlin.' })
  timezone?: string | null;
  @Field(() => Boolean, { nullable: true })
  isProfilePublic?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'For super admins to set.' })
  isAdmin?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'For super admins to set.' })
  isSuperAdmin?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'For staff to set.' })
  isVerified?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'For staff to set; blocking ends all tokens of the person.',
  })
  isBlocked?: boolean | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Fails with CONFLICT if the stored version differs.',
  })
  version?: number | null;
}

/** An account that was written. */
@ObjectType({ simpleResolvers: true })
export class UserPayload {
  @Field(() => User)
  user!: unknown;
}
