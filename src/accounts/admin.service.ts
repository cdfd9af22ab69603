/** What the commands do to accounts, for whoever has the machine: the server itself asks, so no table says no. */
import { serverViewer } from '../permissions/viewer.ts';
import type { Permissions } from '../permissions/registry.ts';
import { passwordProblems } from '../platform/auth/password-policy.ts';
import { hashPassword } from '../platform/auth/passwords.ts';
import { endFamilies } from '../platform/auth/tokens.ts';
import type { Config } from '../platform/config/index.ts';
import type { Database } from '../platform/data/database.ts';
import type { Changes } from '../platform/data/writer.ts';
import { Writer } from '../platform/data/writer.ts';
import { badInput, notFound } from '../platform/graphql/errors.ts';
import { EmailAddressScalar } from '../platform/graphql/scalars.ts';
import { settingsOf } from '../platform/settings/read.ts';
import { AccountSettings } from './account.settings.ts';
import { createPerson, sayWhatIsTaken } from './person.ts';
import { switchOff } from './second-factor.service.ts';
import { tellOfAdmin } from './user.service.ts';

/** What the verbs here need of the application. */
interface Owner {
  readonly database: Database;
  readonly permissions: Permissions;
  readonly config: Config;
}

/** A person that a command made or changed. */
export interface KnownPerson {
  /** The uuid. */
  readonly userId: string;
  readonly email: string;
}

/** Makes a verified super admin. Throws CONFLICT when the address is taken, BAD_USER_INPUT for a bad address or password. */
export async function createAdmin(owner: Owner, email: string, password: string): Promise<KnownPerson> {
  const address = addressOf(email);
  const { minPasswordLength: least } = await settingsOf(owner, AccountSettings);
  const problems = await passwordProblems(password, ['password'], { least, person: [address] });
  if (problems.length > 0) throw badInput(problems);
  const passwordHash = await hashPassword(password);
  const details = { email: address, passwordHash, isSuperAdmin: true, isVerified: true };
  const userId = await sayWhatIsTaken(() =>
    writerOf(owner).transaction(async (changes) => {
      const user = await createPerson(changes, details);
      await tellOfAdmin(changes, user);
      return user.id;
    }),
  );
  return { userId, email: address };
}

/** Verifies the address of an account. Throws NOT_FOUND where there is none. Verified already: nothing changes. */
export function verifyUser(owner: Owner, email: string): Promise<KnownPerson> {
  return change(owner, email, async (changes, userId) => {
    const sql =
      'UPDATE users SET is_verified = true, updated_at = now(), version = version + 1 WHERE id = $1 AND NOT is_verified RETURNING id';
    const changed = await changes.query(sql, [userId]);
    if (changed.length > 0)
      changes.record('VERIFY', 'User', userId, [{ field: 'isVerified', from: 'false', to: 'true' }]);
  });
}

/** Switches off the second factor of somebody who has lost it, and ends their sign-ins. Throws NOT_FOUND where there is no account. */
export function resetSecondFactorOf(owner: Owner, email: string): Promise<KnownPerson> {
  return change(owner, email, async (changes, userId) => {
    await switchOff(changes, userId);
    await endFamilies(changes, userId);
  });
}

async function change(
  owner: Owner,
  email: string,
  work: (changes: Changes, userId: string) => Promise<void>,
): Promise<KnownPerson> {
  const address = addressOf(email);
  return writerOf(owner).transaction(async (changes) => {
    const [user] = await changes.query(
      'SELECT id FROM users WHERE lower(email) = lower($1) AND deleted_at IS NULL FOR UPDATE',
      [address],
    );
    if (!user) throw notFound(`account: ${address}`);
    await work(changes, String(user.id));
    return { userId: String(user.id), email: address };
  });
}

function writerOf({ database, permissions }: Owner): Writer {
  return new Writer(database, permissions, serverViewer);
}

function addressOf(email: string): string {
  return EmailAddressScalar.parseValue(email);
}
