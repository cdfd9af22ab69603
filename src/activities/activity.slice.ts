/** The slice of activities. */
import { forEveryone } from '../permissions/operations.ts';
import type { Prune } from '../platform/jobs/prune.ts';
import type { Slice } from '../platform/slice.ts';
import { Activity } from './activity.entity.ts';
import { activityPermissions } from './activity.permissions.ts';
import { ActivityResolver } from './activity.resolver.ts';

/** Those whose time is over, by the setting; the database lets no others go. */
const pruneActivities: Prune = async (database) => {
  await database.query(
    `DELETE FROM activities WHERE created_at < now() - make_interval(days => (SELECT activities_retention_days FROM settings))`,
  );
};

/** Activities. */
export const activitySlice: Slice = {
  entities: [Activity],
  permissions: [activityPermissions],
  resolvers: [ActivityResolver],
  operations: { Query: { activities: forEveryone, activity: forEveryone } },
  prune: [pruneActivities],
};
