/** The permission table of the image sizes: staff's. */
import { always } from '../permissions/condition.ts';
import { permissionTable, staff } from '../permissions/table.ts';

/** Image sizes. */
export const imageSizesPermissions = permissionTable({
  resource: 'ImageSizes',
  exists: always,
  notes: {},
  rows: [{ actor: staff, list: true, view: true, update: true }],
  grants: {},
  open: [
    'id',
    'createdAt',
    'updatedAt',
    'viewerCan',
    'format',
    'originalQuality',
    'largeWidth',
    'largeQuality',
    'thumbnailWidth',
    'thumbnailQuality',
    'smallWidth',
    'smallQuality',
    'iconWidth',
    'iconQuality',
    'logoWidth',
    'logoQuality',
  ],
  guarded: { kind: { write: [] } },
});
