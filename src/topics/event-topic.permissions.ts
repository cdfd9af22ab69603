/** The permission tables of topics, sub-topics and types: everybody sees them, staff keep them. */
import { always } from '../permissions/condition.ts';
import type { PermissionTable } from '../permissions/table.ts';
import { everyone, permissionTable, staff } from '../permissions/table.ts';

function keptByStaff(resource: string, fields: readonly string[]): PermissionTable {
  return permissionTable({
    resource,
    exists: always,
    notes: {},
    rows: [
      { actor: staff, list: true, view: true, create: true, update: true, delete: true },
      { actor: everyone, list: true, view: true },
    ],
    grants: {},
    open: ['id', 'createdAt', 'updatedAt', 'viewerCan', 'name', 'slug', 'events', ...fields],
    guarded: { version: { write: [] } },
  });
}

/** Topics. */
export const eventTopicPermissions = keptByStaff('EventTopic', ['systemImageUrl', 'subTopics']);
/** Sub-topics. */
export const eventSubTopicPermissions = keptByStaff('EventSubTopic', ['topic']);
/** Types. */
export const eventTypePermissions = keptByStaff('EventType', []);
