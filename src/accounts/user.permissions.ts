/** The permission table of users: what anybody sees of people, and who changes an account. */
import {
  all,
  any,
  column,
  isNull,
  isViewer,
  isVisible,
  not,
  some,
  via,
  viewerIs,
} from '../permissions/condition.ts';
import { hangsOnLivingEvent, onTeamOfEvent, team, toStaff } from '../permissions/notes.ts';
import type { Belonging } from '../permissions/scope.ts';
import { holders, isInReach, scopeNotes } from '../permissions/scope.ts';
import { everyone, permissionTable, registered, staff } from '../permissions/table.ts';

const self = isViewer('id');
const ownsNoEvent = not(some('eventRoles', all(column('role', 'OWNER'), hangsOnLivingEvent)));
const isWithinReachOfStaff = any(viewerIs('superAdmin'), column('isSuperAdmin', false));

// A creator is one who submitted as a registered user; what the team entered names somebody but shows nobody.
const knownToTeam = any(
  some('eventRoles', all(hangsOnLivingEvent, onTeamOfEvent)),
  some('createdSessions', all(column('enteredByTeam', false), hangsOnLivingEvent, onTeamOfEvent)),
  some('speakers', all(hangsOnLivingEvent, onTeamOfEvent, some('sessions'))),
);

const isPublicPerson = any(
  some('eventRoles', all(column('role', 'OWNER'), via('event', isVisible('Event')))),
  all(
    column('isProfilePublic', true),
    any(some('speakers', isVisible('Speaker')), some('feedbacks', isVisible('Feedback'))),
  ),
);

/** What a person belongs to: through their places in organizations. */
const belonging: Belonging = {
  organization: (held) => some('memberships', via('organization', held)),
  collaboration: (where) => some('memberships', via('organization', some('collaborations', where))),
};
// Not at own scope: that is the account itself, which is changed by self and staff.
const isMemberInReach = all(
  some('memberships'),
  isInReach('user', 'UPDATE', belonging, ['ORGANIZATION', 'COLLABORATION', 'GLOBAL']),
);

/** Users. Sign-up makes them; an admin does not touch a super admin. */
export const userPermissions = permissionTable({
  resource: 'User',
  exists: isNull('deletedAt'),
  notes: {
    ...scopeNotes(belonging),
    reach: {
      text: 'an admin does not update, block, verify or delete a super admin',
      holds: isWithinReachOfStaff,
    },
    self: { text: 'self', holds: self },
    ownsNone: { text: 'not while owner of an event', holds: ownsNoEvent },
    known: {
      text: 'those who hold a role in it, and creators and speakers of its sessions',
      holds: knownToTeam,
    },
    public: {
      text: 'the owner of an event that they may view, and people with a public profile behind a speaker or feedback that they may view',
      holds: isPublicPerson,
    },
  },
  rows: [
    { actor: staff, list: true, view: true, update: ['reach'], delete: ['reach', 'ownsNone'] },
    {
      actor: { ...registered, name: 'self' },
      view: ['self'],
      update: ['self'],
      delete: ['self', 'ownsNone'],
    },
    { actor: { ...team, name: 'team of an event' }, view: ['known'] },
    ...holders('user', { operations: ['VIEW'] }),
    { actor: everyone, view: ['public'] },
  ],
  grants: {
    self: { text: 'self', holds: self },
    team: {
      text: 'team of an event: of those who hold a role in it, and of creators and speakers of its sessions',
      holds: knownToTeam,
    },
    editors: { text: 'holders of user:update over that member (not own scope)', holds: isMemberInReach },
    staff: toStaff,
    superAdmin: { text: 'super admin', holds: viewerIs('superAdmin') },
  },
  open: [
    'id',
    'createdAt',
    'updatedAt',
    'viewerCan',
    'publicName',
    'avatarUrl',
    'speakers',
    'organizations',
    'memberships',
  ],
  guarded: {
    avatarFailure: { read: ['self', 'staff'], write: [] },
    thumbnailImageUrl: { write: [] },
    smallImageUrl: { write: [] },
    iconImageUrl: { write: [] },
    email: { read: ['self', 'team', 'staff', 'editors'], write: [] },
    username: { read: ['self', 'staff'], write: ['self', 'staff'] },
    firstName: { read: ['self', 'staff', 'editors'] },
    lastName: { read: ['self', 'staff', 'editors'] },
    locale: { read: ['self', 'staff'] },
    timezone: { read: ['self', 'staff'] },
    isProfilePublic: { read: ['self', 'staff'] },
    isAdmin: { read: ['self', 'staff'], write: ['superAdmin'] },
    isSuperAdmin: { read: ['self', 'staff'], write: ['superAdmin'] },
    isVerified: { read: ['self', 'staff'], write: ['staff'] },
    isBlocked: { read: ['self', 'staff'], write: ['staff'] },
    hasTwoFactor: { read: ['self', 'staff'], write: [] },
    lastSeenAt: { read: ['self', 'staff'], write: [] },
    version: { read: ['self', 'staff'], write: [] },
    eventRoles: { read: ['self', 'staff'], write: [] },
    membershipInvites: { read: ['self', 'staff'], write: [] },
    roleInvites: { read: ['self', 'staff'], write: [] },
    speakerInvites: { read: ['self', 'staff'], write: [] },
    feedbacks: { read: ['self', 'staff'], write: [] },
    favourites: { read: ['self'], write: [] },
    sessions: { read: ['self', 'staff'], write: [] },
    roles: { read: ['self', 'staff', 'editors'], write: [] },
    rules: { read: ['self', 'staff', 'editors'], write: [] },
    notifications: { read: ['self'], write: [] },
    unreadNotificationCount: { read: ['self'], write: [] },
  },
});
