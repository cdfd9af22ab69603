/**
 * The start and the end of one subscription: may the caller listen, which audience do they belong to, and what a
 * change of their rights means to it. What they are sent in between is the audience's business.
 */
import type {
  DocumentNode,
  ExecutionResult,
  GraphQLError,
  GraphQLResolveInfo,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import { getArgumentValues } from 'graphql/execution/values.js';
import { collectFields } from 'graphql/execution/collectFields.js';
import type { Logger } from 'pino';
import { assertAllowed } from '../../permissions/decide.ts';
import { decideOperation } from '../../permissions/operations.ts';
import type { OperationsTable } from '../../permissions/operations.ts';
import type { Viewer } from '../../permissions/viewer.ts';
import type { Context } from '../graphql/context.ts';
import { badInput, forbidden, unauthenticated } from '../graphql/errors.ts';
import type { Executor } from '../graphql/execute.ts';
import type { Audience } from './audience.ts';
import type { Audiences } from './audiences.ts';
import type { Caller } from './caller.ts';
import type { Line } from './line.ts';
import { Member } from './member.ts';
import type { Sharing } from './sharing.ts';
import type { Watch } from './watch.ts';

/** What subscriptions are delivered with. */
export interface DeliveryOptions {
  readonly schema: GraphQLSchema;
  readonly executor: Executor;
  readonly operations: OperationsTable;
  readonly audiences: Audiences;
  readonly log: Logger;
}

/** One subscription, as the client sent it. */
export interface SubscriptionRequest {
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
  readonly caller: Caller;
  readonly line: Line;
  /** The id that the client gave it. */
  readonly id: string;
}

/**
 * Starts a subscription. Answers with the errors that refused it, or with an iterable that ends when it does; the
 * messages go past it, since they are serialised already. An error that ends it is the last of the iterable.
 */
export async function deliver(
  options: DeliveryOptions,
  request: SubscriptionRequest,
): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>> {
  const { executor, audiences, log } = options;
  const { caller } = request;
  const visible = (error: Error) => executor.visible(error, log);
  try {
    await caller.refresh();
    if (caller.isRefused) return { errors: [unauthenticated()] };
    const { node, variables } = executor.admit({ ...request, context: caller.context() });
    const listened = fieldOf(options.schema, request.document, node, variables);
    assertMayCall(options.operations, listened.field.name, caller.viewer);
    const watch = (await listened.field.subscribe?.(
      undefined,
      listened.args,
      caller.context(),
      listened.info,
    )) as unknown as Watch;
    const assertStillMayListen = () =>
      assertMayListen(options.operations, listened.field.name, watch, caller.context());
    for (let version = -1; version !== caller.version;) {
      await caller.settling;
      ({ version } = caller);
      await assertStillMayListen();
    }
    if (caller.isRefused) return { errors: [unauthenticated()] };
    const audience = audiences.of({ ...request, variables, watch });
    return subscription((ended) => {
      const member = new Member({
        ...request,
        ended: (error) => {
          caller.delete(dependent);
          audience.delete(member);
          ended(error);
        },
      });
      const dependent = {
        reconsider: (before: Viewer) =>
          reconsider(member, before, audience.sharing, assertStillMayListen, visible),
      };
      caller.add(dependent);
      audience.add(member);
      if (watch.replay) void replay(watch.replay, audience, member, visible);
      return member;
    });
  } catch (error) {
    return { errors: [visible(error as Error)] };
  }
}

/** An error as callers may see it. */
type Visible = (error: Error) => GraphQLError;

/** Tells a new listener what they have to know of what was before. */
async function replay(
  replayed: NonNullable<Watch['replay']>,
  audience: Audience,
  member: Member,
  visible: Visible,
): Promise<void> {
  try {
    const { caller } = member;
    for (const one of await replayed(caller.context())) {
      const { version } = caller;
      const message = await audience.replayed(caller.viewer, one);
      // Whose rights changed meanwhile may not be shown this: they listen once more, or are ended.
      if (version === caller.version) member.offer([message]);
    }
  } catch (error) {
    member.end(visible(error as Error));
  }
}

/** Who got rights goes on with them; who lost some here is told to start again, since what they saw is not theirs any more. */
async function reconsider(
  member: Member,
  before: Viewer,
  sharing: Sharing,
  assertMayListen: () => Promise<void>,
  visible: Visible,
): Promise<void> {
  const { viewer } = member.caller;
  try {
    // Asked of the rows, too: an organization that leaves a collaboration changes nothing of its people themselves.
    await assertMayListen();
    if (sharing.key(before) === sharing.key(viewer) || !sharing.hasLost(before, viewer)) return;
    member.end(forbidden('Your rights changed. Subscribe again, then read what you may see now'));
  } catch (error) {
    member.end(visible(error as Error));
  }
}

function assertMayCall(operations: OperationsTable, field: string, viewer: Viewer): void {
  const decision = decideOperation(operations.Subscription[field], viewer);
  if (decision === 'UNAUTHENTICATED') throw unauthenticated();
  if (decision === 'FORBIDDEN') throw forbidden('You may not do this');
}

async function assertMayListen(
  operations: OperationsTable,
  field: string,
  { place }: Watch,
  { viewer, write }: Context,
): Promise<void> {
  assertMayCall(operations, field, viewer);
  if (!place) return;
  const { resource, id, action = 'view' } = place;
  assertAllowed(await write.decide(action, { resource, id }), { resource, action });
}

/** An iterable without messages that ends with what it is made for; returning from it ends that. */
function subscription(
  start: (ended: (error: GraphQLError | null) => void) => Member,
): AsyncIterableIterator<ExecutionResult> {
  const results: ExecutionResult[] = [];
  let wake: () => void;
  const over = new Promise<void>((resolve) => (wake = resolve));
  const member = start((error) => {
    if (error) results.push({ errors: [error] });
    wake();
  });
  return {
    async next() {
      await over;
      const value = results.pop();
      return value ? { value, done: false } : { value: undefined, done: true };
    },
    async return() {
      member.end(null);
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
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
  const info = {
    fieldName: field.name,
    fieldNodes,
    schema,
    fragments,
    variableValues: variables,
    operation: node,
  };
  return {
    field,
    args: getArgumentValues(field, fieldNodes[0], variables),
    info: info as unknown as GraphQLResolveInfo,
  };
}
