/** The slice of what the team arranges: tracks, rooms, session types, sponsors. */
import { byCell } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { roomPermissions, sessionTypePermissions, sponsorPermissions, trackPermissions } from './programme.permissions.ts';
import { RoomResolver, SessionTypeResolver, SponsorResolver, TrackResolver } from './programme.resolver.ts';
import { Room } from './room.entity.ts';
import { SessionType } from './session-type.entity.ts';
import { Sponsor } from './sponsor.entity.ts';
import { Track } from './track.entity.ts';

/** Tracks, rooms, session types, sponsors. */
export const programmeSlice: Slice = {
  entities: [Track, Room, SessionType, Sponsor],
  permissions: [trackPermissions, roomPermissions, sessionTypePermissions, sponsorPermissions],
  resolvers: [TrackResolver, RoomResolver, SessionTypeResolver, SponsorResolver],
  operations: {
    Mutation: {
      createTrack: byCell('Track', 'create'),
      updateTrack: byCell('Track', 'update'),
      deleteTrack: byCell('Track', 'delete'),
      createRoom: byCell('Room', 'create'),
      updateRoom: byCell('Room', 'update'),
      deleteRoom: byCell('Room', 'delete'),
      createSessionType: byCell('SessionType', 'create'),
      updateSessionType: byCell('SessionType', 'update'),
      deleteSessionType: byCell('SessionType', 'delete'),
      createSponsor: byCell('Sponsor', 'create'),
      updateSponsor: byCell('Sponsor', 'update'),
      deleteSponsor: byCell('Sponsor', 'delete'),
    },
  },
};
