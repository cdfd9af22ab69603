/** What a payload of a session warns of: others in the same room at the same time. */
import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { Page } from '../platform/data/reader/list.ts';
import type { PageArgs } from '../platform/graphql/connection.ts';
import type { Context } from '../platform/graphql/context.ts';
import { RowReference } from '../platform/graphql/payload.ts';
import { SessionArgs, SessionConnection } from './session.entity.ts';
import { SessionPayload } from './session.inputs.ts';
import { overlapSql } from './session.schedule.ts';

/** The overlaps of a session that was written. */
@Resolver(() => SessionPayload)
export class SessionOverlaps {
  @FieldResolver(() => SessionConnection, {
    description: 'Sessions that the viewer may see in the same room at the same time. A warning: nothing is refused for it.',
  })
  overlaps(
    @Root() { session }: SessionPayload,
    @Args(() => SessionArgs) args: PageArgs,
    @Ctx() { read }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page> {
    const { id } = session as RowReference;
    return read.list('Session', args as never, info, { place: `overlaps ${id}`, action: 'view', where: (statement, alias) => overlapSql(statement, alias, id) });
  }
}
