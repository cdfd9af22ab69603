/**
 * Notes that several tables share, in the words of the tables. `event` notes are for rows that hang on an event
 * through their relation `event`; notes on the event itself are in events/event.permissions.ts.
 */
import {
  all,
  any,
  column,
  future,
  holdsEventRole,
  isNull,
  isViewersAddress,
  past,
  some,
  via,
  viewerIs,
} from './condition.ts';
import type { Condition } from './condition.ts';
import type { Actor, Note } from './table.ts';

/** The event roles that make up the team of an event. */
export const teamRoles = ['OWNER', 'ORGANIZER', 'COORGANIZER'] as const;

/** An actor that is a set of event roles; its rights come with note 1 only. */
export const eventRoles = (name: string, ...roles: string[]): Actor => ({
  name,
  who: viewerIs('signedIn'),
  roles,
});

/** Owner, organizers and coorganizers of the event. */
export const team = eventRoles('event organizer (team)', ...teamRoles);

/** The row's address is the viewer's, who has proved it: the one person who answers an invite. */
export const isInvitee = all(viewerIs('verified'), isViewersAddress('email'));

/** Note 1, for rows of an event. */
export const ofOwnEvent: Note = {
  text: "only of own events (the viewer holds the row's role in that very event)",
  holds: (actor) => via('event', holdsEventRole(...(actor.roles ?? []))),
};

/** Note 1, for events themselves. */
export const ownEvent: Note = {
  text: ofOwnEvent.text,
  holds: (actor) => holdsEventRole(...(actor.roles ?? [])),
};

/** An event in state published. */
export const published: Condition = column('state', 'PUBLISHED');

/** Note 4, for rows of an event. */
export const ofPublishedEvent: Note = {
  text: 'only of events in state published',
  holds: via('event', published),
};

/** The viewer is on the team of the event that the row hangs on. */
export const onTeamOfEvent: Condition = via('event', holdsEventRole(...teamRoles));

/** A call for speakers that is open now. A private one also needs its hash, which the service compares. */
const callIsOpenAt: Condition = all(
  column('isEnabled', true),
  past('startsAt'),
  any(future('softEndsAt'), all(isNull('softEndsAt'), future('endsAt'))),
);

/** Note 5, for rows of an event. */
export const callIsOpen: Note = {
  text: "the event's call for speakers is open",
  holds: via('event', some('callForSpeakers', callIsOpenAt)),
};

/** The row and the event that it hangs on are not deleted. */
export const livesWithItsEvent: Condition = all(isNull('deletedAt'), via('event', isNull('deletedAt')));

/** The event that the row hangs on is not deleted. */
export const hangsOnLivingEvent: Condition = via('event', isNull('deletedAt'));

/** A grant to staff, which every table with guarded fields names. */
export const toStaff: Note = { text: 'staff', holds: viewerIs('staff') };

/** A grant to the team of the event that the row hangs on. */
export const toTeam: Note = { text: 'team of the event', holds: onTeamOfEvent };
