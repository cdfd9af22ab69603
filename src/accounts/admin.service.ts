/** What the commands do to accounts, for whoever has the machine: no viewer asks, so no table is asked. */
import { passwordProblems } from '../platform/auth/password-policy.ts';
import { hashPassword } from '../platform/auth/passwords.ts';
import { server, writeActivities } from '../platform/data/activities.ts';
import type { Database } from '../platform/data/database.ts';
import { badInput, notFound } from '../platform/graphql/errors.ts';
import { EmailAddressScalar } from '../platform/graphql/scalars.ts';
import { createPerson, sayWhatIsTaken } from './person.ts';

/** What the verbs here need of the application. */
type Owner = { readonly database: Database };

/** A person that a command made or changed. */
export interface KnownPerson {
  /** The uuid. */
  readonly userId: string;
  readonly email: string;
}

/** Makes a verified super admin. Throws CONFLICT when the address is taken, BAD_USER_INPUT for a bad address or password. */
export async function createAdmin({ database }: Owner, email: string, password: string): Promise<KnownPerson> {
  const address = addressOf(email);
  const problems = await passwordProblems(password, ['password'], { person: [address] });
  if (problems.length > 0) throw badInput(problems);
  const passwordHash = await hashPassword(password);
  const details = { email: address, passwordHash, isSuperAdmin: true, isVerified: true };
  const user = await sayWhatIsTaken(() =>
    database.transaction(async (transaction) => {
      const made = await createPerson(transaction, details);
      await writeActivities(transaction.query, [{ action: 'CREATE', type: 'User', id: made.id, changes: [{ field: 'isSuperAdmin', to: 'true' }] }], server);
      return made;
    }),
  );
  return { userId: user.id, email: address };
}

/** Verifies the address of an account. Throws NOT_FOUND where there is none. Verified already: nothing changes. */
export async function verifyUser({ database }: Owner, email: string): Promise<KnownPerson> {
  const address = addressOf(email);
  return database.transaction(async ({ query }) => {
    const [user] = await query(
      `SELECT id, is_verified AS "isVerified" FROM users WHERE lower(email) = lower($1) AND deleted_at IS NULL FOR UPDATE`,
      [address],
    );
    if (!user) throw notFound(`account: ${address}`);
    const id = String(user.id);
    if (user.isVerified !== true) {
      await query('UPDATE users SET is_verified = true, updated_at = now(), version = version + 1 WHERE id = $1', [id]);
      await writeActivities(query, [{ action: 'VERIFY', type: 'User', id, changes: [{ field: 'isVerified', from: 'false', to: 'true' }] }], server);
    }
    return { userId: id, email: address };
  });
}

function addressOf(email: string): string {
  return EmailAddressScalar.parseValue(email);
}
