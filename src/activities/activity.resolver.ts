/** The root fields of activities. */
import { Arg, Args, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { Page } from '../platform/data/reader/list.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { PageArgs } from '../platform/graphql/connection.ts';
import type { Context } from '../platform/graphql/context.ts';
import { uuidOf } from '../platform/graphql/node.ts';
import { Activity, ActivityArgs, ActivityConnection } from './activity.entity.ts';

/** Queries of activities. */
@Resolver()
export class ActivityResolver {
  @Query(() => ActivityConnection, {
    description: 'Who did what to which object, the newest first; for staff.',
  })
  activities(
    @Args(() => ActivityArgs) args: PageArgs,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<Page> {
    return read.list('Activity', args as never, info);
  }

  @Query(() => Activity, { nullable: true })
  activity(
    @Arg('id', () => ID) id: string,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<PlainRow | null> | null {
    const uuid = uuidOf('Activity', id, 'id');
    return uuid === null ? null : read.single('Activity', { id: uuid }, info);
  }
}
