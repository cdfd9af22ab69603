/** The slice of topics, sub-topics and types of events. */
import { byCell, forEveryone } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { EventSubTopic, EventTopic, EventType } from './event-topic.entity.ts';
import {
  eventSubTopicPermissions,
  eventTopicPermissions,
  eventTypePermissions,
} from './event-topic.permissions.ts';
import { EventTopicResolver } from './event-topic.resolver.ts';

/** Topics, sub-topics and types. */
export const eventTopicSlice: Slice = {
  entities: [EventTopic, EventSubTopic, EventType],
  permissions: [eventTopicPermissions, eventSubTopicPermissions, eventTypePermissions],
  resolvers: [EventTopicResolver],
  operations: {
    Query: {
      eventTopics: forEveryone,
      eventTopic: forEveryone,
      eventSubTopics: forEveryone,
      eventTypes: forEveryone,
    },
    Mutation: {
      createEventTopic: byCell('EventTopic', 'create'),
      updateEventTopic: byCell('EventTopic', 'update'),
      deleteEventTopic: byCell('EventTopic', 'delete'),
      createEventSubTopic: byCell('EventSubTopic', 'create'),
      updateEventSubTopic: byCell('EventSubTopic', 'update'),
      deleteEventSubTopic: byCell('EventSubTopic', 'delete'),
      createEventType: byCell('EventType', 'create'),
      updateEventType: byCell('EventType', 'update'),
      deleteEventType: byCell('EventType', 'delete'),
    },
  },
};
