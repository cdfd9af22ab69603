/** Topics, sub-topics and types: by which the events of an installation are told apart. Administrators keep the lists. */
import type { Rel } from '@mikro-orm/core';
import { Unique } from '@mikro-orm/decorators/legacy';
import { ObjectType } from 'type-graphql';
import { Event, EventArgs, EventConnection } from '../events/event.entity.ts';
import { Column, Connection, EntityBase, Link, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';

/** What all three have in common. */
@ObjectType({ simpleResolvers: true })
abstract class EventLabel extends EntityBase {
  @Column('name')
  name!: string;
  @Column('slug', { description: 'For addresses: small letters, digits and dashes.' })
  slug!: string;
  @Column('int', {
    default: '1',
    description: 'Increases with every change; pass it in an update to detect conflicting edits.',
  })
  version: number = 1;
}

/** What an event is about. */
@Resource('event_topics', 'What an event is about, such as science or music.', 'name ASC')
@Unique({ properties: ['slug'] })
export class EventTopic extends EventLabel {
  @Column('url', {
    nullable: true,
    description: 'The picture of events of this topic that have none of their own.',
  })
  systemImageUrl!: string | null;
  @Connection(() => EventSubTopic, () => ({ connection: EventSubTopicConnection, args: EventSubTopicArgs }), {
    by: 'topic',
  })
  subTopics!: unknown;
  @Connection(() => Event, () => ({ connection: EventConnection, args: EventArgs }), { by: 'topic' })
  events!: unknown;
}

/** A part of a topic. */
@Resource('event_sub_topics', 'A part of a topic, such as physics.', 'name ASC')
@Unique({ properties: ['slug'] })
export class EventSubTopic extends EventLabel {
  @Link(() => EventTopic, { onDelete: 'restrict' })
  topic!: Rel<EventTopic>;
  @Connection(() => Event, () => ({ connection: EventConnection, args: EventArgs }), { by: 'subTopic' })
  events!: unknown;
}

/** What kind of gathering an event is. */
@Resource('event_types', 'What kind of gathering an event is, such as a conference or a course.', 'name ASC')
@Unique({ properties: ['slug'] })
export class EventType extends EventLabel {
  @Connection(() => Event, () => ({ connection: EventConnection, args: EventArgs }), { by: 'type' })
  events!: unknown;
}

const filter = { id: conditions.id, name: conditions.text, slug: conditions.text };
const orders = ['name', 'createdAt'] as const;

/** A page of topics. */
export const EventTopicConnection = connectionType('EventTopic', () => EventTopic, 'topic');
/** Conditions on topics. */
export const EventTopicFilter = filterType('EventTopic', filter);
/** Orders of topics. */
export const EventTopicOrder = orderType('EventTopic', orders);
/** The arguments of lists of topics. */
export const EventTopicArgs = listArgs(
  () => EventTopicFilter,
  () => EventTopicOrder,
);

/** A page of sub-topics. */
export const EventSubTopicConnection = connectionType('EventSubTopic', () => EventSubTopic, 'sub-topic');
/** Conditions on sub-topics. */
export const EventSubTopicFilter = filterType('EventSubTopic', { ...filter, topic: conditions.id });
/** Orders of sub-topics. */
export const EventSubTopicOrder = orderType('EventSubTopic', orders);
/** The arguments of lists of sub-topics. */
export const EventSubTopicArgs = listArgs(
  () => EventSubTopicFilter,
  () => EventSubTopicOrder,
);

/** A page of types. */
export const EventTypeConnection = connectionType('EventType', () => EventType, 'type of events');
/** Conditions on types. */
export const EventTypeFilter = filterType('EventType', filter);
/** Orders of types. */
export const EventTypeOrder = orderType('EventType', orders);
/** The arguments of lists of types. */
export const EventTypeArgs = listArgs(
  () => EventTypeFilter,
  () => EventTypeOrder,
);
