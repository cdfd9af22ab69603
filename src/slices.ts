/** The list of slices: the only place that imports their manifests. */
import { accountSlice } from './accounts/account.slice.ts';
import { eventSlice } from './events/event.slice.ts';
import { formSlice } from './forms/form.slice.ts';
import { mailSlice } from './mails/mail.slice.ts';
import { forEveryone } from './permissions/operations.ts';
import { OutboxJob, StoredNotice } from './platform/data/outbox.entity.ts';
import { NodeResolver } from './platform/graphql/node.resolver.ts';
import { permissionSlice } from './permissions/permission.slice.ts';
import { pruneNotices } from './platform/jobs/prune.ts';
import { MailboxMessage } from './platform/mail/mailbox.entity.ts';
import type { Slice } from './platform/slice.ts';
import { programmeSlice } from './programme/programme.slice.ts';
import { sessionSlice } from './sessions/session.slice.ts';
import { settingsSlice } from './settings/settings.slice.ts';
import { speakerSlice } from './speakers/speaker.slice.ts';

/** The slices of the application, in the order in which their tables are documented. */
export const slices: readonly Slice[] = [
  eventSlice,
  sessionSlice,
  speakerSlice,
  programmeSlice,
  formSlice,
  settingsSlice,
  accountSlice,
  mailSlice,
  permissionSlice,
  {
    entities: [OutboxJob, StoredNotice, MailboxMessage],
    prune: [pruneNotices],
    resolvers: [NodeResolver],
    operations: { Query: { node: forEveryone } },
  },
];

/** Every kind of mail of the application. */
export const mailKinds = slices.flatMap((slice) => slice.mails ?? []);

/** Every entity of the application. */
export const entities = slices.flatMap((slice) => slice.entities);
