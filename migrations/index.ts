/** The migrations, in the order in which they run. `npm run migration NAME` adds to the list. */
import type { MigrationObject } from '@mikro-orm/core';
import { Migration0001 } from './0001-initial.ts';
import { Migration0002 } from './0002-settings-groups.ts';
import { Migration0003 } from './0003-file-addresses.ts';
import { Migration0004 } from './0004-mail-log.ts';
import { Migration0005 } from './0005-activities.ts';
import { Migration0006 } from './0006-notifications.ts';
import { Migration0007 } from './0007-role-invites.ts';
import { Migration0008 } from './0008-pictures.ts';
import { Migration0009 } from './0009-accounts.ts';
import { Migration0010 } from './0010-speaker-invites.ts';
import { Migration0011 } from './0011-jobs.ts';
import { Migration0012 } from './0012-rights-notices.ts';
import { Migration0013 } from './0013-add-collaborations.ts';
import { Migration0014 } from './0014-add-tasks.ts';
import { Migration0015 } from './0015-machines-in-activities.ts';
import { Migration0016 } from './0016-add-lab.ts';
import { Migration0017 } from './0017-feedback-and-favourites.ts';
import { Migration0018 } from './0018-add-topics.ts';
import { Migration0019 } from './0019-membership-invites.ts';
import { Migration0020 } from './0020-add-search.ts';
import { Migration0021 } from './0021-add-presence.ts';
import { Migration0022 } from './0022-mail-outcomes.ts';
import { Migration0023 } from './0023-add-links-faqs-copyright.ts';
import { Migration0024 } from './0024-custom-forms.ts';
import { Migration0025 } from './0025-reach-notices.ts';
import { Migration0026 } from './0026-containers-in-activities.ts';
import { Migration0027 } from './0027-add-public-keys.ts';
import { Migration0028 } from './0028-hold-results-by-sign-in.ts';
import { Migration0031 } from './0031-normal-texts.ts';

/** All migrations. */
export const migrations: readonly MigrationObject[] = [
  { name: '0001-initial', class: Migration0001 },
  { name: '0002-settings-groups', class: Migration0002 },
  { name: '0003-file-addresses', class: Migration0003 },
  { name: '0004-mail-log', class: Migration0004 },
  { name: '0005-activities', class: Migration0005 },
  { name: '0006-notifications', class: Migration0006 },
  { name: '0007-role-invites', class: Migration0007 },
  { name: '0008-pictures', class: Migration0008 },
  { name: '0009-accounts', class: Migration0009 },
  { name: '0010-speaker-invites', class: Migration0010 },
  { name: '0011-jobs', class: Migration0011 },
  { name: '0012-rights-notices', class: Migration0012 },
  { name: '0013-add-collaborations', class: Migration0013 },
  { name: '0014-add-tasks', class: Migration0014 },
  { name: '0015-machines-in-activities', class: Migration0015 },
  { name: '0016-add-lab', class: Migration0016 },
  { name: '0017-feedback-and-favourites', class: Migration0017 },
  { name: '0018-add-topics', class: Migration0018 },
  { name: '0019-membership-invites', class: Migration0019 },
  { name: '0020-add-search', class: Migration0020 },
  { name: '0021-add-presence', class: Migration0021 },
  { name: '0022-mail-outcomes', class: Migration0022 },
  { name: '0023-add-links-faqs-copyright', class: Migration0023 },
  { name: '0024-custom-forms', class: Migration0024 },
  { name: '0025-reach-notices', class: Migration0025 },
  { name: '0026-containers-in-activities', class: Migration0026 },
  { name: '0027-add-public-keys', class: Migration0027 },
  { name: '0028-hold-results-by-sign-in', class: Migration0028 },
  { name: '0031-normal-texts', class: Migration0031 },
];
