/** The root fields of sessions. Lists of them hang on events, tracks, rooms, session types, speakers and people. */
import { Arg, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { EventPayload } from '../events/event.inputs.ts';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { Context } from '../platform/graphql/context.ts';
import { Verbatim } from '../platform/graphql/json-text.ts';
import { uuidOf } from '../platform/graphql/node.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import { Session } from './session.entity.ts';
import { transitionSessions } from './session.bulk.ts';
import {
  BulkTransitionSessionsPayload,
  CreateSessionInput,
  SessionPayload,
  UpdateSessionInput,
} from './session.inputs.ts';
import { sessionPayload } from './session.overlaps.ts';
import { reorderSessions } from './session.order.ts';
import {
  createSession,
  deleteSession,
  lockSession,
  restoreSession,
  updateSession,
} from './session.service.ts';
import { SessionState } from './session.states.ts';
import { transitionSession } from './session.transitions.ts';

/** Queries and mutations of sessions. */
@Resolver()
export class SessionResolver {
  @Query(() => Session, { nullable: true, description: 'One session.' })
  @Verbatim()
  async session(
    @Arg('id', () => ID) id: string,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<PlainRow | null> {
    const uuid = uuidOf('Session', id, 'id');
    return uuid === null ? null : read.single('Session', { id: uuid }, info);
  }

  @Mutation(() => SessionPayload)
  createSession(
    @Arg('input', () => CreateSessionInput) input: CreateSessionInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) => sessionPayload((await createSession(changes, input)).id));
  }

  @Mutation(() => SessionPayload)
  updateSession(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateSessionInput) input: UpdateSessionInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) => sessionPayload((await updateSession(changes, id, input)).id));
  }

  @Mutation(() => SessionPayload, {
    description: 'Takes a session to another state; Session.possibleStates names the steps.',
  })
  transitionSession(
    @Arg('id', () => ID) id: string,
    @Arg('to', () => SessionState) to: SessionState,
    @Arg('notify', () => Boolean, {
      nullable: true,
      defaultValue: true,
      description: 'Whether its speakers may be told by mail.',
    })
    notify: boolean | null,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      sessionPayload((await transitionSession(changes, id, to, { notify: notify !== false })).id),
    );
  }

  @Mutation(() => BulkTransitionSessionsPayload, {
    description: 'Takes many sessions to a state, each by itself, at most 100.',
  })
  async bulkTransitionSessions(
    @Arg('ids', () => [ID]) ids: string[],
    @Arg('to', () => SessionState) to: SessionState,
    @Arg('notify', () => Boolean, {
      nullable: true,
      defaultValue: true,
      description: 'Whether their speakers may be told by mail.',
    })
    notify: boolean | null,
    @Ctx() { write }: Context,
  ): Promise<BulkTransitionSessionsPayload> {
    return { results: await transitionSessions(write, ids, to, { notify: notify !== false }) };
  }

  @Mutation(() => EventPayload, {
    description: 'Numbers these sessions of an event from 1, in the order given; others keep their place.',
  })
  reorderSessions(
    @Arg('eventId', () => ID) eventId: string,
    @Arg('ids', () => [ID]) ids: string[],
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('event', 'Event', await reorderSessions(changes, eventId, ids)),
    );
  }

  @Mutation(() => SessionPayload, {
    description: 'Locks a session against changes by all but owner, organizers and staff, or unlocks it.',
  })
  lockSession(
    @Arg('id', () => ID) id: string,
    @Arg('locked', () => Boolean) locked: boolean,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) => sessionPayload((await lockSession(changes, id, locked)).id));
  }

  @Mutation(() => DeletePayload)
  deleteSession(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => deleted('Session', (await deleteSession(changes, id)).id));
  }
  @Mutation(() => SessionPayload, {
    description: 'Brings a deleted session back; its id stands in the activity of its deletion.',
  })
  restoreSession(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => sessionPayload(await restoreSession(changes, id)));
  }
}
