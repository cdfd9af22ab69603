/**
 * What a slice gives to the application. One manifest per slice (`x.slice.ts`), listed in src/slices.ts: adding a
 * resource touches its own folder, that list, a migration and a test.
 */
import type { OperationsTable } from '../permissions/operations.ts';
import type { PermissionTable } from '../permissions/table.ts';
import type { JobDefinition } from './jobs/job.ts';
import type { Prune } from './jobs/prune.ts';
import type { Schedule } from './jobs/schedule.ts';
import type { MailKind } from './mail/mail-kind.ts';
import type { NotificationKind } from './mail/notification-kind.ts';

/** The parts of a slice. */
export interface Slice {
  readonly entities: readonly (new () => object)[];
  readonly permissions?: readonly PermissionTable[];
  readonly operations?: Partial<OperationsTable>;
  readonly resolvers?: readonly (new () => object)[];
  readonly jobs?: readonly JobDefinition[];
  /** The kinds of mails that it sends, but for those of its notifications. */
  // Of any payload: what one is given is checked by its own schema.
  readonly mails?: readonly MailKind<any>[];
  /** What it tells people of. */
  readonly notifications?: readonly NotificationKind<any>[];
  /** What it does again and again; the jobs need not be in `jobs`. */
  readonly schedules?: readonly Schedule[];
  /** Deletes what has served its time; called once an hour. */
  readonly prune?: readonly Prune[];
}
