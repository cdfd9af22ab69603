/** The permission table of speakers. */
import { entriesOfPublicFields } from '../forms/form.entries.ts';
import { all, any, column, isNull, isViewer, not, some } from '../permissions/condition.ts';
import {
  callIsOpen,
  livesWithItsEvent,
  ofOwnEvent,
  ofPublishedEvent,
  team,
  toStaff,
  toTeam,
} from '../permissions/notes.ts';
import { everyone, permissionTable, registered, staff } from '../permissions/table.ts';
import { isPublicSession, isSelfSubmitted, isSpokenByViewer } from '../sessions/session.permissions.ts';

const isOwnProfile = isViewer('user');
const isUnclaimedOfViewer = all(isNull('user'), isViewer('creator'), column('enteredByTeam', false));
const isOwnOrUnclaimed = any(isOwnProfile, isUnclaimedOfViewer);

/** Speakers. */
export const speakerPermissions = permissionTable({
  resource: 'Speaker',
  exists: livesWithItsEvent,
  notes: {
    1: ofOwnEvent,
    2: {
      text: 'only of speakers with at least one session in state accepted or confirmed',
      holds: some('sessions', isPublicSession),
    },
    3: {
      text: 'only of self-submitted sessions, of sessions the viewer speaks at, the own profile, or one without a user that the viewer so created',
      holds: any(isOwnOrUnclaimed, some('sessions', any(isSelfSubmitted, isSpokenByViewer))),
    },
    4: ofPublishedEvent,
    5: callIsOpen,
    own: {
      text: 'own profile, or one without a user that the viewer created as a registered user',
      holds: isOwnOrUnclaimed,
    },
    early: { text: 'of no accepted or confirmed session', holds: not(some('sessions', isPublicSession)) },
  },
  rows: [
    { actor: staff, list: true, view: true, create: true, update: true, delete: true },
    { actor: team, list: [1], view: [1], create: [1], update: [1], delete: [1] },
    { actor: registered, list: [3], view: [3], create: [4, 5], update: ['own'], delete: ['own', 'early'] },
    { actor: everyone, list: [2, 4], view: [2, 4] },
  ],
  remarks: [
    'Sessions and speakers are linked where the viewer may update both; links that stand may be repeated. A co-speaker takes away the own profile alone.',
    "A profile whose user is the viewer has the viewer's address; for another person's its creator leaves the e-mail empty; team and staff set any.",
    'A profile gets its user by createSpeaker, by an invite that is accepted, or by createSpeaker of a verified person whose address stands on a profile without a user.',
  ],
  grants: {
    self: { text: 'self', holds: isOwnProfile },
    creator: { text: 'its creator while it has no user', holds: isUnclaimedOfViewer },
    team: toTeam,
    staff: toStaff,
  },
  open: [
    'id',
    'createdAt',
    'updatedAt',
    'viewerCan',
    'event',
    'name',
    'photoUrl',
    'organisation',
    'position',
    'country',
    'city',
    'shortBiography',
    'longBiography',
    'website',
    'twitter',
    'facebook',
    'github',
    'linkedin',
    'instagram',
    'mastodon',
    'sessions',
  ],
  guarded: {
    user: { write: [] },
    version: { write: [] },
    thumbnailImageUrl: { write: [] },
    smallImageUrl: { write: [] },
    iconImageUrl: { write: [] },
    photoFailure: { read: ['self', 'creator', 'team', 'staff'], write: [] },
    isFeatured: { write: ['team', 'staff'] },
    order: { write: ['team', 'staff'] },
    email: { read: ['self', 'creator', 'team', 'staff'] },
    mobile: { read: ['self', 'creator', 'team', 'staff'] },
    address: { read: ['self', 'creator', 'team', 'staff'] },
    gender: { read: ['self', 'creator', 'team', 'staff'] },
    heardFrom: { read: ['self', 'creator', 'team', 'staff'] },
    sponsorshipRequired: { read: ['self', 'creator', 'team', 'staff'] },
    speakingExperience: { read: ['self', 'creator', 'team', 'staff'] },
    answers: { entries: { all: ['self', 'creator', 'team', 'staff'], ...entriesOfPublicFields('SPEAKER') } },
  },
});
