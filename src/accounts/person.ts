/** What is kept of a person: the row that signing up and the commands make of them. */
import type { Changes } from '../platform/data/writer.ts';
import { passwordProblems } from '../platform/auth/password-policy.ts';
import { PublicError, conflict } from '../platform/graphql/errors.ts';
import { cleanInput } from '../platform/inputs.ts';
import type { SettingsSource } from '../platform/settings/read.ts';
import { settingsOf } from '../platform/settings/read.ts';
import type { SignUpInput } from './account.inputs.ts';
import { AccountSettings } from './account.settings.ts';
import { User } from './user.entity.ts';

/** Checks and cleans what somebody signs up with. Throws BAD_USER_INPUT. */
export async function checkedSignUp(source: SettingsSource, input: SignUpInput): Promise<SignUpInput> {
  const { minPasswordLength: least } = await settingsOf(source, AccountSettings);
  const person = [input.email, input.username, input.firstName, input.lastName];
  const wrong = await passwordProblems(input.password, ['input', 'password'], { least, person });
  return cleanInput(User, input, { check: (_, problems) => problems.addAll(wrong) });
}

/** The details of a new person. */
export interface NewPerson extends Partial<Pick<User, 'isVerified' | 'isSuperAdmin'>> {
  readonly email: string;
  readonly passwordHash: string;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly publicName?: string | null;
  readonly username?: string | null;
}

/** Makes the row of a new person. They have no public name until they choose one: names are shown to nobody unasked. */
export async function createPerson(changes: Changes, person: NewPerson): Promise<User> {
  const { em } = changes;
  const user = em.create(User, { ...person } as never, { partial: true });
  // An account begins with what the mutation that makes it allows, whoever may change it later.
  changes.coverFields(user, ['username', 'isVerified', 'isSuperAdmin']);
  await em.persist(user).flush();
  return user;
}

const taken: Record<string, { field: string; message: string }> = {
  users_email_unique: { field: 'email', message: 'There is an account with this e-mail address already' },
  users_username_unique: { field: 'username', message: 'Somebody else has this username' },
};

/** Runs a write of people; a taken e-mail address or username becomes a CONFLICT that says which. */
export async function sayWhatIsTaken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const known = error instanceof PublicError && taken[String(error.extensions.constraint)];
    if (!known) throw error;
    throw conflict(known.message, { field: known.field });
  }
}
