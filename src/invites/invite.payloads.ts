/** Writes that send mails to addresses of the viewer's choice: nobody sends very many of them. */
import { attempt } from '../platform/auth/rate-limit.ts';
import type { Changes } from '../platform/data/writer.ts';
import type { Context } from '../platform/graphql/context.ts';
import type { RowReference } from '../platform/graphql/payload.ts';
import { payload } from '../platform/graphql/payload.ts';
import { byInviter } from './invite.mails.ts';

type Verb = (changes: Changes) => Promise<{ readonly id: string }>;

/** Runs a verb that sends the mail of a role invite, and answers with the invite. Throws RATE_LIMITED. */
export const mailingRoleInvite = (context: Context, verb: Verb) => mailing(context, 'roleInvite', 'RoleInvite', verb);

/** Runs a verb that sends the mail of a speaker invite, and answers with the invite. Throws RATE_LIMITED. */
export const mailingSpeakerInvite = (context: Context, verb: Verb) => mailing(context, 'speakerInvite', 'SpeakerInvite', verb);

async function mailing<K extends string>({ write, viewer }: Context, field: K, resource: string, verb: Verb): Promise<Record<K, RowReference>> {
  await attempt(write.database, byInviter, String(viewer.userId));
  return write.transaction(async (changes) => payload(field, resource, (await verb(changes)).id));
}
