/** Where the links in mails lead. */
import type { JobContext } from '../jobs/context.ts';
import { settingsOf } from '../settings/read.ts';
import { MailSettings } from './mail.settings.ts';

/** The address of a page: at the setting `frontendUrl`, else at PUBLIC_URL. @param path begins with a slash */
export async function linkTo(context: Pick<JobContext, 'config' | 'database'>, path: string): Promise<string> {
  const { frontendUrl } = await settingsOf(context, MailSettings);
  return `${(frontendUrl ?? context.config.http.publicUrl).replace(/\/+$/, '')}${path}`;
}
