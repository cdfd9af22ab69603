/** The inputs and the payload of roles. Names and nullability are the contract's. */
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Role } from './role.entity.ts';

/** A new role. */
@InputType({ description: 'A new role, of rules that the viewer holds.' })
export class CreateRoleInput {
  @Field(() => String)
  name!: string;
  @Field(() => String, { nullable: true })
  description?: string | null;
  @Field(() => ID, {
    nullable: true,
    description: 'The organization whose role it is; without one it is a role of the whole site.',
  })
  organizationId?: string | null;
  @Field(() => [ID])
  ruleIds!: string[];
}

/** Changes to a role. */
@InputType({ description: 'Changes to a role: an absent key is left alone, null clears it.' })
export class UpdateRoleInput {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String, { nullable: true })
  description?: string | null;
  @Field(() => [ID], { nullable: true, description: 'All rules of the role from now on.' })
  ruleIds?: string[] | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Fails with CONFLICT if the stored version differs.',
  })
  version?: number | null;
}

/** A role that was written. */
@ObjectType({ simpleResolvers: true })
export class RolePayload {
  @Field(() => Role)
  role!: unknown;
}
