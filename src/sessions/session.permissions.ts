/** The permission table of sessions. The steps of the state machine are in session.states.ts. */
import { entriesOfPublicFields } from '../forms/form.entries.ts';
import type { Condition } from '../permissions/condition.ts';
import { all, any, column, future, isViewer, some, via } from '../permissions/condition.ts';
import {
  callIsOpen,
  eventRoles,
  livesWithItsEvent,
  ofOwnEvent,
  ofPublishedEvent,
  toStaff,
  toTeam,
} from '../permissions/notes.ts';
import type { Note } from '../permissions/table.ts';
import { everyone, permissionTable, registered, staff } from '../permissions/table.ts';
import { sessionSteps } from './session.states.ts';

/** Sessions that are on the programme. */
export const isPublicSession = column('state', 'ACCEPTED', 'CONFIRMED');
/** Sessions that the viewer submitted as a registered user, not as team or staff. */
export const isSelfSubmitted = all(isViewer('creator'), column('enteredByTeam', false));
/** Sessions with a profile whose user is the viewer. */
export const isSpokenByViewer = some('speakers', isViewer('user'));

/**
 * Note 7: until when creator and speakers edit. What is on the programme is theirs to complete until the event ends,
 * what waits for a decision where the call says so.
 */
export const maySessionBeEdited: Note = {
  text: "the event's call for speakers is open, or the session is accepted or confirmed and the event has not ended, or it is pending and the call allows edits after its end",
  holds: any(
    callIsOpen.holds as Condition,
    all(isPublicSession, via('event', future('endsAt'))),
    all(
      column('state', 'PENDING'),
      via('event', some('callForSpeakers', column('allowsEditsAfterEnd', true))),
    ),
  ),
};

/** Sessions. */
export const sessionPermissions = permissionTable({
  resource: 'Session',
  exists: livesWithItsEvent,
  notes: {
    1: ofOwnEvent,
    2: { text: 'only of sessions in state accepted or confirmed', holds: isPublicSession },
    3: { text: 'only of self-submitted sessions', holds: isSelfSubmitted },
    4: ofPublishedEvent,
    5: callIsOpen,
    6: { text: 'the session is not locked', holds: column('isLocked', false) },
    7: maySessionBeEdited,
    speaks: { text: 'a profile whose user is the viewer speaks in it', holds: isSpokenByViewer },
    early: {
      text: 'in draft, pending, rejected, withdrawn',
      holds: column('state', 'DRAFT', 'PENDING', 'REJECTED', 'WITHDRAWN'),
    },
  },
  rows: [
    { actor: staff, list: true, view: true, create: true, update: true, delete: true, lock: true },
    {
      actor: eventRoles('owner, organizer', 'OWNER', 'ORGANIZER'),
      list: [1],
      view: [1],
      create: [1],
      update: [1],
      delete: [1],
      lock: [1],
    },
    {
      actor: eventRoles('coorganizer', 'COORGANIZER'),
      list: [1],
      view: [1],
      create: [1],
      update: [1, 6],
      delete: [1, 6],
    },
    { actor: eventRoles('track organizer, moderator', 'TRACK_ORGANIZER', 'MODERATOR'), list: [1], view: [1] },
    {
      actor: { ...registered, name: 'speaker of the session' },
      list: ['speaks'],
      view: ['speaks'],
      update: ['speaks', 7, 6],
    },
    { actor: registered, list: [3], view: [3], create: [4, 5], update: [3, 7, 6], delete: [3, 6, 'early'] },
    { actor: everyone, list: [2, 4], view: [2, 4] },
  ],
  steps: sessionSteps,
  remarks: [
    'Steps are judged by this and by view alone: a lock does not stop them.',
    'From DRAFT, creator and speakers submit while the call for speakers is open; team and staff submit what was entered as team or staff.',
    'A session is created as PENDING unless the input says DRAFT; team and staff may say any state.',
  ],
  grants: {
    creator: { text: 'creator', holds: isSelfSubmitted },
    submitters: { text: 'creator, its speakers', holds: any(isSelfSubmitted, isSpokenByViewer) },
    callIsOpen,
    marked: { text: 'who marked it', holds: some('favourites', isViewer('user')) },
    team: toTeam,
    staff: toStaff,
  },
  open: [
    'id',
    'createdAt',
    'updatedAt',
    'viewerCan',
    'event',
    'track',
    'sessionType',
    'title',
    'subtitle',
    'level',
    'language',
    'shortAbstract',
    'longAbstract',
    'website',
    'twitter',
    'facebook',
    'github',
    'linkedin',
    'instagram',
    'gitlab',
    'mastodon',
    'slidesUrl',
    'videoUrl',
    'audioUrl',
    'signupUrl',
    'possibleStates',
    'speakers',
    'speakerInvites',
    'favouriteCount',
    'isFavourite',
  ],
  guarded: {
    state: { write: [] },
    version: { write: [] },
    startsAt: { write: ['team', 'staff'] },
    endsAt: { write: ['team', 'staff'] },
    room: { write: ['team', 'staff'] },
    order: { write: ['team', 'staff'] },
    comments: { read: ['submitters', 'team', 'staff'] },
    creator: { read: ['submitters', 'team', 'staff'], write: [] },
    submittedAt: { read: ['submitters', 'team', 'staff'], write: [] },
    isLocked: { read: ['submitters', 'team', 'staff'], write: [] },
    answers: { entries: { all: ['creator', 'team', 'staff'], ...entriesOfPublicFields('SESSION') } },
    averageRating: { read: ['team', 'staff'], write: [] },
    ratingCount: { read: ['team', 'staff'], write: [] },
    feedbacks: { read: ['team', 'staff'], write: [] },
  },
});
