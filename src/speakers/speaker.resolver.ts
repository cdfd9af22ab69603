/** The root fields of speakers. Lists of them hang on events, sessions and people. */
import { Arg, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { EventPayload } from '../events/event.inputs.ts';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { Context } from '../platform/graphql/context.ts';
import { Verbatim } from '../platform/graphql/json-text.ts';
import { uuidOf } from '../platform/graphql/node.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import { reorderSpeakers } from '../sessions/session.order.ts';
import { Speaker } from './speaker.entity.ts';
import { CreateSpeakerInput, SpeakerPayload, UpdateSpeakerInput } from './speaker.inputs.ts';
import { createSpeaker, deleteSpeaker, restoreSpeaker, updateSpeaker } from './speaker.service.ts';

/** Queries and mutations of speakers. */
@Resolver()
export class SpeakerResolver {
  @Query(() => Speaker, { nullable: true, description: 'One profile of a speaker.' })
  @Verbatim()
  async speaker(
    @Arg('id', () => ID) id: string,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<PlainRow | null> {
    const uuid = uuidOf('Speaker', id, 'id');
    return uuid === null ? null : read.single('Speaker', { id: uuid }, info);
  }

  @Mutation(() => SpeakerPayload, {
    description:
      "Enters a profile; a verified viewer takes over the one without a user that has the viewer's address.",
  })
  createSpeaker(
    @Arg('input', () => CreateSpeakerInput) input: CreateSpeakerInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('speaker', 'Speaker', (await createSpeaker(changes, input)).id),
    );
  }

  @Mutation(() => SpeakerPayload)
  updateSpeaker(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateSpeakerInput) input: UpdateSpeakerInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('speaker', 'Speaker', (await updateSpeaker(changes, id, input)).id),
    );
  }

  @Mutation(() => EventPayload, {
    description: 'Numbers these speakers of an event from 1, in the order given; others keep their place.',
  })
  reorderSpeakers(
    @Arg('eventId', () => ID) eventId: string,
    @Arg('ids', () => [ID]) ids: string[],
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('event', 'Event', await reorderSpeakers(changes, eventId, ids)),
    );
  }

  @Mutation(() => DeletePayload)
  deleteSpeaker(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => deleted('Speaker', (await deleteSpeaker(changes, id)).id));
  }
  @Mutation(() => SpeakerPayload, {
    description: 'Brings a deleted profile back; its id stands in the activity of its deletion.',
  })
  restoreSpeaker(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('speaker', 'Speaker', await restoreSpeaker(changes, id)),
    );
  }
}
