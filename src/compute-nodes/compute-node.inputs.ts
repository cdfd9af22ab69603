/** The inputs and payloads of compute nodes. Names and nullability are the contract's. */
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { ComputeNode } from './compute-node.entity.ts';

/** A new compute node. */
@InputType({ description: 'The compute node of an organization in a collaboration.' })
export class RegisterComputeNodeInput {
  @Field(() => ID)
  collaborationId!: string;
  @Field(() => ID)
  organizationId!: string;
  @Field(() => String, {
    nullable: true,
    description: 'By default of the names of the organization and the collaboration.',
  })
  name?: string | null;
}

/** Changes to a compute node. */
@InputType({ description: 'Changes to a compute node: an absent key is left alone.' })
export class UpdateComputeNodeInput {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Fails with CONFLICT if the stored version differs.',
  })
  version?: number | null;
}

/** A compute node that was written. */
@ObjectType({ simpleResolvers: true })
export class ComputeNodePayload {
  @Field(() => ComputeNode)
  computeNode!: unknown;
}

/** A compute node that has a new key. */
@ObjectType({
  simpleResolvers: true,
  description: 'A compute node with its new key, which is shown this once.',
})
export class RegisterComputeNodePayload {
  @Field(() => ComputeNode)
  computeNode!: unknown;
  @Field(() => String, { description: 'For authenticateComputeNode. Nobody can read it again: keep it.' })
  apiKey!: string;
}
