/** The permission table of custom forms. */
import { column } from '../permissions/condition.ts';
import { hangsOnLivingEvent, ofOwnEvent, ofPublishedEvent, team } from '../permissions/notes.ts';
import { permissionTable, registered, staff } from '../permissions/table.ts';

/** Custom forms: the team edits, whoever is signed in sees the fields of a published event. */
export const customFormPermissions = permissionTable({
  resource: 'CustomForm',
  exists: hangsOnLivingEvent,
  notes: {
    1: ofOwnEvent,
    4: ofPublishedEvent,
    loose: { text: 'not isFixed', holds: column('isFixed', false) },
  },
  rows: [
    { actor: staff, list: true, view: true, create: true, update: true, delete: true },
    { actor: team, list: [1], view: [1], create: [1], update: [1], delete: [1, 'loose'] },
    { actor: registered, list: [4], view: [4] },
  ],
  grants: {},
  open: [
    'id',
    'createdAt',
    'updatedAt',
    'viewerCan',
    'event',
    'form',
    'type',
    'fieldIdentifier',
    'name',
    'description',
    'isRequired',
    'isIncluded',
    'isFixed',
    'isPublic',
    'position',
    'options',
    'translations',
    'isCustom',
  ],
  guarded: { removedAt: { write: [] }, version: { write: [] } },
});
