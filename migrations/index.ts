/** The migrations, in the order in which they run. `npm run migration NAME` adds to the list. */
import type { MigrationObject } from '@mikro-orm/core';
import { Migration0001 } from './0001-initial.ts';

import { Migration0002 } from './0002-settings-groups.ts';
import { Migration0003 } from './0003-file-addresses.ts';
import { Migration0004 } from './0004-mail-log.ts';
import { Migration0005 } from './0005-custom-forms.ts';
/** All migrations. */
export const migrations: readonly MigrationObject[] = [
  { name: '0001-initial', class: Migration0001 },
  { name: '0002-settings-groups', class: Migration0002 },
  { name: '0003-file-addresses', class: Migration0003 },
  { name: '0004-mail-log', class: Migration0004 },
  { name: '0005-custom-forms', class: Migration0005 },
];
