/** What a compute node says of itself: one typed object, which replaces the last one as a whole. */
import { Field, ID, InputType, ObjectType } from 'type-graphql';

/** A database that tasks can name by its label. */
@ObjectType({ simpleResolvers: true, description: 'A database that tasks can name by its label.' })
export class ComputeNodeDatabase {
  @Field(() => String)
  label!: string;
  @Field(() => String, { nullable: true, description: 'Such as csv, sql or omop.' })
  type!: string | null;
}

/** What a compute node lets run on it, and on which data. */
@ObjectType({
  simpleResolvers: true,
  description: 'What a compute node lets run on it, and on which data. A list that is null sets no limit.',
})
export class ComputeNodeConfiguration {
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it works with encrypted inputs and results.',
  })
  encrypted!: boolean | null;
  @Field(() => [ComputeNodeDatabase])
  databases!: ComputeNodeDatabase[];
  @Field(() => [ID], { nullable: true, description: 'The people whose tasks it runs.' })
  allowedUserIds!: string[] | null;
  @Field(() => [ID], { nullable: true, description: 'The organizations whose tasks it runs.' })
  allowedOrganizationIds!: string[] | null;
  @Field(() => [String], { nullable: true, description: 'The images that it runs, by name or by pattern.' })
  allowedAlgorithms!: string[] | null;
}

/** A database of a compute node. */
@InputType()
export class ComputeNodeDatabaseInput {
  @Field(() => String)
  label!: string;
  @Field(() => String, { nullable: true })
  type?: string | null;
}

/** The configuration of a compute node. */
@InputType({
  description: 'What a compute node lets run on it. Replaces what it reported before as a whole.',
})
export class ComputeNodeConfigurationInput {
  @Field(() => Boolean, { nullable: true })
  encrypted?: boolean | null;
  @Field(() => [ComputeNodeDatabaseInput])
  databases!: ComputeNodeDatabaseInput[];
  @Field(() => [ID], { nullable: true })
  allowedUserIds?: string[] | null;
  @Field(() => [ID], { nullable: true })
  allowedOrganizationIds?: string[] | null;
  @Field(() => [String], { nullable: true })
  allowedAlgorithms?: string[] | null;
}
