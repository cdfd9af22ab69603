/** The mail that tells super admins of a setting which leads people somewhere. */
import { z } from 'zod';
import { mailKind } from '../platform/mail/mail-kind.ts';
import { settingChangedWords } from './settings.words.ts';

/** A setting that only super admins set has another value: told to each of them. */
export const settingChangedMail = mailKind({
  name: 'settings.changed',
  description: 'A super admin changed where links or pictures lead: told to every super admin.',
  isEssential: true,
  payload: z.object({
    userId: z.string(),
    changedBy: z.string(),
    name: z.string(),
    value: z.string().nullable(),
  }),
  words: settingChangedWords,
  async find({ userId, changedBy, name, value }, mail) {
    const [reader] = await mail.query('SELECT FROM users WHERE id = $1 AND is_super_admin', [userId]);
    const to = reader ? await mail.toUser(userId) : null;
    const [admin] = await mail.query<{ name: string | null }>(
      'SELECT coalesce(public_name, username, email) AS name FROM users WHERE id = $1',
      [changedBy],
    );
    return to && { to, about: { name, value, admin: admin?.name ?? null } };
  },
});
