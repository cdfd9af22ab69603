/** The permission tables of what the team arranges: tracks, rooms, session types, sponsors, social links, FAQs, copyright. */
import {
  eventRoles,
  hangsOnLivingEvent,
  ofOwnEvent,
  ofPublishedEvent,
  team,
  teamRoles,
  toStaff,
  toTeam,
} from '../permissions/notes.ts';
import type { Actor, PermissionTable } from '../permissions/table.ts';
import { everyone, permissionTable, staff } from '../permissions/table.ts';

/** @param made fields that nobody sets @param pictures fields that say why a picture was not taken, for those who name it */
function arrangedBy(
  actor: Actor,
  resource: string,
  fields: string[],
  { made = [], pictures = [] }: { made?: string[]; pictures?: string[] } = {},
): PermissionTable {
  return permissionTable({
    resource,
    exists: hangsOnLivingEvent,
    notes: { 1: ofOwnEvent, 4: ofPublishedEvent },
    rows: [
      { actor: staff, list: true, view: true, create: true, update: true, delete: true },
      { actor, list: [1], view: [1], create: [1], update: [1], delete: [1] },
      { actor: everyone, list: [4], view: [4] },
    ],
    grants: { team: toTeam, staff: toStaff },
    open: ['id', 'createdAt', 'updatedAt', 'viewerCan', 'event', ...fields],
    guarded: {
      ...Object.fromEntries(['version', ...made].map((field) => [field, { write: [] }])),
      ...Object.fromEntries(
        pictures.map((field) => [field, { read: ['team', 'staff'] as const, write: [] }]),
      ),
    },
  });
}

/** Tracks: the track organizer arranges them too. */
export const trackPermissions = arrangedBy(
  eventRoles('team, track organizer', ...teamRoles, 'TRACK_ORGANIZER'),
  'Track',
  ['name', 'position', 'description', 'color', 'sessions'],
);
/** Rooms. */
export const roomPermissions = arrangedBy(team, 'Room', [
  'name',
  'position',
  'floor',
  'room',
  'latitude',
  'longitude',
  'sessions',
]);
/** Session types. */
export const sessionTypePermissions = arrangedBy(team, 'SessionType', [
  'name',
  'position',
  'lengthMinutes',
  'sessions',
]);
/** Sponsors. */
export const sponsorPermissions = arrangedBy(
  team,
  'Sponsor',
  ['name', 'position', 'description', 'url', 'logoUrl', 'level', 'type'],
  { pictures: ['logoFailure'] },
);
/** Social links. */
export const socialLinkPermissions = arrangedBy(team, 'SocialLink', ['name', 'position', 'link'], {
  made: ['identifier'],
});
/** FAQs. */
export const faqPermissions = arrangedBy(team, 'Faq', ['question', 'answer', 'position']);
/** Copyright. */
export const copyrightPermissions = arrangedBy(
  team,
  'Copyright',
  ['holder', 'holderUrl', 'licence', 'licenceUrl', 'logoUrl', 'year'],
  { pictures: ['logoFailure'] },
);
