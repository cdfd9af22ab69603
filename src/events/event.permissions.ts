/** The permission tables of events, their members and their calls for speakers. */
import { any, column, holdsEventRole, isNull, isViewer, not, some, via, viewerIs } from '../permissions/condition.ts';
import {
  eventRoles,
  hangsOnLivingEvent,
  ofOwnEvent,
  ofPublishedEvent,
  ownEvent,
  published,
  team,
  teamRoles,
  toStaff,
  toTeam,
} from '../permissions/notes.ts';
import { everyone, permissionTable, registered, staff } from '../permissions/table.ts';

const onTeam = holdsEventRole(...teamRoles);

/** Events. Creating one needs a verified account and makes its owner. */
export const eventPermissions = permissionTable({
  resource: 'Event',
  exists: isNull('deletedAt'),
  notes: {
    1: ownEvent,
    4: { text: 'only of events in state published', holds: published },
    verified: { text: 'with a verified account; becomes owner', holds: viewerIs('verified') },
  },
  rows: [
    { actor: staff, list: true, view: true, create: true, update: true, delete: true, publish: true },
    {
      actor: eventRoles('owner, organizer', 'OWNER', 'ORGANIZER'),
      list: [1], view: [1], update: [1], delete: [1], publish: [1],
    },
    { actor: eventRoles('coorganizer', 'COORGANIZER'), list: [1], view: [1], update: [1] },
    { actor: eventRoles('other event roles', 'TRACK_ORGANIZER', 'MODERATOR', 'REGISTRAR'), list: [1], view: [1] },
    { actor: { ...registered, name: 'registered, verified user' }, list: [4], view: [4], create: ['verified'] },
    { actor: everyone, list: [4], view: [4] },
  ],
  rootList: {
    text: 'an event whose privacy is private is left out of lists of events for all but team and staff',
    holds: any(column('privacy', 'PUBLIC'), viewerIs('staff'), onTeam),
  },
  remarks: [
    'Publishing needs a verified owner, a name, an end after the start and at most 20 days later, and a time zone.',
    'Naming the host organization, or another one, needs organization:update through a role in the organization named. Who holds that in the host counts as coorganizer.',
  ],
  grants: {
    team: { text: 'team of the event', holds: onTeam },
    staff: toStaff,
    marked: { text: 'who marked it', holds: some('favourites', isViewer('user')) },
  },
  open: [
    'id', 'createdAt', 'updatedAt', 'viewerCan', 'identifier', 'name', 'description', 'startsAt', 'endsAt', 'timezone',
    'locationName', 'searchableLocationName', 'latitude', 'longitude', 'online', 'privacy', 'logoUrl',
    'originalImageUrl', 'externalEventUrl', 'ticketUrl', 'ownerName', 'ownerDescription', 'codeOfConduct',
    'isSessionsSpeakersEnabled', 'owner', 'callForSpeakers', 'sessions', 'speakers', 'tracks', 'rooms', 'sessionTypes',
    'sponsors', 'customForms', 'socialLinks', 'faqs', 'copyright', 'members', 'organization', 'topic', 'subTopic', 'type', 'feedbacks', 'favouriteCount', 'isFavourite',
  ],
  guarded: {
    state: { write: [] },
    version: { write: [] },
    schedulePublishedAt: { write: [] },
    largeImageUrl: { write: [] },
    thumbnailImageUrl: { write: [] },
    iconImageUrl: { write: [] },
    logoFailure: { read: ['team', 'staff'], write: [] },
    originalImageFailure: { read: ['team', 'staff'], write: [] },
    contactEmail: { read: ['team', 'staff'] },
    scheduleConflicts: { read: ['team', 'staff'], write: [] },
    isFeatured: { write: ['staff'] },
    isPromoted: { write: ['staff'] },
    isDemoted: { write: ['staff'] },
    roleInvites: { read: ['team', 'staff'], write: [] },
  },
});

/** Members of events: made with the event and by accepted invites, never through an API of their own. */
export const eventMemberPermissions = permissionTable({
  resource: 'EventMember',
  exists: hangsOnLivingEvent,
  notes: {
    1: ofOwnEvent,
    4: ofPublishedEvent,
    own: { text: 'own', holds: isViewer('user') },
    notOwners: { text: "never the owner's", holds: not(column('role', 'OWNER')) },
    public: {
      text: 'of the owner and of people with a public profile',
      holds: any(column('role', 'OWNER'), via('user', column('isProfilePublic', true))),
    },
  },
  rows: [
    { actor: staff, list: true, view: true, update: ['notOwners'], delete: ['notOwners'] },
    {
      actor: eventRoles('owner, organizer', 'OWNER', 'ORGANIZER'),
      list: [1], view: [1], update: [1, 'notOwners'], delete: [1, 'notOwners'],
    },
    { actor: eventRoles('coorganizer', 'COORGANIZER'), list: [1], view: [1], delete: ['own', 'notOwners'] },
    { actor: { ...registered, name: 'other event roles' }, list: ['own'], view: ['own'], delete: ['own', 'notOwners'] },
    { actor: everyone, list: [4, 'public'], view: [4, 'public'] },
  ],
  remarks: [
    'A person has one role at an event: accepting another invite changes it, unless the person is the owner.',
    'No update makes an owner: an accepted owner invite does, and makes the previous owner an organizer. So nobody raises their own role.',
  ],
  grants: {
    organizers: { text: 'owner, organizer', holds: via('event', holdsEventRole('OWNER', 'ORGANIZER')) },
    staff: toStaff,
  },
  open: ['id', 'createdAt', 'updatedAt', 'viewerCan', 'event', 'user', 'role', 'since'],
  guarded: {},
});

/** Calls for speakers: set by the team; a private one is for those who ask by its hash. */
export const callForSpeakersPermissions = permissionTable({
  resource: 'CallForSpeakers',
  exists: hangsOnLivingEvent,
  notes: {
    1: ofOwnEvent,
    4: ofPublishedEvent,
    public: { text: 'public or asked for by its hash', holds: column('privacy', 'PUBLIC') },
  },
  rows: [
    { actor: staff, list: true, view: true, create: true, update: true, delete: true },
    { actor: team, list: [1], view: [1], create: [1], update: [1], delete: [1] },
    { actor: everyone, list: [4, 'public'], view: [4, 'public'] },
  ],
  grants: { team: toTeam, staff: toStaff },
  open: [
    'id', 'createdAt', 'updatedAt', 'viewerCan', 'event', 'startsAt', 'endsAt', 'softEndsAt', 'announcement', 'privacy',
    'isEnabled', 'allowsEditsAfterEnd',
  ],
  guarded: { hash: { read: ['team', 'staff'], write: ['team'] } },
});
