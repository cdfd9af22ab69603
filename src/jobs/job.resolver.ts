/** The root fields of jobs. */
import {
  Arg,
  Args,
  Ctx,
  Field,
  ID,
  Info,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { Page } from '../platform/data/reader/list.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { PageArgs } from '../platform/graphql/connection.ts';
import type { Context } from '../platform/graphql/context.ts';
import { uuidOf } from '../platform/graphql/node.ts';
import { RowReference, payload } from '../platform/graphql/payload.ts';
import { DateTimeScalar } from '../platform/graphql/scalars.ts';
import { jobTopic } from '../platform/jobs/record.ts';
import { placeOf, watching } from '../platform/live/watch.ts';
import type { Watch } from '../platform/live/watch.ts';
import { Job, JobArgs, JobConnection } from './job.entity.ts';
import { discardJob, retryJob } from './job.service.ts';

/** A job that was started or changed. */
@ObjectType({ simpleResolvers: true })
export class JobPayload {
  @Field(() => Job)
  job!: unknown;
}

/** How far a job is. */
@ObjectType({ simpleResolvers: true, description: 'How far a job is.' })
export class JobProgress {
  @Field(() => Job, { description: 'The job as it is now.' })
  job!: unknown;
  @Field(() => DateTimeScalar)
  at!: string;
}

/** Queries, mutations and the subscription of jobs. */
@Resolver()
export class JobResolver {
  @Query(() => Job, { nullable: true })
  job(
    @Arg('id', () => ID) id: string,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<PlainRow | null> | null {
    const uuid = uuidOf('Job', id, 'id');
    return uuid === null ? null : read.single('Job', { id: uuid }, info);
  }

  @Query(() => JobConnection, {
    description: 'The jobs that the viewer started; for staff all of them, newest first.',
  })
  jobs(
    @Args(() => JobArgs) args: PageArgs,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<Page> {
    return read.list('Job', args as never, info);
  }

  @Mutation(() => JobPayload, { description: 'Has a job that failed tried again.' })
  retryJob(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => payload('job', 'Job', (await retryJob(changes, id)).id));
  }

  @Mutation(() => JobPayload, { description: 'Discards a job that waits or has failed.' })
  discardJob(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => payload('job', 'Job', (await discardJob(changes, id)).id));
  }

  @Subscription(() => JobProgress, {
    subscribe: watching(watchJob),
    description:
      'Tells how far a job is, until it is done or given up. Read the job once after subscribing: it may have ended before.',
  })
  jobProgressed(@Arg('jobId', () => ID) _jobId: string, @Root() progress: JobProgress): JobProgress {
    return progress;
  }
}

function watchJob({ jobId }: { jobId: string }): Watch {
  const place = placeOf('Job', jobId, 'jobId');
  return {
    topic: jobTopic(place.id),
    place,
    message: ({ at }): JobProgress => ({ job: new RowReference('Job', place.id), at: at.toISOString() }),
  };
}
