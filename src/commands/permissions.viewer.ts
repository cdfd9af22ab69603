/** A person as a viewer, by e-mail address: for the questions of whoever runs the server. Not a way to sign in. */
import type { Viewer } from '../permissions/viewer.ts';
import { anonymous } from '../permissions/viewer.ts';
import type { Database } from '../platform/data/database.ts';

const sql = `
  SELECT u.id, u.email, u.is_verified, u.is_admin, u.is_super_admin,
    (SELECT json_agg(json_build_array(r.role, r.events))
     FROM (SELECT m.role, json_agg(m.event_id) AS events FROM event_members m WHERE m.user_id = u.id GROUP BY m.role) r) AS roles
  FROM users u WHERE lower(u.email) = lower($1) AND u.deleted_at IS NULL AND NOT u.is_blocked`;

/** The person with the address; anybody who is not signed in where none is given. Throws where there is no such person. */
export async function viewerByEmail(database: Database, email: string | undefined): Promise<Viewer> {
  if (email === undefined) return anonymous;
  const [found] = await database.query(sql, [email.trim()]);
  if (!found) throw new Error(`There is no user ${JSON.stringify(email)} who may sign in.`);
  return {
    ...anonymous,
    kind: 'user',
    userId: found.id as string,
    email: found.email as string,
    isVerified: found.is_verified === true,
    isAdmin: found.is_admin === true,
    isSuperAdmin: found.is_super_admin === true,
    eventRoles: new Map((found.roles as [string, string[]][] | null) ?? []),
  };
}
