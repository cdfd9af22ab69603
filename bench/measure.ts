/**
 * Load and arithmetic: a closed loop of connections against one server for some seconds, and the medians over
 * rounds. A round that contains anything but whole, good answers is no measurement and ends the bench. Used
 * by run.ts.
 */
import autocannon from 'autocannon';
import type { Request } from './contenders.ts';

/** How long and how hard. */
export interface Load {
  readonly connections: number;
  readonly seconds: number;
}

/**
 * Answered requests per second.
 * @param bytes the length of the answer that was compared, which every answer must have
 * @throws on any error, timeout, answer that is not 2xx, or when the bytes received are not those of so many
 * answers
 */
export async function requestsPerSecond(
  request: Request,
  { connections, seconds }: Load,
  bytes: number,
): Promise<number> {
  const result = await autocannon({ ...request, connections, duration: seconds });
  const answers = result['2xx'];
  const bad = result.errors + result.timeouts + result.non2xx;
  if (bad > 0 || answers === 0) throw new Error(`${request.url}: ${answers} good answers, ${bad} bad ones`);
  const received = result.throughput.total;
  // Headers add to each answer, and each connection may have been cut in the middle of one.
  if (received < answers * bytes || received > (answers + connections) * (bytes + 2_000)) {
    throw new Error(
      `${request.url}: ${received} bytes in ${answers} answers, of which each should have ${bytes}`,
    );
  }
  return answers / result.duration;
}

/** Middle, least and greatest of some figures. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

/** The spread of at least one figure; of an even number the median is the mean of the middle two. */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = Number.isInteger(middle)
    ? (sorted[middle - 1]! + sorted[middle]!) / 2
    : sorted[Math.floor(middle)]!;
  return { median, least: sorted[0]!, greatest: sorted.at(-1)! };
}

/** The same items, begun with another one each round, so that none always follows the same one. */
export function rotated<T>(items: readonly T[], round: number): T[] {
  const start = round % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
