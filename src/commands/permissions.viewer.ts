/** A person as a viewer, by e-mail address: for the questions of whoever runs the server. Not a way to sign in. */
import { loadViewer } from '../accounts/authenticate.ts';
import type { Viewer } from '../permissions/viewer.ts';
import { anonymous } from '../permissions/viewer.ts';
import type { Database } from '../platform/data/database.ts';

/** The person with the address; anybody who is not signed in where none is given. Throws where there is no such person. */
export async function viewerByEmail(database: Database, email: string | undefined): Promise<Viewer> {
  if (email === undefined) return anonymous;
  const [found] = await database.query(
    'SELECT id FROM users WHERE lower(email) = lower($1) AND deleted_at IS NULL',
    [email.trim()],
  );
  const loaded =
    found && (await loadViewer(database, { userId: String(found.id), familyId: null, expiresAt: null }));
  if (!loaded) throw new Error(`There is no user ${JSON.stringify(email)} who may sign in.`);
  return loaded.viewer;
}
