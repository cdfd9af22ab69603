/** The inputs and the payload of collaborations. Names and nullability are the contract's. */
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Collaboration } from './collaboration.entity.ts';

/** A new collaboration. */
@InputType({ description: 'A new collaboration.' })
export class CreateCollaborationInput {
  @Field(() => String)
  name!: string;
  @Field(() => Boolean, {
    description: 'Whether inputs and results are encrypted; this does not change later.',
  })
  encrypted!: boolean;
  @Field(() => [ID])
  organizationIds!: string[];
}

/** Changes to a collaboration. */
@InputType({ description: 'Changes to a collaboration; its organizations have mutations of their own.' })
export class UpdateCollaborationInput {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Fails with CONFLICT if the stored version differs.',
  })
  version?: number | null;
}

/** A collaboration that was written. */
@ObjectType({ simpleResolvers: true })
export class CollaborationPayload {
  @Field(() => Collaboration, {
    nullable: true,
    description: 'Null where the viewer no longer sees it, as no organization of theirs is in it.',
  })
  collaboration!: unknown;
}
