/** The inputs of what the team arranges: tracks, rooms, session types, sponsors. */
import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { UrlScalar } from '../platform/graphql/scalars.ts';
import { Room } from './room.entity.ts';
import { SessionType } from './session-type.entity.ts';
import { Sponsor } from './sponsor.entity.ts';
import { Track } from './track.entity.ts';

/** What HTML of an input says of itself. */
export const html = 'HTML; what is not allowed in it is removed.';
/** How inputs of changes treat what is absent and what is null. */
export const partial = 'an absent key is left alone, null clears it.';
/** What the version of an input is for. */
export const version = 'Fails with CONFLICT if the stored version differs.';
const color = 'A colour as #rgb or #rrggbb; kept as #rrggbb.';
const lengthMinutes = 'The usual length in minutes, 1 to 1440.';

/** What stands at a place among its kind. */
@InputType()
export abstract class Arranged {
  @Field(() => Int, { nullable: true, description: 'The place among its kind.' })
  position?: number | null;
}

@InputType()
abstract class TrackDetails extends Arranged {
  @Field(() => String, { nullable: true, description: html })
  description?: string | null;
}

/** A new track. */
@InputType({ description: 'A new track of an event.' })
export class CreateTrackInput extends TrackDetails {
  @Field(() => ID)
  eventId!: string;
  @Field(() => String)
  name!: string;
  @Field(() => String, { description: color })
  color!: string;
}

/** Changes to a track. */
@InputType({ description: `Changes to a track: ${partial}` })
export class UpdateTrackInput extends TrackDetails {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String, { nullable: true, description: color })
  color?: string | null;
  @Field(() => Int, { nullable: true, description: version })
  version?: number | null;
}

@InputType()
abstract class RoomDetails extends Arranged {
  @Field(() => Int, { nullable: true })
  floor?: number | null;
  @Field(() => String, { nullable: true, description: "The room's number or sign in the building." })
  room?: string | null;
  @Field(() => Float, { nullable: true, description: 'In degrees, -90 to 90.' })
  latitude?: number | null;
  @Field(() => Float, { nullable: true, description: 'In degrees, -180 to 180.' })
  longitude?: number | null;
}

/** A new room. */
@InputType({ description: 'A new room of an event.' })
export class CreateRoomInput extends RoomDetails {
  @Field(() => ID)
  eventId!: string;
  @Field(() => String)
  name!: string;
}

/** Changes to a room. */
@InputType({ description: `Changes to a room: ${partial}` })
export class UpdateRoomInput extends RoomDetails {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => Int, { nullable: true, description: version })
  version?: number | null;
}

/** A new session type. */
@InputType({ description: 'A new kind of session of an event.' })
export class CreateSessionTypeInput extends Arranged {
  @Field(() => ID)
  eventId!: string;
  @Field(() => String)
  name!: string;
  @Field(() => Int, { description: lengthMinutes })
  lengthMinutes!: number;
}

/** Changes to a session type. */
@InputType({ description: `Changes to a kind of session: ${partial}` })
export class UpdateSessionTypeInput extends Arranged {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => Int, { nullable: true, description: lengthMinutes })
  lengthMinutes?: number | null;
  @Field(() => Int, { nullable: true, description: version })
  version?: number | null;
}

@InputType()
abstract class SponsorDetails extends Arranged {
  @Field(() => String, { nullable: true, description: html })
  description?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  url?: string | null;
  @Field(() => UrlScalar, { nullable: true })
  logoUrl?: string | null;
  @Field(() => Int, { nullable: true, description: 'The lower, the nearer to the top.' })
  level?: number | null;
  @Field(() => String, { nullable: true, description: 'Such as gold, or media partner.' })
  type?: string | null;
}

/** A new sponsor. */
@InputType({ description: 'A new sponsor of an event.' })
export class CreateSponsorInput extends SponsorDetails {
  @Field(() => ID)
  eventId!: string;
  @Field(() => String)
  name!: string;
}

/** Changes to a sponsor. */
@InputType({ description: `Changes to a sponsor: ${partial}` })
export class UpdateSponsorInput extends SponsorDetails {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => Int, { nullable: true, description: version })
  version?: number | null;
}

/** A track that was written. */
@ObjectType({ simpleResolvers: true })
export class TrackPayload {
  @Field(() => Track)
  track!: unknown;
}

/** A room that was written. */
@ObjectType({ simpleResolvers: true })
export class RoomPayload {
  @Field(() => Room)
  room!: unknown;
}

/** A session type that was written. */
@ObjectType({ simpleResolvers: true })
export class SessionTypePayload {
  @Field(() => SessionType)
  sessionType!: unknown;
}

/** A sponsor that was written. */
@ObjectType({ simpleResolvers: true })
export class SponsorPayload {
  @Field(() => Sponsor)
  sponsor!: unknown;
}
