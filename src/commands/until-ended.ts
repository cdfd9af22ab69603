/** How a long-running command ends: on a signal, in its own time; on a second one, or after a crash, at once. */
import type { Logger } from 'pino';

/** One key press reaches a process twice, from the terminal and from npm: what comes within this time is one wish. */
const sameWishMs = 1000;

/**
 * Resolves at SIGTERM or SIGINT; rejects at a fault that nobody caught. A second signal, later, ends the process there and then.
 * @param left what becomes of work that is left then
 */
export function untilEnded(log: Logger, left = 'interrupted jobs run again'): Promise<void> {
  return new Promise((resolve, reject) => {
    let first = 0;
    const end = (signal: NodeJS.Signals) => {
      if (first === 0) {
        first = Date.now();
        log.info({ signal }, 'stopping; what runs may finish');
        resolve();
      } else if (Date.now() - first > sameWishMs) {
        log.warn({ signal }, `stopping at once; ${left}`);
        process.exit(1);
      }
    };
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
    process.once('uncaughtException', reject);
    process.once('unhandledRejection', reject);
  });
}
