/** The list of slices: the only place that imports their manifests. */
import { accountSlice } from './accounts/account.slice.ts';
import { activitySlice } from './activities/activity.slice.ts';
import { collaborationSlice } from './collaborations/collaboration.slice.ts';
import { computeNodeSlice } from './compute-nodes/compute-node.slice.ts';
import { eventSlice } from './events/event.slice.ts';
import { formSlice } from './forms/form.slice.ts';
import { jobSlice } from './jobs/job.slice.ts';
import { labSlice } from './lab/lab.slice.ts';
import { mailSlice } from './mails/mail.slice.ts';
import { notificationSlice } from './notifications/notification.slice.ts';
import { organizationSlice } from './organizations/organization.slice.ts';
import { forEveryone } from './permissions/operations.ts';
import { exportSlice } from './exports/export.slice.ts';
import { importSlice } from './imports/import.slice.ts';
import { imageSlice } from './images/image.slice.ts';
import { favouriteSlice } from './favourites/favourite.slice.ts';
import { feedbackSlice } from './feedback/feedback.slice.ts';
import { inviteSlice } from './invites/invite.slice.ts';
import { OutboxJob, StoredNotice } from './platform/data/outbox.entity.ts';
import { NodeResolver } from './platform/graphql/node.resolver.ts';
import { permissionSlice } from './permissions/permission.slice.ts';
import { pruneNotices } from './platform/jobs/prune.ts';
import { MailboxMessage } from './platform/mail/mailbox.entity.ts';
import type { Slice } from './platform/slice.ts';
import { programmeSlice } from './programme/programme.slice.ts';
import { roleSlice } from './roles/role.slice.ts';
import { sessionSlice } from './sessions/session.slice.ts';
import { settingsSlice } from './settings/settings.slice.ts';
import { speakerSlice } from './speakers/speaker.slice.ts';
import { eventTopicSlice } from './topics/event-topic.slice.ts';
import { taskSlice } from './tasks/task.slice.ts';

/** The slices of the application, in the order in which their tables are documented. */
export const slices: readonly Slice[] = [
  eventSlice,
  inviteSlice,
  sessionSlice,
  speakerSlice,
  feedbackSlice,
  favouriteSlice,
  programmeSlice,
  formSlice,
  eventTopicSlice,
  settingsSlice,
  imageSlice,
  importSlice,
  exportSlice,
  accountSlice,
  organizationSlice,
  collaborationSlice,
  computeNodeSlice,
  taskSlice,
  labSlice,
  roleSlice,
  activitySlice,
  jobSlice,
  mailSlice,
  notificationSlice,
  permissionSlice,
  {
    entities: [OutboxJob, StoredNotice, MailboxMessage],
    prune: [pruneNotices],
    resolvers: [NodeResolver],
    operations: { Query: { node: forEveryone } },
  },
];

/** What people are told of inside the application. */
export const notificationKinds = slices.flatMap((slice) => slice.notifications ?? []);

/** Every kind of mail of the application. */
export const mailKinds = [
  ...slices.flatMap((slice) => slice.mails ?? []),
  ...notificationKinds.flatMap(({ mail }) => mail ?? []),
];

/** Every entity of the application. */
export const entities = slices.flatMap((slice) => slice.entities);
