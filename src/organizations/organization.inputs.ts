/** The inputs and payloads of organizations. Names and nullability are the contract's. */
import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Organization } from './organization.entity.ts';

@InputType()
abstract class OrganizationDetails {
  @Field(() => String, { nullable: true })
  domain?: string | null;
  @Field(() => String, { nullable: true })
  address1?: string | null;
  @Field(() => String, { nullable: true })
  address2?: string | null;
  @Field(() => String, { nullable: true })
  zipcode?: string | null;
  @Field(() => String, { nullable: true })
  country?: string | null;
  @Field(() => String, { nullable: true, description: 'The base64 of the PEM of an RSA key of 4096 bits.' })
  publicKey?: string | null;
}

/** A new organization. */
@InputType({ description: 'A new organization.' })
export class CreateOrganizationInput extends OrganizationDetails {
  @Field(() => String)
  name!: string;
}

/** Changes to an organization. */
@InputType({ description: 'Changes to an organization: an absent key is left alone, null clears it.' })
export class UpdateOrganizationInput extends OrganizationDetails {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Fails with CONFLICT if the stored version differs.',
  })
  version?: number | null;
}

/** An organization that was written. */
@ObjectType({ simpleResolvers: true })
export class OrganizationPayload {
  @Field(() => Organization, {
    nullable: true,
    description: 'Null where the viewer sees it no more, having left it.',
  })
  organization!: unknown;
}
