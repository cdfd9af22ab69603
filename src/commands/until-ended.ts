/** How a long-running command ends: on a signal, in its own time; on a second one, or after a crash, at once. */
import type { Logger } from 'pino';
import type { Config } from '../platform/config/index.ts';

/** One key press reaches a process twice, from the terminal and from npm: what comes within this time is one wish. */
const sameWishMs = 1000;

/** How long the end of a server or worker may take, in seconds: some time beside that for draining and for what runs. */
export const mostSecondsOf = ({ run }: Pick<Config, 'run'>): number =>
  run.drainSeconds + run.shutdownSeconds + crashSeconds;
/** How long the end after a fault may take, at the least. */
const crashSeconds = 15;

/** What is particular to the end of a command. */
export interface EndOptions {
  /** What becomes of work that is left then. */
  readonly left?: string;
  /** How long the end may take, in seconds; as long as it likes where this is left out. */
  readonly mostSeconds?: number;
}

/**
 * Resolves at SIGTERM or SIGINT; rejects at a fault that nobody caught. A second signal, later, ends the process there
 * and then, and so does its own clock where the end takes too long.
 */
export function untilEnded(
  log: Logger,
  { left = 'interrupted jobs run again', mostSeconds }: EndOptions = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    let first = 0;
    const endWithin = (seconds: number) => {
      const force = () => {
        log.error('not everything has ended in time; ending all the same');
        process.exit(1);
      };
      setTimeout(force, seconds * 1000).unref();
    };
    const fail = (fault: unknown) => {
      log.fatal({ err: fault }, 'a fault that nobody caught; stopping');
      endWithin(mostSeconds ?? crashSeconds);
      reject(fault);
    };
    const end = (signal: NodeJS.Signals) => {
      if (first === 0) {
        first = Date.now();
        log.info({ signal }, 'stopping; what runs may finish');
        if (mostSeconds !== undefined) endWithin(mostSeconds);
        resolve();
      } else if (Date.now() - first > sameWishMs) {
        log.warn({ signal }, `stopping at once; ${left}`);
        process.exit(1);
      }
    };
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
    process.on('uncaughtException', fail);
    process.on('unhandledRejection', fail);
  });
}
