/**
 * The subscription to the presence of compute nodes: at subscribe the receive column of the collaboration (or, for all of
 * them, any right to receive); per notice View of the compute node. Told by a trigger when a lease begins or ends.
 */
import { Arg, Field, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
import { placesOfRule } from '../permissions/viewer.ts';
import type { Context } from '../platform/graphql/context.ts';
import { forbidden } from '../platform/graphql/errors.ts';
import { RowReference } from '../platform/graphql/payload.ts';
import { DateTimeScalar } from '../platform/graphql/scalars.ts';
import type { Change } from '../platform/live/judge.ts';
import { placeOf, watching } from '../platform/live/watch.ts';
import type { Watch } from '../platform/live/watch.ts';
import { ComputeNode } from './compute-node.entity.ts';

/** A compute node that came or went. */
@ObjectType({ simpleResolvers: true, description: 'A compute node that came online or went offline.' })
export class ComputeNodeStatusNotice {
  @Field(() => ComputeNode)
  computeNode!: RowReference;
  @Field(() => Boolean)
  online!: boolean;
  @Field(() => DateTimeScalar)
  at!: string;
}

/** Subscriptions of compute nodes. */
@Resolver()
export class ComputeNodeSubscriptions {
  @Subscription(() => ComputeNodeStatusNotice, {
    subscribe: watching(watchPresence),
    description:
      'Compute nodes as they come online and go offline: of one collaboration, or all that the viewer may see.',
  })
  computeNodeStatusChanged(
    @Arg('collaborationId', () => ID, { nullable: true }) _collaborationId: string | null,
    @Root() notice: ComputeNodeStatusNotice,
  ): ComputeNodeStatusNotice {
    return notice;
  }
}

function watchPresence(
  { collaborationId = null }: { collaborationId?: string | null },
  { viewer }: Context,
): Watch {
  if (collaborationId !== null) {
    const place = placeOf('Collaboration', collaborationId, 'collaborationId');
    return { topic: `computeNodes:${place.id}`, place: { ...place, action: 'receive' }, message: noticeOf };
  }
  const { isSiteWide, organizations } = placesOfRule(viewer, {
    resource: 'live',
    operation: 'RECEIVE',
    scope: 'ORGANIZATION',
  });
  if (!isSiteWide && organizations.length === 0) throw forbidden('You hold no rule to receive what is live');
  return { topic: 'computeNodes', message: noticeOf };
}

function noticeOf({ id, data, at }: Change): ComputeNodeStatusNotice {
  const { online } = data.at(-1) as { online: boolean };
  return { computeNode: new RowReference('ComputeNode', id), online, at: at.toISOString() };
}
