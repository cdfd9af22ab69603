/**
 * Lanes: jobs of different kinds wait in different queues, each with workers of its own, so that no flood of one kind
 * keeps another waiting. Mails without which somebody cannot sign in have the first.
 */

/** The lanes, with how many jobs of each run at once in a process. */
export const lanes = {
  /** Whatever names no other. */
  usual: 4,
  /** Somebody waits for it in order to sign in. */
  urgent: 3,
  /** Other mails. */
  mail: 5,
  /** Minutes of work: imports and exports. */
  long: 2,
  /** What there is only one of, such as an instrument: more at once would only wait for each other. */
  single: 1,
} as const;

/** One lane. */
export type Lane = keyof typeof lanes;

/** The lanes by name, the usual one first. */
export const laneNames = Object.keys(lanes) as Lane[];
