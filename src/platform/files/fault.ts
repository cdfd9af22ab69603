/** What is said where a file cannot be kept: to the caller that it may work later, to the log why. */
import type { Logger } from 'pino';
import type { PublicError } from '../graphql/errors.ts';
import { unavailable } from '../graphql/errors.ts';

/** A disk of ours that is full, may not be written, or breaks; or too many files open. */
const faults = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EMFILE', 'ENFILE']);

/** Whether an error is a fault of a disk of ours, and not of what was sent. */
export const isDiskFault = (error: unknown): boolean =>
  faults.has(String((error as NodeJS.ErrnoException | null)?.code));

/** The error for the caller of what could not be kept, which the log is told of. */
export function cannotKeep(error: unknown, log: Logger): PublicError {
  log.error({ err: error }, 'a file could not be kept');
  return unavailable('Files cannot be kept at present; try again later');
}
