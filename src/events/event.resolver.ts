/** The root fields of events. */
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { withEventRole } from '../permissions/viewer.ts';
import type { Page } from '../platform/data/reader/list.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { Context } from '../platform/graphql/context.ts';
import { badInput } from '../platform/graphql/errors.ts';
import { Verbatim } from '../platform/graphql/json-text.ts';
import { uuidOf } from '../platform/graphql/node.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import type { PageArgs } from '../platform/graphql/connection.ts';
import { Event, EventArgs, EventConnection } from './event.entity.ts';
import { copyEvent } from './event.copy.ts';
import { CopyEventInput, CreateEventInput, EventPayload, UpdateEventInput } from './event.inputs.ts';
import { purgeEvent, restoreEvent } from './event.restore.ts';
import { publishSchedule, unpublishSchedule } from './event.schedule.ts';
import { createEvent, deleteEvent, publishEvent, unpublishEvent, updateEvent } from './event.service.ts';
import { EventRole } from './event.states.ts';

/** Queries and mutations of events. */
@Resolver()
export class EventResolver {
  @Query(() => EventConnection, { description: 'Events.' })
  @Verbatim()
  events(
    @Args(() => EventArgs) args: PageArgs,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<Page> {
    return read.list('Event', args as never, info);
  }

  @Query(() => Event, { nullable: true, description: 'One event, by its id or by its identifier.' })
  @Verbatim()
  async event(
    @Arg('id', () => ID, { nullable: true }) id: string | null,
    @Arg('identifier', () => String, { nullable: true }) identifier: string | null,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<PlainRow | null> {
    if ((id ?? null) === null && typeof identifier === 'string')
      return read.single('Event', { identifier }, info);
    if (typeof id !== 'string' || typeof identifier === 'string') {
      throw badInput([{ path: ['id'], message: 'give exactly one of id and identifier' }]);
    }
    const uuid = uuidOf('Event', id, 'id');
    return uuid === null ? null : read.single('Event', { id: uuid }, info);
  }

  @Mutation(() => EventPayload)
  createEvent(
    @Arg('input', () => CreateEventInput) input: CreateEventInput,
    @Ctx() { write, viewer }: Context,
  ) {
    return write.transaction(async (changes) => {
      const { id } = await createEvent(changes, input);
      return payload('event', 'Event', id, withEventRole(viewer, EventRole.OWNER, id));
    });
  }

  @Mutation(() => EventPayload, {
    description:
      'Copies an event, as a draft of the viewer: with the parts that are named, without members, invites, feedback and favourites.',
  })
  copyEvent(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => CopyEventInput, { defaultValue: {} }) input: CopyEventInput,
    @Ctx() { write, viewer, config }: Context,
  ) {
    return write.transaction(async (changes) => {
      const copy = await copyEvent(changes, id, input, config.http.publicUrl);
      return payload('event', 'Event', copy.id, withEventRole(viewer, EventRole.OWNER, copy.id));
    });
  }

  @Mutation(() => EventPayload)
  updateEvent(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateEventInput) input: UpdateEventInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('event', 'Event', (await updateEvent(changes, id, input)).id),
    );
  }

  @Mutation(() => EventPayload, { description: 'Shows an event to everybody.' })
  publishEvent(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('event', 'Event', (await publishEvent(changes, id)).id),
    );
  }

  @Mutation(() => EventPayload, { description: 'Takes an event back into draft.' })
  unpublishEvent(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('event', 'Event', (await unpublishEvent(changes, id)).id),
    );
  }

  @Mutation(() => EventPayload, {
    description:
      'Publishes the schedule: a date on the event, and a mail to its speakers. It hides and shows nothing.',
  })
  publishSchedule(@Arg('eventId', () => ID) eventId: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('event', 'Event', (await publishSchedule(changes, eventId)).id),
    );
  }

  @Mutation(() => EventPayload, { description: 'Takes the date of the schedule away; nobody is told.' })
  unpublishSchedule(@Arg('eventId', () => ID) eventId: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('event', 'Event', (await unpublishSchedule(changes, eventId)).id),
    );
  }

  @Mutation(() => DeletePayload)
  deleteEvent(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => deleted('Event', (await deleteEvent(changes, id)).id));
  }
  @Mutation(() => EventPayload, {
    description:
      'Brings a deleted event back with all that hangs on it; its id stands in the activity of its deletion. As a draft, where its owner could not publish it now.',
  })
  restoreEvent(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => payload('event', 'Event', await restoreEvent(changes, id)));
  }

  @Mutation(() => DeletePayload, {
    description:
      'Removes a deleted event for good, with all that hangs on it and its files. Nothing brings it back.',
  })
  purgeEvent(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => deleted('Event', await purgeEvent(changes, id)));
  }
}
