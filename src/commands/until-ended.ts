/** How a long-running command ends: on a signal, in its own time; on a second one, or after a crash, at once. */
import type { Logger } from 'pino';
import type { Config } from '../platform/config/index.ts';

/** One key press reaches a process twice, from the terminal and from npm: what comes within this time is one wish. */
const sameWishMs = 1000;

/** How long the end of a server or worker may take, in seconds: some time beside that for draining and for what runs. */
export const mostSecondsOf = ({ run }: Pick<Config, 'run'>): number => run.drainSeconds + run.shutdownSeconds + 15;

/**
 * Resolves at SIGTERM or SIGINT; rejects at a fault that nobody caught. A second signal, later, ends the process there
 * and then, and so does its own clock where the end takes too long.
 * @param mostSeconds how long the end may take; as long as it likes where this is left out
 */
export function untilEnded(log: Logger, mostSeconds?: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let first = 0;
    const startClock = () => {
      if (mostSeconds === undefined) return;
      setTimeout(() => {
        log.error('not everything has ended in time; ending all the same');
        process.exit(1);
      }, mostSeconds * 1000).unref();
    };
    const fail = (fault: unknown) => {
      log.fatal({ err: fault }, 'a fault that nobody caught; stopping');
      startClock();
      reject(fault);
    };
    const end = (signal: NodeJS.Signals) => {
      if (first === 0) {
        first = Date.now();
        log.info({ signal }, 'stopping; what runs may finish');
        startClock();
        resolve();
      } else if (Date.now() - first > sameWishMs) {
        log.warn({ signal }, 'stopping at once; interrupted jobs run again');
        process.exit(1);
      }
    };
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
    process.on('uncaughtException', fail);
    process.on('unhandledRejection', fail);
  });
}
