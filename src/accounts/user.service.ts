/** The verbs of users: update and delete. Who may is said by user.permissions.ts. */
import type { Changes } from '../platform/data/writer.ts';
import { applyInput, assertNotCleared, assertVersion } from '../platform/data/writer.ts';
import { badInput, conflict } from '../platform/graphql/errors.ts';
import { uuidOf } from '../platform/graphql/node.ts';
import { cleanNames, nameProblems } from './person.ts';
import { endFamilies } from '../platform/auth/tokens.ts';
import { publishRightsChange } from '../platform/live/rights.ts';
import { User } from './user.entity.ts';
import type { UpdateUserInput } from './user.inputs.ts';

const required = ['isProfilePublic', 'isAdmin', 'isSuperAdmin', 'isVerified', 'isBlocked'];
const fields = ['username', 'firstName', 'lastName', 'publicName', 'locale', 'timezone', 'avatarUrl', ...required] as (keyof User & string)[];

/** Changes an account. Blocking it ends its tokens. Throws CONFLICT for a taken username or an old version. */
export async function updateUser(changes: Changes, id: string, input: UpdateUserInput): Promise<User> {
  const user = await changes.take(User, id, 'update');
  const { version, ...rest } = input;
  await changes.authorizeFields({ resource: 'User', id: user.id }, Object.keys(rest));
  assertVersion(user, version);
  assertNotCleared(rest, required);
  const clean = cleanNames(rest);
  const problems = nameProblems(clean as never);
  if (problems.length > 0) throw badInput(problems);
  applyInput(user, clean, fields);
  user.version += 1;
  await changes.em.flush();
  if (user.isBlocked) await endAccess(changes, user.id);
  await changes.authorizeAfter('update', 'User', user.id);
  return user;
}

/** Deletes an account and ends its tokens; its address is free again. Throws CONFLICT for the owner of an event. */
export async function deleteUser(changes: Changes, id: string): Promise<User> {
  await assertOwnsNothing(changes, uuidOf('User', id, 'id'));
  const user = await changes.take(User, id, 'delete');
  user.deletedAt = new Date();
  await changes.em.flush();
  await endAccess(changes, user.id);
  return user;
}

/** Ends every sign-in of a person, sockets included. */
async function endAccess(changes: Changes, userId: string): Promise<void> {
  await endFamilies(changes, userId);
  await publishRightsChange(changes, userId);
}

/** The table only says no to the owner of an event; whoever may change the account is told what to do about it. */
async function assertOwnsNothing(changes: Changes, uuid: string | null): Promise<void> {
  const owned = await changes.query(
    `SELECT FROM event_members m JOIN events e ON e.id = m.event_id
     WHERE m.user_id = $1 AND m.role = 'OWNER' AND e.deleted_at IS NULL LIMIT 1`,
    [uuid],
  );
  if (uuid === null || owned.length === 0) return;
  const { allowed } = await changes.decide('update', { resource: 'User', id: uuid });
  if (allowed) throw conflict('The person owns an event: hand it over or delete it first');
}
