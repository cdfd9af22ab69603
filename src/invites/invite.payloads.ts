/** Writes that send mails to addresses of the viewer's choice: nobody sends very many of them. */
import { attempt } from '../platform/auth/rate-limit.ts';
import type { Changes } from '../platform/data/writer.ts';
import type { Context } from '../platform/graphql/context.ts';
import type { RowReference } from '../platform/graphql/payload.ts';
import { payload } from '../platform/graphql/payload.ts';
import type { InviteLimits } from './invite.mails.ts';
import { byInviter } from './invite.mails.ts';

type Verb = (changes: Changes, limits: InviteLimits) => Promise<{ readonly id: string }>;

/** Runs a verb that sends the mail of an invite, and answers with the invite in that field. Throws RATE_LIMITED. */
export async function mailing<K extends string>(
  { write, viewer, config }: Context,
  field: K,
  resource: string,
  verb: Verb,
): Promise<Record<K, RowReference>> {
  await attempt(write.database, byInviter, String(viewer.userId));
  return write.transaction(async (changes) =>
    payload(field, resource, (await verb(changes, config.limits)).id),
  );
}
