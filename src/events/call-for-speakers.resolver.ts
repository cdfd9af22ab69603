/** The root fields of calls for speakers. */
import { Arg, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { all, via } from '../permissions/condition.ts';
import { hangsOnLivingEvent, published } from '../permissions/notes.ts';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { Context } from '../platform/graphql/context.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import { CallForSpeakers } from './call-for-speakers.entity.ts';
import { CallForSpeakersInput, CallForSpeakersPayload } from './call-for-speakers.inputs.ts';
import {
  deleteCallForSpeakers,
  resetCallForSpeakersHash,
  setCallForSpeakers,
} from './call-for-speakers.service.ts';

/** Whoever asks by the hash sees a private call of a published event. */
const byItsHash = { orWhere: all(hangsOnLivingEvent, via('event', published)) };

/** The query and the mutation of calls for speakers. */
@Resolver()
export class CallForSpeakersResolver {
  @Query(() => CallForSpeakers, {
    nullable: true,
    description: 'The call that has this hash, private or not.',
  })
  callForSpeakers(
    @Arg('hash', () => String) hash: string,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<PlainRow | null> {
    return read.single('CallForSpeakers', { hash }, info, byItsHash);
  }

  @Mutation(() => CallForSpeakersPayload, {
    description: 'Sets when, and for whom, proposals for an event are open.',
  })
  setCallForSpeakers(
    @Arg('eventId', () => ID) eventId: string,
    @Arg('input', () => CallForSpeakersInput) input: CallForSpeakersInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('callForSpeakers', 'CallForSpeakers', (await setCallForSpeakers(changes, eventId, input)).id),
    );
  }

  @Mutation(() => CallForSpeakersPayload, {
    description:
      'Gives the call a new hash; links with the old one are dead. Only the team may: staff read the hash.',
  })
  resetCallForSpeakersHash(@Arg('eventId', () => ID) eventId: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('callForSpeakers', 'CallForSpeakers', (await resetCallForSpeakersHash(changes, eventId)).id),
    );
  }

  @Mutation(() => DeletePayload, { description: 'Ends the call for good; sessions and speakers stay.' })
  deleteCallForSpeakers(@Arg('eventId', () => ID) eventId: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('CallForSpeakers', (await deleteCallForSpeakers(changes, eventId)).id),
    );
  }
}
