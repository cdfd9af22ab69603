/** The inputs and payloads of tasks, results and ports. Names and nullability are the contract's. */
import { Extensions, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { longestKey } from '../platform/graphql/input-limits.ts';
import { DateTimeScalar } from '../platform/graphql/scalars.ts';
import { AlgorithmPort } from './algorithm-port.entity.ts';
import { Result } from './result.entity.ts';
import { Task } from './task.entity.ts';
import { TaskStatus } from './task.states.ts';

/** Content and logs are longer than other texts: the services hold them to bytes, and say so in their own words. */
export const longestContent = 10_000_000;
const asContent = { [longestKey]: longestContent };

const large = 'Over 1 MB it goes by PUT /payloads, and the id that this answers stands here.';

/** What one organization is given to work on. */
@InputType({
  description: 'An organization, and what its compute node is given: exactly one of input and payloadId.',
})
export class TaskInputFor {
  @Field(() => ID)
  organizationId!: string;
  @Extensions(asContent)
  @Field(() => String, {
    nullable: true,
    description: 'Encrypted for that organization where the collaboration is.',
  })
  input?: string | null;
  @Field(() => ID, { nullable: true, description: large })
  payloadId?: string | null;
}

/** A new task. */
@InputType({ description: 'A new task; by a container, a subtask of its own one.' })
export class CreateTaskInput {
  @Field(() => ID)
  collaborationId!: string;
  @Field(() => String)
  name!: string;
  @Field(() => String, { nullable: true })
  description?: string | null;
  @Field(() => String, { description: "The image of the algorithm; of a subtask, exactly its parent's." })
  image!: string;
  @Field(() => [String], { nullable: true, description: 'Labels of databases of the compute nodes.' })
  databases?: string[] | null;
  @Field(() => ID, {
    nullable: true,
    description: "Needed where several of the viewer's organizations are members.",
  })
  initiatorId?: string | null;
  @Field(() => [TaskInputFor])
  organizations!: TaskInputFor[];
}

/** What a compute node says of a result. */
@InputType({ description: 'What a compute node says of a result. What is left out stays as it is.' })
export class ReportResultInput {
  @Field(() => TaskStatus)
  status!: TaskStatus;
  @Extensions(asContent)
  @Field(() => String, {
    nullable: true,
    description: "Encrypted for the task's initiator where the collaboration is.",
  })
  result?: string | null;
  @Field(() => ID, { nullable: true, description: `In place of result. ${large}` })
  payloadId?: string | null;
  @Extensions(asContent)
  @Field(() => String, { nullable: true, description: 'Added to the log that there is.' })
  log?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: 'The attempt that it speaks of; by default the present one.',
  })
  attempt?: number | null;
}

/** A port of a result. */
@InputType({ description: 'A port on which the container of a result can be reached.' })
export class CreateAlgorithmPortInput {
  @Field(() => ID)
  resultId!: string;
  @Field(() => Int)
  port!: number;
  @Field(() => String, { nullable: true })
  label?: string | null;
  @Field(() => String, { description: 'The name or address under which other containers reach this one.' })
  host!: string;
}

/** A task that was written. */
@ObjectType({ simpleResolvers: true })
export class TaskPayload {
  @Field(() => Task)
  task!: unknown;
}

/** A result that was written. */
@ObjectType({ simpleResolvers: true })
export class ResultPayload {
  @Field(() => Result)
  result!: unknown;
}

/** A port that was written. */
@ObjectType({ simpleResolvers: true })
export class AlgorithmPortPayload {
  @Field(() => AlgorithmPort)
  algorithmPort!: unknown;
}

/** The token of a container. */
@ObjectType({ simpleResolvers: true, description: 'What the container of a task shows as its bearer token.' })
export class ContainerTokenPayload {
  @Field(() => String)
  token!: string;
  @Field(() => DateTimeScalar, {
    description: 'It ends sooner where the result of its compute node is final sooner.',
  })
  expiresAt!: Date;
}
