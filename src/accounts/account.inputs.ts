/** The inputs and the payload of signing up and in. Names and nullability are the contract's. */
import { Field, InputType, ObjectType } from 'type-graphql';
import { DateTimeScalar, EmailAddressScalar } from '../platform/graphql/scalars.ts';
import { User } from './user.entity.ts';

/** A new account. */
@InputType({ description: 'A new account.' })
export class SignUpInput {
  @Field(() => EmailAddressScalar)
  email!: string;
  @Field(() => String, { description: 'At least 8 characters.' })
  password!: string;
  @Field(() => String, { nullable: true })
  firstName?: string | null;
  @Field(() => String, { nullable: true })
  lastName?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'The name that others see. Without one you have none until you choose it.',
  })
  publicName?: string | null;
  @Field(() => String, {
    nullable: true,
    description: '3 to 40 letters, digits, dots, dashes and underscores.',
  })
  username?: string | null;
}

/** What a person signs in with. */
@InputType({ description: 'What a person signs in with.' })
export class SignInInput {
  @Field(() => String, { description: 'The e-mail address or the username.' })
  login!: string;
  @Field(() => String)
  password!: string;
  @Field(() => String, { nullable: true, description: 'For accounts with a second factor.' })
  oneTimePassword?: string | null;
}

/** Tokens, and the account that they stand for. */
@ObjectType({ simpleResolvers: true, description: 'Tokens, and the account that they stand for.' })
export class AuthPayload {
  @Field(() => String, { description: 'For the Authorization header, as Bearer …' })
  accessToken!: string;
  @Field(() => String, { description: 'Good once, for refreshTokens.' })
  refreshToken!: string;
  @Field(() => DateTimeScalar, { description: 'When the access token ends.' })
  expiresAt!: Date;
  @Field(() => User, { nullable: true, description: 'Read as the account that was proved.' })
  viewer!: unknown;
}
