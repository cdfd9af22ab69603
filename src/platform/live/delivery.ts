/**
 * The delivery of one subscription: may the viewer listen (once), and for every message who they are now, what they
 * may see now, and the answer to their document, executed as any operation is. Nothing decided for one message is
 * remembered for the next.
 */
import type { DocumentNode, ExecutionResult, GraphQLResolveInfo, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { getArgumentValues } from 'graphql/execution/values.js';
import { collectFields } from 'graphql/execution/collectFields.js';
import type { Logger } from 'pino';
import { decideOperation } from '../../permissions/operations.ts';
import type { OperationsTable } from '../../permissions/operations.ts';
import type { Context } from '../graphql/context.ts';
import { badInput, forbidden, unauthenticated } from '../graphql/errors.ts';
import type { Executor } from '../graphql/execute.ts';
import { Gone } from './gone.ts';
import type { Hub } from './hub.ts';
import { changesFor } from './judge.ts';
import type { Subscriber } from './subscriber.ts';
import { ChangeKind } from './told.ts';
import type { Watch } from './watch.ts';

/** What deliveries are made with. */
export interface DeliveryOptions {
  readonly schema: GraphQLSchema;
  readonly executor: Executor;
  readonly operations: OperationsTable;
  readonly hub: Hub;
  readonly log: Logger;
}

/** One subscription, as the client sent it. */
export interface SubscriptionRequest {
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
  /** A fresh context of whoever holds the socket; null when they may not hold it any more, which closes it. */
  readonly renew: () => Promise<Context | null>;
}

/** Starts a subscription. Answers with the messages, or with the errors that refused it. */
export async function deliver(
  options: DeliveryOptions,
  request: SubscriptionRequest,
): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>> {
  try {
    const context = await request.renew();
    if (!context) return { errors: [unauthenticated()] };
    const { node, variables } = options.executor.admit({ ...request, context });
    const listened = fieldOf(options.schema, request.document, node, variables);
    assertMayCall(options.operations, listened.field.name, context);
    const watch = (await listened.field.subscribe?.(undefined, listened.args, context, listened.info)) as unknown as Watch;
    const subscriber = options.hub.subscribe(watch.topic);
    return closing(subscriber, messages(options, request, listened.field.name, watch, subscriber));
  } catch (error) {
    return { errors: [options.executor.visible(error as Error, options.log)] };
  }
}

async function* messages(
  { executor, operations, log }: DeliveryOptions,
  request: SubscriptionRequest,
  field: string,
  watch: Watch,
  subscriber: Subscriber,
): AsyncGenerator<ExecutionResult> {
  const gone = new Gone();
  try {
    for (let told = await subscriber.take(); told; told = await subscriber.take()) {
      const judging = await request.renew();
      if (!judging) return;
      assertMayCall(operations, field, judging);
      let context: Context | null = judging;
      for (const change of await changesFor(judging, told)) {
        if (change.kind !== ChangeKind.REMOVED) gone.delete(change.id);
        else if (gone.covers(change.id, told.transactions)) continue;
        else gone.add(change.id, change.snapshot);
        // The reader may have taken its time over the message before.
        context ??= await request.renew();
        if (!context) return;
        yield executor.execute({ ...request, context, rootValue: watch.message(change) });
        context = null;
      }
    }
  } catch (error) {
    yield { errors: [executor.visible(error as Error, log)] };
  } finally {
    subscriber.close();
  }
}

/** A generator that waits for a notice does not hear that it is to end: the subscriber is closed first. */
function closing(subscriber: Subscriber, inner: AsyncGenerator<ExecutionResult>): AsyncIterableIterator<ExecutionResult> {
  return {
    next: () => inner.next(),
    return: () => {
      subscriber.close();
      return inner.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function assertMayCall(operations: OperationsTable, field: string, { viewer }: Context): void {
  const decision = decideOperation(operations.Subscription[field], viewer);
  if (decision === 'UNAUTHENTICATED') throw unauthenticated();
  if (decision === 'FORBIDDEN') throw forbidden('You may not do this');
}

/** The one root field of a subscription, with its arguments. */
function fieldOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  node: OperationDefinitionNode,
  variables: Record<string, unknown>,
) {
  const root = schema.getSubscriptionType();
  if (!root) throw badInput([{ path: [], message: 'there are no subscriptions' }]);
  const named = document.definitions.filter((part) => part.kind === 'FragmentDefinition');
  const fragments = Object.fromEntries(named.map((part) => [part.name.value, part]));
  const [fieldNodes] = collectFields(schema, fragments, variables, root, node.selectionSet).values();
  const field = fieldNodes && root.getFields()[fieldNodes[0].name.value];
  if (!field) throw badInput([{ path: [], message: 'the subscription selects no field to listen to' }]);
  const info = { fieldName: field.name, fieldNodes, schema, fragments, variableValues: variables, operation: node };
  return { field, args: getArgumentValues(field, fieldNodes[0], variables), info: info as unknown as GraphQLResolveInfo };
}
