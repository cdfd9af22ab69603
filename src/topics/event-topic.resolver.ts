/** The root fields of topics, sub-topics and types. */
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { Page } from '../platform/data/reader/list.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { PageArgs } from '../platform/graphql/connection.ts';
import type { Context } from '../platform/graphql/context.ts';
import { badInput } from '../platform/graphql/errors.ts';
import { uuidOf } from '../platform/graphql/node.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import {
  EventSubTopic,
  EventSubTopicArgs,
  EventSubTopicConnection,
  EventTopic,
  EventTopicArgs,
  EventTopicConnection,
  EventType,
  EventTypeArgs,
  EventTypeConnection,
} from './event-topic.entity.ts';
import {
  CreateEventSubTopicInput,
  CreateEventTopicInput,
  CreateEventTypeInput,
  EventSubTopicPayload,
  EventTopicPayload,
  EventTypePayload,
  UpdateEventSubTopicInput,
  UpdateEventTopicInput,
  UpdateEventTypeInput,
} from './event-topic.inputs.ts';
import { createLabel, createSubTopic, deleteLabel, updateLabel } from './event-topic.service.ts';

/** Queries and mutations of topics, sub-topics and types. */
@Resolver()
export class EventTopicResolver {
  @Query(() => EventTopicConnection)
  eventTopics(
    @Args(() => EventTopicArgs) args: PageArgs,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<Page> {
    return read.list('EventTopic', args as never, info);
  }

  @Query(() => EventTopic, { nullable: true, description: 'One topic, by its id or by its slug.' })
  async eventTopic(
    @Arg('id', () => ID, { nullable: true }) id: string | null,
    @Arg('slug', () => String, { nullable: true }) slug: string | null,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<PlainRow | null> {
    if ((typeof id === 'string') === (typeof slug === 'string'))
      throw badInput([{ path: ['id'], message: 'give exactly one of id and slug' }]);
    if (typeof slug === 'string') return read.single('EventTopic', { slug }, info);
    const uuid = uuidOf('EventTopic', id!, 'id');
    return uuid === null ? null : read.single('EventTopic', { id: uuid }, info);
  }

  @Query(() => EventSubTopicConnection)
  eventSubTopics(
    @Args(() => EventSubTopicArgs) args: PageArgs,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<Page> {
    return read.list('EventSubTopic', args as never, info);
  }

  @Query(() => EventTypeConnection)
  eventTypes(
    @Args(() => EventTypeArgs) args: PageArgs,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<Page> {
    return read.list('EventType', args as never, info);
  }

  @Mutation(() => EventTopicPayload)
  createEventTopic(
    @Arg('input', () => CreateEventTopicInput) input: CreateEventTopicInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('eventTopic', 'EventTopic', (await createLabel(changes, EventTopic, input)).id),
    );
  }

  @Mutation(() => EventTopicPayload)
  updateEventTopic(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateEventTopicInput) input: UpdateEventTopicInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('eventTopic', 'EventTopic', (await updateLabel(changes, EventTopic, id, input)).id),
    );
  }

  @Mutation(() => DeletePayload, { description: 'One that no event is of.' })
  deleteEventTopic(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('EventTopic', (await deleteLabel(changes, EventTopic, id)).id),
    );
  }

  @Mutation(() => EventSubTopicPayload)
  createEventSubTopic(
    @Arg('input', () => CreateEventSubTopicInput) input: CreateEventSubTopicInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('eventSubTopic', 'EventSubTopic', (await createSubTopic(changes, input)).id),
    );
  }

  @Mutation(() => EventSubTopicPayload)
  updateEventSubTopic(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateEventSubTopicInput) input: UpdateEventSubTopicInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('eventSubTopic', 'EventSubTopic', (await updateLabel(changes, EventSubTopic, id, input)).id),
    );
  }

  @Mutation(() => DeletePayload, { description: 'One that no event is of.' })
  deleteEventSubTopic(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('EventSubTopic', (await deleteLabel(changes, EventSubTopic, id)).id),
    );
  }

  @Mutation(() => EventTypePayload)
  createEventType(
    @Arg('input', () => CreateEventTypeInput) input: CreateEventTypeInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('eventType', 'EventType', (await createLabel(changes, EventType, input)).id),
    );
  }

  @Mutation(() => EventTypePayload)
  updateEventType(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateEventTypeInput) input: UpdateEventTypeInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('eventType', 'EventType', (await updateLabel(changes, EventType, id, input)).id),
    );
  }

  @Mutation(() => DeletePayload, { description: 'One that no event is of.' })
  deleteEventType(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('EventType', (await deleteLabel(changes, EventType, id)).id),
    );
  }
}
