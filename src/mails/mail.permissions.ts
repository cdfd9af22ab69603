/** The permission tables of mails sent and of message settings: staff's, and nobody else's. */
import { always } from '../permissions/condition.ts';
import { permissionTable, staff } from '../permissions/table.ts';

/** Mails sent. Written by the jobs that send them only. */
export const mailPermissions = permissionTable({
  resource: 'Mail',
  exists: always,
  notes: {},
  rows: [{ actor: staff, list: true, view: true }],
  grants: {},
  open: [
    'id',
    'createdAt',
    'updatedAt',
    'viewerCan',
    'kind',
    'recipient',
    'subject',
    'status',
    'error',
    'at',
  ],
  guarded: {},
});

/** Message settings. Their rows come and go with the kinds in the code. */
export const messageSettingPermissions = permissionTable({
  resource: 'MessageSetting',
  exists: always,
  notes: {},
  rows: [{ actor: staff, list: true, view: true, update: true }],
  grants: {},
  open: [
    'id',
    'createdAt',
    'updatedAt',
    'viewerCan',
    'kind',
    'description',
    'isEssential',
    'isMailEnabled',
    'isNoticeEnabled',
  ],
  guarded: {},
});
