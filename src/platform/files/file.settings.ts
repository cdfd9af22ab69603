/** The settings of files. */
import { Setting, SettingsGroup } from '../settings/group.ts';

/** Files: where pictures are fetched from. */
@SettingsGroup('FileSettings', 'Files: where pictures are fetched from.')
export class FileSettings {
  @Setting('url', {
    isSuperAdmins: true,
    description:
      'What the addresses of pictures begin with, such as a network of caches in front of this server or of the bucket; without one, PUBLIC_URL of the configuration. Only a super admin sets it, and every super admin is told.',
  })
  staticDomain!: string | null;
}
