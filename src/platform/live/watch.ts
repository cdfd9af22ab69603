/**
 * How a slice declares a subscription: what it listens to, whose View cell is the right to listen, and what one
 * message says. The loop that delivers it, and every check along the way, is platform's (audience.ts).
 */
import type { SubscribeResolverData } from 'type-graphql';
import { words } from '../../permissions/decide.ts';
import type { Context } from '../graphql/context.ts';
import { notFound } from '../graphql/errors.ts';
import { uuidOf } from '../graphql/node.ts';
import type { Change } from './judge.ts';

/** An object that subscribers listen at: they must be able to see it, and the subscription ends with it. */
export interface Place {
  readonly resource: string;
  /** Its uuid. */
  readonly id: string;
  /** The column of its table that is the right to listen; View unless told. */
  readonly action?: 'view' | 'receive';
}

/** Something that a subscriber is told at the beginning, though it happened before. */
export interface Replayed {
  readonly resource: string;
  /** The uuid of the row. */
  readonly id: string;
  /** What would have been published with it. */
  readonly data: unknown;
}

/** What a subscription listens to. */
export interface Watch {
  readonly topic: string;
  /**
   * The object whose View (or Receive) cell is the right to listen, decided at the start and after every change of the listener's
   * rights. What is told on the topic hangs on it. Absent where the topic is the listener's own.
   */
  readonly place?: Place;
  /** The root value of a message: what the field's resolver is given. */
  readonly message: (change: Change) => object;
  /** Where the topic is the listener's own: what they are told once they listen. What happens meanwhile may come twice. */
  readonly replay?: (context: Context) => Promise<readonly Replayed[]>;
}

/** The object behind an id in the arguments of a subscription. Throws NOT_FOUND for an id of another type. */
export function placeOf(resource: string, id: string, argument: string): Place {
  const uuid = uuidOf(resource, id, argument);
  if (uuid === null) throw notFound(words(resource));
  return { resource, id: uuid };
}

/** The topic of what becomes of an object itself; a REMOVED on it ends what listens at the object. */
export const topicOf = (resource: string, id: string): string => `${resource}:${id}`;

/**
 * The `subscribe` of a subscription's field. It is guarded by the table of operations like the resolver of any root
 * field. Throws the errors of the contract where the arguments name nothing.
 */
export function watching<A>(
  listen: (args: A, context: Context) => Watch | Promise<Watch>,
): (data: SubscribeResolverData) => AsyncIterable<unknown> {
  // The schema's own type asks for an iterable; ours comes from the delivery, which has the hub and the socket.
  return (({ args, context }: SubscribeResolverData<unknown, A, Context>) => listen(args, context)) as never;
}
