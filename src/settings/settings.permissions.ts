/** The permission table of the settings: twelve fields are everybody's, the groups are staff's. */
import { always } from '../permissions/condition.ts';
import { toStaff } from '../permissions/notes.ts';
import { everyone, permissionTable, staff } from '../permissions/table.ts';

/** Settings. */
export const settingsPermissions = permissionTable({
  resource: 'Settings',
  exists: always,
  notes: {},
  rows: [
    { actor: staff, view: true, update: true },
    { actor: everyone, view: true },
  ],
  remarks: [
    '`mail.frontendUrl` and `files.staticDomain`, which lead people somewhere, are set by a super admin alone; every super admin is told.',
  ],
  grants: { staff: toStaff },
  open: [
    'id',
    'createdAt',
    'updatedAt',
    'viewerCan',
    'appName',
    'tagline',
    'analyticsKey',
    'stripePublishableKey',
    'googleUrl',
    'githubUrl',
    'twitterUrl',
    'supportUrl',
    'facebookUrl',
    'youtubeUrl',
    'androidAppUrl',
    'webAppUrl',
  ],
  guarded: {
    mail: { read: ['staff'] },
    files: { read: ['staff'] },
    tasks: { read: ['staff'] },
    accounts: { read: ['staff'] },
    activities: { read: ['staff'] },
  },
});
