/** The slice of events: events, their members, their calls for speakers. */
import { byCell, forEveryone, forStaff } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { CallForSpeakers } from './call-for-speakers.entity.ts';
import { CallForSpeakersResolver } from './call-for-speakers.resolver.ts';
import { Event } from './event.entity.ts';
import { EventMember } from './event-member.entity.ts';
import { EventMemberResolver } from './event-member.resolver.ts';
import { EventSubscriptions } from './event.live.ts';
import { callForSpeakersPermissions, eventMemberPermissions, eventPermissions } from './event.permissions.ts';
import { EventResolver } from './event.resolver.ts';
import { schedulePublished } from './event.schedule.ts';

/** Events. */
export const eventSlice: Slice = {
  entities: [Event, EventMember, CallForSpeakers],
  permissions: [eventPermissions, eventMemberPermissions, callForSpeakersPermissions],
  resolvers: [EventResolver, EventMemberResolver, CallForSpeakersResolver, EventSubscriptions],
  operations: {
    Query: { events: forEveryone, event: forEveryone, callForSpeakers: forEveryone },
    Mutation: {
      createEvent: byCell('Event', 'create'),
      copyEvent: byCell('Event', 'update', 'create'),
      updateEvent: byCell('Event', 'update'),
      publishEvent: byCell('Event', 'publish'),
      unpublishEvent: byCell('Event', 'publish'),
      deleteEvent: byCell('Event', 'delete'),
      restoreEvent: forStaff,
      purgeEvent: forStaff,
      publishSchedule: byCell('Event', 'update'),
      unpublishSchedule: byCell('Event', 'update'),
      updateEventMember: byCell('EventMember', 'update'),
      removeEventMember: byCell('EventMember', 'delete'),
      setCallForSpeakers: byCell('CallForSpeakers', 'update'),
      resetCallForSpeakersHash: byCell('CallForSpeakers', 'update'),
      deleteCallForSpeakers: byCell('CallForSpeakers', 'delete'),
    },
    Subscription: { eventChanged: forEveryone },
  },
  notifications: [schedulePublished],
};
