/**
 * What happens where more is asked than can be answered: a request that finds too many before it is refused at once,
 * which costs next to nothing, so that those that were begun are answered in time.
 */
import type { RequestHandler } from 'express';
import { unavailable } from '../graphql/errors.ts';

/** For how many seconds whoever is refused is asked to wait. */
export const retryAfterSeconds = 2;

/** Two steps of the way of a request. */
export interface Overload {
  /** Refuses while too many are worked on. Stands before the body is read. */
  readonly refuse: RequestHandler;
  /** Counts the request until it is answered. Stands behind the reading, so that slow senders keep nobody out. */
  readonly count: RequestHandler;
}

/** @param most requests that are worked on at once */
export function overload(most: number): Overload {
  let underway = 0;
  return {
    refuse(_request, response, next) {
      if (underway < most) return next();
      const { message, extensions } = unavailable('The server has too much to do; try again soon');
      response
        .status(503)
        .set('retry-after', String(retryAfterSeconds))
        .json({ errors: [{ message, extensions }] });
    },
    count(_request, response, next) {
      underway += 1;
      const { end } = response;
      // Not when the connection closes: what was begun for somebody who has left is still being worked on.
      response.end = function ended(this: typeof response, ...words: Parameters<typeof end>) {
        underway -= 1;
        response.end = end;
        return end.apply(this, words);
      } as typeof end;
      next();
    },
  };
}
