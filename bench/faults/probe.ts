/**
 * Loaded before the server into its process (`--import`): makes faults and measures where nobody outside can. Told by
 * messages of whoever started it.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What the probe is told. */
export type Order = 'reject' | 'throw' | 'measure' | 'report';

/** What it answers to `report`. */
export interface Report {
  /** How long the event loop was late, in milliseconds. */
  readonly delayMs: { readonly p99: number; readonly most: number };
  readonly rssMb: number;
}

const delays = monitorEventLoopDelay({ resolution: 5 });

process.on('message', (order: Order) => {
  if (order === 'reject') void Promise.reject(new Error('a rejection that nobody handles'));
  if (order === 'throw')
    setImmediate(() => {
      throw new Error('an exception that nobody catches');
    });
  if (order === 'measure') {
    delays.enable();
    delays.reset();
  }
  if (order === 'report') {
    const milliseconds = (nanoseconds: number) => nanoseconds / 1e6;
    const report: Report = {
      delayMs: { p99: milliseconds(delays.percentile(99)), most: milliseconds(delays.max) },
      rssMb: process.memoryUsage.rss() / 1048576,
    };
    process.send?.(report);
  }
});
// Whoever listens for messages would be kept alive by it.
process.channel?.unref();
