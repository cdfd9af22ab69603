/**
 * How a slice declares a subscription: who may listen to what, and what one message says. The loop that delivers it,
 * and every check along the way, is platform's (delivery.ts).
 */
import type { SubscribeResolverData } from 'type-graphql';
import type { Context } from '../graphql/context.ts';
import type { Change } from './judge.ts';

/** What a subscription listens to. */
export interface Watch {
  readonly topic: string;
  /** The root value of a message: what the field's resolver is given. */
  readonly message: (change: Change) => object;
}

/**
 * The `subscribe` of a subscription's field: decides whether the viewer may listen, and to what. It is guarded by the
 * table of operations like the resolver of any root field. Throws the errors of the contract.
 */
export function watching<A>(
  listen: (args: A, context: Context) => Promise<Watch>,
): (data: SubscribeResolverData) => AsyncIterable<unknown> {
  // The schema's own type asks for an iterable; ours comes from the delivery, which has the hub and the socket.
  return (({ args, context }: SubscribeResolverData<unknown, A, Context>) => listen(args, context)) as never;
}
