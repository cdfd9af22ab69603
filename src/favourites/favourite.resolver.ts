/** The root fields of favourites. The list of them hangs on the person. */
import { Arg, Ctx, Field, ID, Mutation, ObjectType, Resolver } from 'type-graphql';
import { EventPayload } from '../events/event.inputs.ts';
import type { Context } from '../platform/graphql/context.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import { UrlScalar } from '../platform/graphql/scalars.ts';
import { SessionPayload } from '../sessions/session.inputs.ts';
import { sessionPayload } from '../sessions/session.overlaps.ts';
import {
  createCalendarAddress,
  deleteFavourite,
  revokeCalendarAddress,
  setFavourite,
} from './favourite.service.ts';

/** The private address of a calendar. */
@ObjectType({ simpleResolvers: true, description: 'The private address of a calendar, shown once.' })
export class CalendarAddressPayload {
  @Field(() => UrlScalar, {
    description: 'Whoever knows it can read the calendar: treat it like a password.',
  })
  url!: string;
}

/** Mutations of favourites. */
@Resolver()
export class FavouriteResolver {
  @Mutation(() => EventPayload, { description: 'Marks an event for oneself.' })
  favouriteEvent(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('event', 'Event', await setFavourite(changes, 'Event', id, true)),
    );
  }

  @Mutation(() => EventPayload, { description: 'Takes the mark from an event.' })
  unfavouriteEvent(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('event', 'Event', await setFavourite(changes, 'Event', id, false)),
    );
  }

  @Mutation(() => SessionPayload, { description: 'Marks a session for oneself.' })
  favouriteSession(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      sessionPayload(await setFavourite(changes, 'Session', id, true)),
    );
  }

  @Mutation(() => SessionPayload, { description: 'Takes the mark from a session.' })
  unfavouriteSession(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      sessionPayload(await setFavourite(changes, 'Session', id, false)),
    );
  }

  @Mutation(() => CalendarAddressPayload, {
    description:
      'Creates a private address at which calendar programs read the events and sessions that you marked. An earlier address stops working.',
  })
  async createCalendarAddress(@Ctx() { write, config }: Context): Promise<CalendarAddressPayload> {
    return {
      url: await write.transaction((changes) => createCalendarAddress(changes, config.http.publicUrl)),
    };
  }

  @Mutation(() => Boolean, {
    description: 'Revokes the private address of your calendar. False if there was none.',
  })
  revokeCalendarAddress(@Ctx() { write }: Context): Promise<boolean> {
    return write.transaction((changes) => revokeCalendarAddress(changes));
  }

  @Mutation(() => DeletePayload, { description: 'Deletes a favourite, also of what is hidden by now.' })
  deleteFavourite(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('Favourite', (await deleteFavourite(changes, id)).id),
    );
  }
}
