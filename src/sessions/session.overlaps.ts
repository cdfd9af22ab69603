/** What a payload of a session warns of: others in the same room at the same time. */
import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { PageArgs } from '../platform/graphql/connection.ts';
import type { Context } from '../platform/graphql/context.ts';
import { ListReference, payload, resolveReference } from '../platform/graphql/payload.ts';
import { SessionArgs, SessionConnection } from './session.entity.ts';
import { SessionPayload } from './session.inputs.ts';
import { overlapSql } from './session.schedule.ts';

/** The payload of a session that was written. */
export function sessionPayload(id: string) {
  const overlaps = new ListReference('Session', {
    place: `overlaps ${id}`,
    action: 'view',
    where: (statement, alias) => overlapSql(statement, alias, id),
  });
  return { ...payload('session', 'Session', id), overlaps };
}

/** The overlaps of a session that was written. */
@Resolver(() => SessionPayload)
export class SessionOverlaps {
  @FieldResolver(() => SessionConnection, {
    description:
      'Sessions that the viewer may see in the same room at the same time. A warning: nothing is refused for it.',
  })
  overlaps(
    @Root() written: SessionPayload,
    @Args(() => SessionArgs) args: PageArgs,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ) {
    return resolveReference(written as never, args, context, info);
  }
}
