/** The enums of events, apart from the entities, which form cycles. */
import { registerEnumType } from 'type-graphql';

/** Whether an event is shown to everybody. */
export enum EventState {
  DRAFT = 'DRAFT',
  PUBLISHED = 'PUBLISHED',
}
registerEnumType(EventState, { name: 'EventState', description: 'Whether an event is shown to everybody.' });

/** Whether a published event is listed. */
export enum EventPrivacy {
  PUBLIC = 'PUBLIC',
  PRIVATE = 'PRIVATE',
}
registerEnumType(EventPrivacy, {
  name: 'EventPrivacy',
  description: 'Whether a published event is listed; a private one is found by its id or identifier.',
});

/** What a person may be at an event. */
export enum EventRole {
  OWNER = 'OWNER',
  ORGANIZER = 'ORGANIZER',
  COORGANIZER = 'COORGANIZER',
  TRACK_ORGANIZER = 'TRACK_ORGANIZER',
  MODERATOR = 'MODERATOR',
  REGISTRAR = 'REGISTRAR',
}
registerEnumType(EventRole, { name: 'EventRole', description: 'What a person may be at an event.' });

/** What hangs on an event and can be copied with it. */
export enum EventPart {
  TRACKS = 'TRACKS',
  ROOMS = 'ROOMS',
  SESSION_TYPES = 'SESSION_TYPES',
  SPONSORS = 'SPONSORS',
  SOCIAL_LINKS = 'SOCIAL_LINKS',
  FAQS = 'FAQS',
  COPYRIGHT = 'COPYRIGHT',
  FORMS = 'FORMS',
  CALL_FOR_SPEAKERS = 'CALL_FOR_SPEAKERS',
  SPEAKERS = 'SPEAKERS',
  SESSIONS = 'SESSIONS',
}
registerEnumType(EventPart, {
  name: 'EventPart',
  description:
    'What hangs on an event and can be copied with it. SPEAKERS: profiles without the people behind them and without what only the team reads, but ' +
    'with their addresses, so that they can be invited. SESSIONS: those that are pending, accepted or confirmed, as pending ones, without answers and comments.',
});
