/** The root fields of favourites. The list of them hangs on the person. */
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { EventPayload } from '../events/event.inputs.ts';
import type { Context } from '../platform/graphql/context.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import { SessionPayload } from '../sessions/session.inputs.ts';
import { sessionPayload } from '../sessions/session.overlaps.ts';
import { deleteFavourite, setFavourite } from './favourite.service.ts';

/** Mutations of favourites. */
@Resolver()
export class FavouriteResolver {
  @Mutation(() => EventPayload, { description: 'Marks an event for oneself.' })
  favouriteEvent(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => payload('event', 'Event', await setFavourite(changes, 'Event', id, true)));
  }

  @Mutation(() => EventPayload, { description: 'Takes the mark from an event.' })
  unfavouriteEvent(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => payload('event', 'Event', await setFavourite(changes, 'Event', id, false)));
  }

  @Mutation(() => SessionPayload, { description: 'Marks a session for oneself.' })
  favouriteSession(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => sessionPayload(await setFavourite(changes, 'Session', id, true)));
  }

  @Mutation(() => SessionPayload, { description: 'Takes the mark from a session.' })
  unfavouriteSession(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => sessionPayload(await setFavourite(changes, 'Session', id, false)));
  }

  @Mutation(() => DeletePayload, { description: 'Deletes a favourite, also of what is hidden by now.' })
  deleteFavourite(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => deleted('Favourite', (await deleteFavourite(changes, id)).id));
  }
}
