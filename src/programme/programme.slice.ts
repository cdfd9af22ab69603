/** The slice of what the team arranges: tracks, rooms, session types, sponsors. */
import type { Slice } from '../platform/slice.ts';
import { roomPermissions, sessionTypePermissions, sponsorPermissions, trackPermissions } from './programme.permissions.ts';
import { Room } from './room.entity.ts';
import { SessionType } from './session-type.entity.ts';
import { Sponsor } from './sponsor.entity.ts';
import { Track } from './track.entity.ts';

/** Tracks, rooms, session types, sponsors. */
export const programmeSlice: Slice = {
  entities: [Track, Room, SessionType, Sponsor],
  permissions: [trackPermissions, roomPermissions, sessionTypePermissions, sponsorPermissions],
};
