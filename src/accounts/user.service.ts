/** The verbs of users: update, delete and restore. Who may is said by user.permissions.ts. */
import { setPictures } from '../images/index.ts';
import type { Changes } from '../platform/data/writer.ts';
import { applyInput, assertVersion } from '../platform/data/writer.ts';
import { conflict, forbidden, notFound } from '../platform/graphql/errors.ts';
import { uuidOf, uuidOfArgument } from '../platform/graphql/node.ts';
import { cleanInput } from '../platform/inputs.ts';
import { endFamilies } from '../platform/auth/tokens.ts';
import { newAdminMail } from './security.mail.ts';
import { User } from './user.entity.ts';
import type { UpdateUserInput } from './user.inputs.ts';

const required = ['isProfilePublic', 'isAdmin', 'isSuperAdmin', 'isVerified', 'isBlocked'];
const fields = [
  'username',
  'firstName',
  'lastName',
  'publicName',
  'locale',
  'timezone',
  ...required,
] as (keyof User & string)[];

/** Changes an account. Blocking it ends its tokens. Throws CONFLICT for a taken username or an old version. */
export async function updateUser(changes: Changes, id: string, input: UpdateUserInput): Promise<User> {
  const user = await changes.take(User, id, 'update');
  const { version, ...rest } = input;
  await changes.authorizeFields({ resource: 'User', id: user.id }, Object.keys(rest));
  assertVersion(user, version);
  const clean = cleanInput(User, rest, { required });
  const { isBlocked, isVerified, isAdmin, isSuperAdmin } = user;
  const before = { isBlocked, isVerified, isAdmin, isSuperAdmin };
  applyInput(user, clean, fields);
  await setPictures(changes, user, clean);
  user.version += 1;
  await changes.em.flush();
  for (const [flag, on, off] of flags)
    if (user[flag] !== before[flag]) changes.record(user[flag] ? on : off, 'User', user.id);
  if (before.isSuperAdmin && !(user.isSuperAdmin && !user.isBlocked)) await assertSuperAdminLeft(changes);
  if (user.isBlocked) await endFamilies(changes, user.id);
  const isNewAdmin = (user.isAdmin && !before.isAdmin) || (user.isSuperAdmin && !before.isSuperAdmin);
  if (isNewAdmin) await tellOfAdmin(changes, user);
  await changes.authorizeAfter('update', 'User', user.id);
  return user;
}

/** Deletes an account and ends its tokens; its address is free again. Throws CONFLICT for the owner of an event. */
export async function deleteUser(changes: Changes, id: string): Promise<User> {
  const user = await changes.take(User, id, 'delete').catch(async (refusal: unknown) => {
    await assertOwnsNothing(changes, uuidOf('User', id, 'id'));
    throw refusal;
  });
  user.deletedAt = new Date();
  await changes.em.flush();
  if (user.isSuperAdmin) await assertSuperAdminLeft(changes);
  await endFamilies(changes, user.id);
  return user;
}

/**
 * Brings a deleted account back, as it was but signed in nowhere; returns its uuid. Throws CONFLICT where its address or
 * username is somebody else's by now; an admin does not touch a super admin. One that is not deleted: nothing changes.
 */
export async function restoreUser(changes: Changes, id: string): Promise<string> {
  const { uuid, isDeleted } = await holdAccount(changes, id);
  if (!isDeleted) return uuid;
  await changes.query(
    'UPDATE users SET deleted_at = NULL, updated_at = now(), version = version + 1 WHERE id = $1',
    [uuid],
  );
  changes.record('RESTORE', 'User', uuid);
  return uuid;
}

/**
 * An account by its id, deleted or not, locked for staff who restore or purge it. Throws NOT_FOUND where there is none,
 * FORBIDDEN where it is a super admin's and the viewer is not one.
 */
export async function holdAccount(
  changes: Changes,
  id: string,
): Promise<{ readonly uuid: string; readonly isDeleted: boolean }> {
  const uuid = uuidOfArgument('User', id, 'id');
  const [found] = await changes.query(
    'SELECT is_super_admin AS "isSuperAdmin", deleted_at IS NOT NULL AS "isDeleted" FROM users WHERE id = $1 FOR UPDATE',
    [uuid],
  );
  if (!found) throw notFound('user');
  if (found.isSuperAdmin === true && !changes.viewer.isSuperAdmin)
    throw forbidden('Only a super admin restores or purges a super admin');
  return { uuid, isDeleted: found.isDeleted === true };
}

/** The flags that say who somebody is, and the words of activities for switching them on and off. */
const flags = [
  ['isBlocked', 'BLOCK', 'UNBLOCK'],
  ['isVerified', 'VERIFY', 'UNVERIFY'],
  ['isAdmin', 'MAKE_ADMIN', 'UNMAKE_ADMIN'],
  ['isSuperAdmin', 'MAKE_SUPER_ADMIN', 'UNMAKE_SUPER_ADMIN'],
] as const;

/** Somebody has to be left who can make administrators: a set-up secret works only before there was one. */
async function assertSuperAdminLeft(changes: Changes): Promise<void> {
  // Two who unmake one another at once would each find the other.
  await changes.query(`SELECT pg_advisory_xact_lock(hashtext('convoke: super admins'))`);
  const left = await changes.query(
    'SELECT FROM users WHERE is_super_admin AND NOT is_blocked AND deleted_at IS NULL LIMIT 1',
  );
  if (left.length === 0) throw conflict('There would be no super admin left: make another one first');
}

/** Tells a new administrator, and every super admin. */
export async function tellOfAdmin(changes: Changes, { id, isSuperAdmin }: User): Promise<void> {
  const told = await changes.query(
    'SELECT id FROM users WHERE (is_super_admin OR id = $1) AND NOT is_blocked AND deleted_at IS NULL',
    [id],
  );
  await changes.enqueueAll(
    newAdminMail,
    told.map((user) => ({ userId: String(user.id), adminId: id, isSuperAdmin })),
  );
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
