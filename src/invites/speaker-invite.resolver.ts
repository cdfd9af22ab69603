/** The root fields of speaker invites. Lists of them hang on sessions and on the invitee. */
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { digestOf } from '../platform/auth/secrets.ts';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { Context } from '../platform/graphql/context.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import { InviteKey, cancelInvite, declineInvite, deleteInvite } from './invite.answers.ts';
import { mailing } from './invite.payloads.ts';
import { ofLivingSession } from './invite.permissions.ts';
import { SpeakerInvite } from './speaker-invite.entity.ts';
import {
  CreateSpeakerInviteInput,
  SpeakerInviteAnswer,
  SpeakerInvitePayload,
  UpdateSpeakerInviteInput,
} from './speaker-invite.inputs.ts';
import * as invites from './speaker-invite.service.ts';

/** Queries and mutations of speaker invites. */
@Resolver()
export class SpeakerInviteResolver {
  @Query(() => SpeakerInvite, {
    nullable: true,
    description: 'The invite that has this token: its event, session, status and end.',
  })
  speakerInvite(
    @Arg('token', () => String) token: string,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<PlainRow | null> {
    return read.single('SpeakerInvite', { tokenHash: digestOf(token) }, info, { orWhere: ofLivingSession });
  }

  @Mutation(() => SpeakerInvitePayload, {
    description: 'Invites a person to speak in a session, by mail; good for seven days.',
  })
  createSpeakerInvite(
    @Arg('input', () => CreateSpeakerInviteInput) input: CreateSpeakerInviteInput,
    @Ctx() context: Context,
  ) {
    return mailing(context, 'speakerInvite', 'SpeakerInvite', (changes, limits) =>
      invites.createSpeakerInvite(changes, limits, input),
    );
  }

  @Mutation(() => SpeakerInvitePayload, { description: 'Changes the address of a pending invite.' })
  updateSpeakerInvite(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateSpeakerInviteInput) input: UpdateSpeakerInviteInput,
    @Ctx() context: Context,
  ) {
    return mailing(context, 'speakerInvite', 'SpeakerInvite', (changes, limits) =>
      invites.updateSpeakerInvite(changes, limits, id, input),
    );
  }

  @Mutation(() => SpeakerInvitePayload, {
    description: 'Sends a new mail for seven days more; the token of the old one is dead.',
  })
  resendSpeakerInvite(@Arg('id', () => ID) id: string, @Ctx() context: Context) {
    return mailing(context, 'speakerInvite', 'SpeakerInvite', (changes, limits) =>
      invites.resendSpeakerInvite(changes, limits, id),
    );
  }

  @Mutation(() => SpeakerInvitePayload, { description: 'Takes a pending invite back.' })
  cancelSpeakerInvite(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('speakerInvite', 'SpeakerInvite', (await cancelInvite(changes, SpeakerInvite, id)).id),
    );
  }

  @Mutation(() => DeletePayload)
  deleteSpeakerInvite(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('SpeakerInvite', (await deleteInvite(changes, SpeakerInvite, id)).id),
    );
  }

  @Mutation(() => SpeakerInvitePayload, {
    description: 'Speaks in the session, by the verified owner of the address.',
  })
  acceptSpeakerInvite(@Args(() => SpeakerInviteAnswer) key: SpeakerInviteAnswer, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('speakerInvite', 'SpeakerInvite', (await invites.acceptSpeakerInvite(changes, key)).id),
    );
  }

  @Mutation(() => SpeakerInvitePayload, { description: 'Says no, by the verified owner of the address.' })
  declineSpeakerInvite(@Args(() => InviteKey) key: InviteKey, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('speakerInvite', 'SpeakerInvite', (await declineInvite(changes, SpeakerInvite, key)).id),
    );
  }
}
