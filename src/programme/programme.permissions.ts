/** The permission tables of what the team arranges: tracks, rooms, session types, sponsors. */
import { eventRoles, hangsOnLivingEvent, ofOwnEvent, ofPublishedEvent, team, teamRoles } from '../permissions/notes.ts';
import type { Actor, PermissionTable } from '../permissions/table.ts';
import { everyone, permissionTable, staff } from '../permissions/table.ts';

function arrangedBy(actor: Actor, resource: string, fields: string[]): PermissionTable {
  return permissionTable({
    resource,
    exists: hangsOnLivingEvent,
    notes: { 1: ofOwnEvent, 4: ofPublishedEvent },
    rows: [
      { actor: staff, list: true, view: true, create: true, update: true, delete: true },
      { actor, list: [1], view: [1], create: [1], update: [1], delete: [1] },
      { actor: everyone, list: [4], view: [4] },
    ],
    grants: {},
    open: ['id', 'createdAt', 'updatedAt', 'viewerCan', 'event', 'name', 'position', ...fields],
    guarded: { version: { write: [] } },
  });
}

/** Tracks: the track organizer arranges them too. */
export const trackPermissions = arrangedBy(
  eventRoles('team, track organizer', ...teamRoles, 'TRACK_ORGANIZER'),
  'Track',
  ['description', 'color', 'sessions'],
);
/** Rooms. */
export const roomPermissions = arrangedBy(team, 'Room', ['floor', 'room', 'latitude', 'longitude', 'sessions']);
/** Session types. */
export const sessionTypePermissions = arrangedBy(team, 'SessionType', ['lengthMinutes', 'sessions']);
/** Sponsors. */
export const sponsorPermissions = arrangedBy(team, 'Sponsor', ['description', 'url', 'logoUrl', 'level', 'type']);
