/** The slice of favourites. */
import { byCell, forSignedIn } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { Favourite } from './favourite.entity.ts';
import { favouritePermissions } from './favourite.permissions.ts';
import { FavouriteResolver } from './favourite.resolver.ts';

/** Favourites. */
export const favouriteSlice: Slice = {
  entities: [Favourite],
  permissions: [favouritePermissions],
  resolvers: [FavouriteResolver],
  operations: {
    Mutation: {
      favouriteEvent: byCell('Favourite', 'create'),
      unfavouriteEvent: byCell('Favourite', 'delete'),
      favouriteSession: byCell('Favourite', 'create'),
      unfavouriteSession: byCell('Favourite', 'delete'),
      createCalendarAddress: forSignedIn,
      revokeCalendarAddress: forSignedIn,
      deleteFavourite: byCell('Favourite', 'delete'),
    },
  },
};
