/**
 * PostgreSQL refuses to run as root, so a server started by root hands it to an unprivileged user that the machine
 * already has: nothing is created on it. Whoever owns the data already keeps it; then `postgres`; then `nobody`.
 */
import { chownSync, lchownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { userInfo } from 'node:os';

/** A user of this machine, by number. */
export interface DatabaseUser {
  name: string;
  uid: number;
  gid: number;
}

/**
 * Whom to run PostgreSQL as: undefined (ourselves) unless we are root.
 * @param cluster the folder with the data, if it exists: its owner stays its owner
 * @throws when the data belong to somebody else, or root finds no user to hand the database to
 */
export function databaseUser(cluster: string): DatabaseUser | undefined {
  const owner = statSync(cluster, { throwIfNoEntry: false })?.uid;
  const me = process.getuid?.();
  if (me === undefined) return undefined;
  if (me !== 0) {
    if (!isKnown()) {
      throw new Error(
        `PostgreSQL runs only as a user that the machine knows, and there is none with number ${me}. ` +
          'Run Convoke as another user, or set DATABASE_URL to a PostgreSQL server of your own.',
      );
    }
    if (owner === undefined || owner === me) return undefined;
    throw new Error(
      `${cluster} belongs to user ${owner} (Convoke was run as root here, perhaps), and you are ${userInfo().username}. ` +
        `Give it to yourself (sudo chown -R ${me} ${cluster}), run as that user or root, or choose another DATA_DIR.`,
    );
  }
  const users = knownUsers().filter(({ uid }) => uid !== 0);
  const user =
    users.find(({ uid }) => uid === owner) ??
    users.find(({ name }) => name === 'postgres') ??
    users.find(({ name }) => name === 'nobody');
  if (user) return user;
  throw new Error(
    'PostgreSQL does not run as root, and this machine has neither a user `postgres` nor `nobody` to run it as. ' +
      'Start Convoke as an ordinary user, or set DATABASE_URL to a PostgreSQL server of your own.',
  );
}

/** Makes `folder` and everything in it belong to the user: needed after a copy made by root, or a moved volume. */
export function handOver(folder: string, user: DatabaseUser): void {
  if (statSync(folder).uid === user.uid) return;
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) lchownSync(join(folder, entry), user.uid, user.gid);
  // The folder itself last: as long as it is not done, the next start does it all again.
  chownSync(folder, user.uid, user.gid);
}

/** Not by /etc/passwd: an ordinary user may come from a directory service. */
function isKnown(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

function knownUsers(): DatabaseUser[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name, , uid, gid]) => ({ name: name!, uid: Number(uid), gid: Number(gid) }));
}
