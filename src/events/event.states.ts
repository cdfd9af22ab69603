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
