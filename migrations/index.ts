/** The migrations, in the order in which they run. `npm run migration NAME` adds to the list. */
import type { MigrationObject } from '@mikro-orm/core';
import { Migration0001 } from './0001-initial.ts';

import { Migration0002 } from './0002-settings-groups.ts';
/** All migrations. */
export const migrations: readonly MigrationObject[] = [
  { name: '0001-initial', class: Migration0001 },
  { name: '0002-settings-groups', class: Migration0002 },
];
