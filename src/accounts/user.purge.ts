/**
 * Removing a deleted account for good. The row goes, and with it all that is the person's alone: tokens, roles, places in
 * organizations, notifications, feedback, favourites. What belongs to others stays and names nobody: sessions that the
 * person submitted, tasks that they made, profiles in the programmes of events. Activities keep the id, which is nobody's.
 */
import { removeFiles } from '../images/index.ts';
import type { Changes } from '../platform/data/writer.ts';
import { conflict } from '../platform/graphql/errors.ts';
import { holdAccount } from './user.service.ts';

/** What was sent to the address of an account while it was the person's; somebody else may have it by now. */
const invites = ['role_invites', 'speaker_invites', 'membership_invites'] as const;

/** Removes a deleted account; returns its uuid. Throws CONFLICT for one that is not deleted. An admin does not touch a super admin. */
export async function purgeUser(changes: Changes, id: string): Promise<string> {
  const { uuid, isDeleted } = await holdAccount(changes, id);
  if (!isDeleted) throw conflict('The account is not deleted: delete it first');
  await leaveProfiles(changes, uuid);
  const sentBefore = 'created_at <= (SELECT deleted_at FROM users WHERE id = $1)';
  for (const table of invites) {
    await changes.query(
      `DELETE FROM ${table} WHERE lower(email) = (SELECT lower(email) FROM users WHERE id = $1) AND ${sentBefore}`,
      [uuid],
    );
  }
  await changes.query(
    `DELETE FROM mails WHERE lower(recipient) = (SELECT lower(email) FROM users WHERE id = $1) AND ${sentBefore}`,
    [uuid],
  );
  const [pictures] = await changes.query(
    'DELETE FROM users WHERE id = $1 RETURNING avatar_url, thumbnail_image_url, small_image_url, icon_image_url',
    [uuid],
  );
  await removeFiles(changes, Object.values(pictures) as (string | null)[]);
  changes.record('PURGE', 'User', uuid);
  return uuid;
}

/** Profiles stay as the programme shows them: what only the team read of them goes. */
async function leaveProfiles(changes: Changes, uuid: string): Promise<void> {
  const profiles = await changes.query(
    `UPDATE speakers SET email = NULL, mobile = NULL, address = NULL, gender = NULL, heard_from = NULL, sponsorship_required = NULL,
       speaking_experience = NULL, answers = '{}', user_id = NULL, version = version + 1, updated_at = now()
     WHERE user_id = $1 RETURNING id`,
    [uuid],
  );
  for (const profile of profiles)
    changes.record('UPDATE', 'Speaker', String(profile.id), ['user', 'email', 'answers']);
}
