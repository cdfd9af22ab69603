/**
 * The demo: two events and a person in every role, for the first look at a server. Loaded on the first start of an
 * embedded database and by `convoke seed`, into an empty database only, in one transaction. The passwords are made
 * here and kept as hashes: what loadDemo returns is the only time that anybody can read them.
 */
import { v7 as uuidv7 } from 'uuid';
import { User } from '../accounts/user.entity.ts';
import type { App } from '../app.ts';
import { hashPassword } from '../platform/auth/passwords.ts';
import { insertRows } from '../platform/data/insert.ts';
import { conference } from './demo.conference.ts';
import { meeting } from './demo.meeting.ts';
import { addressOf, newPassword, people } from './demo.people.ts';
import { writeDemoEvent } from './demo.rows.ts';

/** How to sign in as one person of the demo. */
export interface DemoSignIn {
  readonly role: string;
  readonly email: string;
  readonly password: string;
}

/** True where there is no user and no event, deleted ones included. */
const isEmptySql = 'SELECT NOT EXISTS (SELECT FROM users) AND NOT EXISTS (SELECT FROM events) AS empty';

/**
 * Loads the demo into a database that has its tables.
 * @returns how to sign in, a line for each role; null where the database is not empty: nothing is written then
 */
export async function loadDemo({ database }: Pick<App, 'database'>): Promise<DemoSignIn[] | null> {
  const [before] = await database.query(isEmptySql);
  if (before.empty !== true) return null;
  // Hashing takes its time: done before anything is locked.
  const made = await Promise.all(
    people.map(async (person) => {
      const password = newPassword();
      return {
        person,
        id: uuidv7(),
        email: addressOf(person.key),
        password,
        passwordHash: await hashPassword(password),
      };
    }),
  );
  return database.transaction(async (transaction) => {
    // Two processes may start at once: one of them loads the demo.
    await transaction.query(`SELECT pg_advisory_xact_lock(hashtextextended('demo', 0))`);
    const [now] = await transaction.query(isEmptySql);
    if (now.empty !== true) return null;
    await insertRows(
      transaction,
      User,
      made.map(({ person: { firstName, lastName, isUnverified, ...person }, id, email, passwordHash }) => ({
        id,
        email,
        passwordHash,
        firstName,
        lastName,
        publicName: `${firstName} ${lastName}`,
        isAdmin: person.isAdmin === true,
        isSuperAdmin: person.isSuperAdmin === true,
        isVerified: isUnverified !== true,
      })),
    );
    const users = new Map(made.map(({ person, id }) => [person.key, id]));
    for (const event of [conference, meeting]) await writeDemoEvent(transaction, event, users);
    return made.map(({ person, email, password }) => ({ role: person.role, email, password }));
  });
}

/** The people of the demo as an aligned table, for the terminal. */
export function formatDemo(signIns: readonly DemoSignIn[]): string {
  const rows = [{ role: 'role', email: 'e-mail', password: 'password' }, ...signIns];
  const widthOf = (column: 'role' | 'email') => Math.max(...rows.map((row) => row[column].length));
  const [role, email] = [widthOf('role'), widthOf('email')];
  return rows
    .map((row) => `  ${row.role.padEnd(role)}  ${row.email.padEnd(email)}  ${row.password}`)
    .join('\n');
}
