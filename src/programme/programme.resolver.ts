/** The mutations of what the team arranges. Single rows are read by node(id), lists hang on their event. */
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../platform/graphql/context.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import {
  CreateRoomInput,
  CreateSessionTypeInput,
  CreateSponsorInput,
  CreateTrackInput,
  RoomPayload,
  SessionTypePayload,
  SponsorPayload,
  TrackPayload,
  UpdateRoomInput,
  UpdateSessionTypeInput,
  UpdateSponsorInput,
  UpdateTrackInput,
} from './programme.inputs.ts';
import {
  createArranged,
  deleteArranged,
  rooms,
  sessionTypes,
  sponsors,
  tracks,
  updateArranged,
} from './programme.service.ts';

/** Mutations of tracks. */
@Resolver()
export class TrackResolver {
  @Mutation(() => TrackPayload)
  createTrack(@Arg('input', () => CreateTrackInput) input: CreateTrackInput, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('track', 'Track', (await createArranged(changes, tracks, input)).id),
    );
  }

  @Mutation(() => TrackPayload)
  updateTrack(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateTrackInput) input: UpdateTrackInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('track', 'Track', (await updateArranged(changes, tracks, id, input)).id),
    );
  }

  @Mutation(() => DeletePayload)
  deleteTrack(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('Track', (await deleteArranged(changes, tracks, id)).id),
    );
  }
}

/** Mutations of rooms. */
@Resolver()
export class RoomResolver {
  @Mutation(() => RoomPayload)
  createRoom(@Arg('input', () => CreateRoomInput) input: CreateRoomInput, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('room', 'Room', (await createArranged(changes, rooms, input)).id),
    );
  }

  @Mutation(() => RoomPayload)
  updateRoom(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateRoomInput) input: UpdateRoomInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('room', 'Room', (await updateArranged(changes, rooms, id, input)).id),
    );
  }

  @Mutation(() => DeletePayload)
  deleteRoom(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('Room', (await deleteArranged(changes, rooms, id)).id),
    );
  }
}

/** Mutations of session types. */
@Resolver()
export class SessionTypeResolver {
  @Mutation(() => SessionTypePayload)
  createSessionType(
    @Arg('input', () => CreateSessionTypeInput) input: CreateSessionTypeInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('sessionType', 'SessionType', (await createArranged(changes, sessionTypes, input)).id),
    );
  }

  @Mutation(() => SessionTypePayload)
  updateSessionType(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateSessionTypeInput) input: UpdateSessionTypeInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('sessionType', 'SessionType', (await updateArranged(changes, sessionTypes, id, input)).id),
    );
  }

  @Mutation(() => DeletePayload)
  deleteSessionType(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('SessionType', (await deleteArranged(changes, sessionTypes, id)).id),
    );
  }
}

/** Mutations of sponsors. */
@Resolver()
export class SponsorResolver {
  @Mutation(() => SponsorPayload)
  createSponsor(
    @Arg('input', () => CreateSponsorInput) input: CreateSponsorInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('sponsor', 'Sponsor', (await createArranged(changes, sponsors, input)).id),
    );
  }

  @Mutation(() => SponsorPayload)
  updateSponsor(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateSponsorInput) input: UpdateSponsorInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('sponsor', 'Sponsor', (await updateArranged(changes, sponsors, id, input)).id),
    );
  }

  @Mutation(() => DeletePayload)
  deleteSponsor(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('Sponsor', (await deleteArranged(changes, sponsors, id)).id),
    );
  }
}
